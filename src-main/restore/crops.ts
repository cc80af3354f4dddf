import type { Rect } from './region.ts';

/** A picture of at most this many pixels is evaluated as a whole unless a size of crops is given. */
const wholePixels = 128 * 128;
const defaultSide = 64;

export type CropPlacement = 'centre' | 'grid' | 'cover';

/**
 * The rectangles that stand for a picture in a measurement that is too costly for all of it.
 *
 * - centre: one crop in the middle;
 * - grid: as many crops side by side as fit, the rest of the picture left as a margin on all sides;
 * - cover: crops that cover every pixel, evenly spaced, overlapping where the size is no multiple.
 *
 * @param side  of the square crops; pictures that are smaller in a direction are taken whole in it. Absent: 64, and
 *              the whole picture when it has at most 128² pixels.
 */
export function planCrops(width: number, height: number, placement: CropPlacement, side?: number): Rect[] {
  if (side === undefined && placement !== 'cover' && width * height <= wholePixels) {
    return [{ x: 0, y: 0, width, height }];
  }
  const size = side ?? defaultSide;
  const [w, h] = [Math.min(size, width), Math.min(size, height)];
  const columns = positions(width, w, placement);
  const rows = positions(height, h, placement);
  return rows.flatMap((y) => columns.map((x) => ({ x, y, width: w, height: h })));
}

/** Where crops of `size` begin along an axis of `length` ≥ size. */
function positions(length: number, size: number, placement: CropPlacement): number[] {
  if (placement === 'cover') {
    const count = Math.ceil(length / size);
    return Array.from({ length: count }, (_, i) => Math.round((i * (length - size)) / Math.max(1, count - 1)));
  }
  const count = placement === 'centre' ? 1 : Math.floor(length / size);
  const margin = (length - count * size) >> 1;
  return Array.from({ length: count }, (_, i) => margin + i * size);
}
