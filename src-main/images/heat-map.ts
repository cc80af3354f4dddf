import { scaleColour } from '../tensor/colour-scale.ts';
import type { Picture } from '../tensor/picture.ts';

/** A rectangle of a picture with a value. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly value: number;
}

export interface HeatMap {
  readonly picture: Picture;
  /** Values shown by the darkest and the brightest colour. */
  readonly low: number;
  readonly high: number;
}

/**
 * Paints patches into an 8-bit RGB picture of the given size, stretched from the least value to the largest; where
 * patches overlap, their mean. Patches must cover the picture.
 */
export function heatMap(patches: readonly Patch[], width: number, height: number): HeatMap {
  const sums = new Float64Array(width * height);
  const counts = new Uint16Array(width * height);
  for (const patch of patches) {
    for (let y = patch.y; y < patch.y + patch.height; y++) {
      for (let i = y * width + patch.x, end = i + patch.width; i < end; i++) {
        sums[i] += patch.value;
        counts[i]++;
      }
    }
  }
  const values = sums.map((sum, i) => sum / counts[i]);
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const data = new Uint8Array(width * height * 3);
  values.forEach((value, i) => data.set(scaleColour(high > low ? (value - low) / (high - low) : 0), 3 * i));
  return { picture: { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } }, low, high };
}
