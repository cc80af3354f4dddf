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
 * Colours from black over purple and orange to pale yellow, of evenly rising lightness, so that the map also reads in
 * grey: stops of matplotlib's `inferno` (CC0) at equal distances.
 */
const stops: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
];

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
  values.forEach((value, i) => data.set(colour(high > low ? (value - low) / (high - low) : 0), 3 * i));
  return { picture: { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } }, low, high };
}

/** @param share  0…1 */
function colour(share: number): [number, number, number] {
  const position = share * (stops.length - 1);
  const index = Math.min(Math.floor(position), stops.length - 2);
  const part = position - index;
  const [from, to] = [stops[index], stops[index + 1]];
  const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] + part * (to[channel] - from[channel]));
  return [mix(0), mix(1), mix(2)];
}
