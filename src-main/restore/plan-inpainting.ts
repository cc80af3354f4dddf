import { LangevinError } from '../errors.ts';
import type { Picture } from '../tensor/picture.ts';
import { planScales, type Scale } from './scales.ts';

/** Known surroundings that the network sees on each side of the painted area, pixels. */
const CONTEXT = 64;
/** Up to this level the network looks so little beyond a pixel that this is enough, for a window and for a tile. */
export const LOW_SIGMA = 0.4;
export const LOW_CONTEXT = 32;
/** Largest window that is restored at once, pixels: a long scratch is a chain of them. */
const MAX_WINDOW_AREA = 512 * 512;
/** Holes thicker than this many pixels are first restored in a smaller picture … */
const MAX_THICKNESS = 48;
/**
 * … where a run begins above this noise level, the detail that enlarging lacks; there a scale takes over from the
 * coarser one. A run from below trusts its fill, and that is as sharp as the picture.
 */
export const HANDOVER_SIGMA = 0.6;

/**
 * The windows of each scale that an inpainting restores.
 * @param stride    of the network.
 * @param sigmaMax  where the runs begin.
 */
export function planInpainting(
  mask: Uint8Array,
  width: number,
  height: number,
  stride: number,
  sigmaMax: number,
): Scale[] {
  const thickness = sigmaMax > HANDOVER_SIGMA ? MAX_THICKNESS : Infinity;
  const context = sigmaMax <= LOW_SIGMA ? LOW_CONTEXT : CONTEXT;
  return planScales(mask, width, height, thickness, { context, stride, maxArea: MAX_WINDOW_AREA, follow: true });
}

/** Pixels of the frames of all windows. */
export function pixelsOf(scales: readonly Scale[]): number {
  return scales.flatMap(({ windows }) => windows).reduce((sum, { frame }) => sum + frame.width * frame.height, 0);
}

/** Number of painted pixels. @throws mask-size; nothing-to-do when there are none */
export function countPainted(mask: Uint8Array, { width, height }: Picture): number {
  if (mask.length !== width * height) {
    throw new LangevinError(
      'mask-size',
      `The mask has ${mask.length} pixels but the picture ${width} × ${height} = ${width * height}.`,
    );
  }
  let painted = 0;
  for (const value of mask) if (value !== 0) painted++;
  if (painted === 0) {
    throw new LangevinError('nothing-to-do', 'Nothing is painted in the mask, so there is nothing to restore.');
  }
  return painted;
}
