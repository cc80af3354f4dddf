import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { wholeRect } from '../canvas/geometry.ts';
import { formatNumber, t } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { deliverSaved, pickFiles } from '../state/pick-files.ts';
import { untilIdle } from './until-idle.ts';

/** Replaces the mask by one from a file. */
export async function importMask(app: AppState, picture: OpenPicture): Promise<void> {
  await app.attempt(async () => {
    const [file] = await pickFiles(app, 'mask');
    if (file === undefined) return;
    const isMarked = await maskFromFile(app, picture, file);
    app.tell(t(isMarked ? 'editor.imported' : 'editor.imported-empty'), isMarked ? 'information' : 'problem');
  });
}

/**
 * Replaces the mask by that of a file of the host, which is forgotten; an empty one changes nothing.
 * @returns whether it marks something.
 * @throws LangevinError of the host.
 */
export async function maskFromFile(app: AppState, picture: OpenPicture, file: FileInfo): Promise<boolean> {
  const { coverage } = await app.client.call('readMask', { file: file.id, picture: picture.file.id });
  await app.client.call('forgetFile', { file: file.id });
  if (coverage.every((c) => c === 0)) return false;
  await untilIdle(picture.editor);
  picture.editor.document.edit('history.import-mask', (layer) =>
    layer.blendRect(wholeRect(layer), coverage, 0, layer.width, 'replace'),
  );
  return true;
}

/** Saves the mask as a grey PNG of the picture's size. */
export async function exportMask(app: AppState, picture: OpenPicture): Promise<void> {
  const mask = picture.maskPatch();
  if (mask === undefined) return;
  await app.attempt(async () =>
    deliverSaved(app, await app.client.call('saveMask', { picture: picture.file.id, mask })),
  );
}

/** A share in percent, with as many digits as it takes to be told from 0. */
export function percentOf(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return formatNumber(percent, { maximumSignificantDigits: percent < 1 ? 1 : 3 });
}
