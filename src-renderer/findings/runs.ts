import type { Point } from '../canvas/geometry.ts';

/**
 * Pixels of a picture as stretches of rows: y, from, to (excluded) of each, by row and then by column, none overlapping
 * another. Takes memory for the outline rather than for the block around it, which for a crack across a scan is all of
 * the scan.
 */
export type Runs = Int32Array;

/** Number of pixels. */
export function areaOf(runs: Runs): number {
  let area = 0;
  for (let i = 0; i < runs.length; i += 3) area += runs[i + 2] - runs[i + 1];
  return area;
}

/** Whether a pixel is among them. */
export function includes(runs: Runs, { x, y }: Point): boolean {
  for (let i = firstOfRow(runs, y); i < runs.length && runs[i] === y; i += 3) {
    if (x >= runs[i + 1] && x < runs[i + 2]) return true;
  }
  return false;
}

/** Distance of a place (picture coordinates) to the centre of the nearest pixel; Infinity beyond `limit`. */
export function distanceTo(runs: Runs, { x, y }: Point, limit: number): number {
  let least = Infinity;
  for (let i = firstOfRow(runs, Math.floor(y - limit)); i < runs.length && runs[i] <= y + limit; i += 3) {
    const nearest = Math.min(runs[i + 2] - 1, Math.max(runs[i + 1], Math.floor(x)));
    least = Math.min(least, Math.hypot(nearest + 0.5 - x, runs[i] + 0.5 - y));
  }
  return least <= limit ? least : Infinity;
}

/** Number of pixels that both have. */
export function commonArea(a: Runs, b: Runs): number {
  let area = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] !== b[j]) {
      if (a[i] < b[j]) i += 3;
      else j += 3;
      continue;
    }
    area += Math.max(0, Math.min(a[i + 2], b[j + 2]) - Math.max(a[i + 1], b[j + 1]));
    if (a[i + 2] < b[j + 2]) i += 3;
    else j += 3;
  }
  return area;
}

/** Index of the first run in row `y` or below it. */
export function firstOfRow(runs: Runs, y: number): number {
  let [low, high] = [0, runs.length / 3];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle * 3] < y) low = middle + 1;
    else high = middle;
  }
  return low * 3;
}
