import { SMALLEST_CROP, type Adjustment } from '../../src-main/contract/adjustment.ts';

type Crop = Adjustment['crop'];

/** Parts of the crop's frame that are dragged: −1 the left or upper edge, 1 the right or lower, 0 neither. */
export interface Grip {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

export const GRIPS: readonly Grip[] = [
  { x: -1, y: -1 },
  { x: 0, y: -1 },
  { x: 1, y: -1 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
  { x: -1, y: 1 },
  { x: -1, y: 0 },
];

/**
 * The crop with a part of its frame moved, shares of the picture; it stays inside, and keeps its shape where it has one.
 * @param ratio  width to height of the crop in shares of the picture's sides; undefined: any.
 */
export function movedGrip(crop: Crop, grip: Grip, dx: number, dy: number, ratio?: number): Crop {
  if (grip.x === 0 && grip.y === 0) return movedCrop(crop, dx, dy);
  const side = (at: -1 | 0 | 1, from: number, length: number, by: number): [number, number] => {
    if (at === 0) return [from, length];
    if (at === 1) return [from, limited(length + by, SMALLEST_CROP, 1 - from)];
    const start = limited(from + by, 0, from + length - SMALLEST_CROP);
    return [start, from + length - start];
  };
  const [x, width] = side(grip.x, crop.x, crop.width, dx);
  const [y, height] = side(grip.y, crop.y, crop.height, dy);
  return ratio === undefined ? { x, y, width, height } : shaped({ x, y, width, height }, ratio, grip);
}

/** The largest crop of a shape inside of another, held where it was not gripped. */
export function shaped(crop: Crop, ratio: number, grip: Grip = { x: 1, y: 1 }): Crop {
  const width = Math.min(crop.width, crop.height * ratio);
  const height = width / ratio;
  const place = (at: number, from: number, length: number, left: number): number =>
    at === -1 ? from + length - left : at === 1 ? from : from + (length - left) / 2;
  return {
    x: limited(place(grip.x, crop.x, crop.width, width), 0, 1 - width),
    y: limited(place(grip.y, crop.y, crop.height, height), 0, 1 - height),
    width,
    height,
  };
}

function movedCrop(crop: Crop, dx: number, dy: number): Crop {
  return { ...crop, x: limited(crop.x + dx, 0, 1 - crop.width), y: limited(crop.y + dy, 0, 1 - crop.height) };
}

function limited(value: number, least: number, greatest: number): number {
  return Math.min(greatest, Math.max(least, value));
}
