import { boundsOf, distanceToKnown } from '../fill/distance.ts';

/** Around all damage, pixels: a thin stroke is not as dense as what is seen here. */
const MARGIN = 8;
/** Most of the pixels are missing … */
const DENSITY = 0.5;
/** … and still each has a known one next to it: mean distance, pixels. */
const DISTANCE = 2;
/** Less is a speck, whatever its density. */
const LEAST_PIXELS = 4096;

/**
 * Whether single pixels are missing everywhere, most of them, such as of a bad transmission or of a picture of which every
 * tenth sample was taken. No patch of it is whole, so that nothing can be copied, but what is known reaches everywhere.
 * @param mask  height × width, non-zero = missing.
 */
export function isScattered(mask: Uint8Array, width: number, height: number): boolean {
  const { left, top, right, bottom } = boundsOf(mask, width, height, MARGIN);
  const area = (right - left) * (bottom - top);
  let missing = 0;
  for (const value of mask) if (value !== 0) missing++;
  if (missing < LEAST_PIXELS || missing < DENSITY * area) return false;
  const distances = distanceToKnown(mask, width, height);
  return distances.reduce((sum, distance) => sum + distance, 0) <= DISTANCE * missing;
}
