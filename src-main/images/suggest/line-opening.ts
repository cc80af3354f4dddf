import type { GreyPicture } from './grey.ts';

/** Straight pieces of `length` pixels, in so many evenly spaced directions, of which `least` must be set. */
export interface LinePieces {
  readonly length: number;
  readonly least: number;
  readonly orientations: number;
}

/**
 * Rank opening by line segments (Soille & Talbot 2001, "Directional morphological filtering", in its rank form): keeps
 * the set pixels that lie on a straight piece of mostly set pixels, in any direction.
 *
 * Set pixels are few, so they are sorted onto the parallel digital lines of each direction; a piece is then `least`
 * neighbours on a line that are at most `length` apart. Cost follows the set pixels, not the picture.
 * @param data  not 0 where set.
 * @param isRefused  not 0 where a piece must not have its middle.
 * @returns 1 where kept, 0 elsewhere.
 */
export function openByLines(
  { width, height, data }: GreyPicture,
  isRefused: Uint8Array,
  pieces: LinePieces,
): GreyPicture {
  const kept = new Uint8Array(data.length);
  const byRow = setPixels(data);
  const byColumn = sortBy(byRow, (index) => index % width, width).sorted;
  for (let k = 0; k < pieces.orientations; k++) {
    const angle = (k * Math.PI) / pieces.orientations;
    const isFlat = Math.abs(Math.cos(angle)) >= Math.abs(Math.sin(angle));
    const slope = isFlat ? Math.tan(angle) : 1 / Math.tan(angle);
    // A line takes one step along the main direction at a time and drifts by `offsets` across it.
    const [extent, along, across] = isFlat ? [width, 1, width] : [height, width, 1];
    const offsets = Int32Array.from({ length: extent }, (_, t) => Math.round(slope * t));
    const lowest = -Math.max(0, offsets[extent - 1]);
    const lineCount = (isFlat ? height : width) - lowest - Math.min(0, offsets[extent - 1]);
    const placeOn = isFlat
      ? (index: number): number => Math.floor(index / width) - offsets[index % width] - lowest
      : (index: number): number => (index % width) - offsets[Math.floor(index / width)] - lowest;
    const { sorted, starts } = sortBy(isFlat ? byColumn : byRow, placeOn, lineCount);
    const stepOf = (index: number): number => (isFlat ? index % width : Math.floor(index / width));
    for (let line = 0; line < lineCount; line++) {
      const end = starts[line + 1];
      let marked = starts[line];
      for (let first = starts[line]; first + pieces.least <= end; first++) {
        const from = stepOf(sorted[first]);
        if (stepOf(sorted[first + pieces.least - 1]) - from >= pieces.length) continue;
        const middle = Math.min(extent - 1, from + (pieces.length >> 1));
        const beside = line + lowest + offsets[middle];
        if (isInside(beside, isFlat ? height : width) && isRefused[middle * along + beside * across] !== 0) continue;
        marked = Math.max(marked, first);
        while (marked < end && stepOf(sorted[marked]) - from < pieces.length) kept[sorted[marked++]] = 1;
      }
    }
  }
  return { width, height, data: kept };
}

function setPixels(data: Uint8Array): Int32Array {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) count++;
  const pixels = new Int32Array(count);
  for (let i = 0, k = 0; i < data.length; i++) if (data[i] !== 0) pixels[k++] = i;
  return pixels;
}

/** Counting sort that keeps the order within a place; place p is at starts[p] … starts[p + 1] − 1. */
function sortBy(
  pixels: Int32Array,
  placeOf: (index: number) => number,
  places: number,
): { sorted: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(places + 1);
  for (const index of pixels) starts[placeOf(index) + 1]++;
  for (let p = 0; p < places; p++) starts[p + 1] += starts[p];
  const next = starts.slice();
  const sorted = new Int32Array(pixels.length);
  for (const index of pixels) sorted[next[placeOf(index)]++] = index;
  return { sorted, starts };
}

function isInside(at: number, size: number): boolean {
  return at >= 0 && at < size;
}
