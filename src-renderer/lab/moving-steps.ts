import type { LabFrame } from '../../src-main/contract/app/lab.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { framePixels } from '../live/frame-pixels.ts';
import { contactSheet } from './picture-sheet.ts';

/** Milliseconds of a step. */
const DELAY_MS = 120;

/** So many of the items at most, evenly spaced, the first and the last among them. */
export function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]);
}

/** A GIF of the way of a sample from noise: x_t and the estimate of x0 side by side. @throws internal */
export async function movingSteps(frames: readonly LabFrame[]): Promise<Uint8Array> {
  const { GifFilm } = await import('../live/gif-film.ts');
  const film = new GifFilm(DELAY_MS);
  frames.forEach(({ state, denoised }, i) => {
    const sheet = contactSheet([framePixels(state), framePixels(denoised)], 2);
    const image = sheet.getContext('2d')?.getImageData(0, 0, sheet.width, sheet.height);
    if (image === undefined) throw new LangevinError('internal', 'This window cannot draw the steps.');
    film.add(image, i === frames.length - 1);
  });
  return film.finish();
}
