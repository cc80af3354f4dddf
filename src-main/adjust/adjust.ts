import type { Adjustment } from '../contract/adjustment.ts';
import type { Picture } from '../tensor/picture.ts';
import { withPlaces } from './geometry.ts';
import { positive } from './negative.ts';
import { withTones } from './tone.ts';

/**
 * The picture as adjusted, in its own depth; metadata goes along, but for the quantization of a JPEG, whose blocks are gone.
 * @param picture  as displayed (orientation 1).
 * @throws invalid-argument for corners that are no convex quadrilateral.
 */
export function adjusted(picture: Picture, adjustment: Adjustment): Picture {
  const { quantization: _quantization, ...metadata } = picture.metadata;
  const placed = withPlaces({ ...picture, metadata }, adjustment);
  return withTones(adjustment.negative ? positive(placed) : placed, adjustment);
}
