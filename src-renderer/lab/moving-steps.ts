import type { LabFrame } from '../../src-main/contract/app/lab.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { framePixels } from '../live/frame-pixels.ts';
import { contactSheet } from './picture-sheet.ts';

/** Milliseconds of a step, and of the last one, the picture. */
const DELAY_MS = 120;
const LAST_MS = 1500;

/** So many of the items at most, evenly spaced, the first and the last among them. */
export function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]);
}

/** A GIF of the way of a sample from noise: x_t and the estimate of x0 side by side. @throws internal */
export async function movingSteps(frames: readonly LabFrame[]): Promise<Uint8Array> {
  const { applyPalette, GIFEncoder, quantize } = await import('gifenc');
  const encoder = GIFEncoder();
  frames.forEach(({ state, denoised }, i) => {
    const sheet = contactSheet([framePixels(state), framePixels(denoised)], 2);
    const rgba = sheet.getContext('2d')?.getImageData(0, 0, sheet.width, sheet.height).data;
    if (rgba === undefined) throw new LangevinError('internal', 'This window cannot draw the steps.');
    const palette = quantize(rgba, 256);
    const delay = i === frames.length - 1 ? LAST_MS : DELAY_MS;
    encoder.writeFrame(applyPalette(rgba, palette), sheet.width, sheet.height, { palette, delay });
  });
  encoder.finish();
  return encoder.bytes();
}
