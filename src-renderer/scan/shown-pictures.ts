import { t } from '../i18n/translate.svelte.ts';
import type { FigurePicture } from './scan-figure.ts';
import type { ScanDisplay } from './scan-display.svelte.ts';
import type { ScanModel, Shown } from './scan-model.svelte.ts';
import { valuesOf } from './scan-values.ts';

/** What the CT view shows beside one another, for a profile or a figure. */
export interface ShownPicture extends FigurePicture {
  /** HU of the slice; not a sinogram, nor a spread. */
  readonly isSlice: boolean;
}

export function shownPictures(model: ScanModel, display: ScanDisplay, shown: Shown): readonly ShownPicture[] {
  const { truth, measured, fbp, results } = model;
  const pixelSpacing = truth?.pixelSpacing;
  const pictures: ShownPicture[] = [];
  const add = (name: string, content: { values: Uint8Array; width: number; height: number } | undefined): void => {
    if (content === undefined) return;
    const { width, height } = content;
    const values = valuesOf(content);
    pictures.push({ name, values, width, height, window: display.window, unit: 'HU', pixelSpacing, isSlice: true });
  };
  add(t('scan.truth'), truth);
  if (measured !== undefined && truth === undefined) {
    const { content } = measured;
    const sinogram = { width: content.width, height: content.height, window: display.sinogramWindow, unit: '' };
    pictures.push({ name: t('scan.sinogram'), values: valuesOf(content), ...sinogram, isSlice: false });
  }
  add(t('scan.fbp'), fbp);
  add(
    shown === 'mean' ? t('scan.shown.mean') : t('scan.reconstruction'),
    shown === 'mean' ? results.mean : results.sample,
  );
  return pictures;
}
