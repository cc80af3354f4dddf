import type { PictureEstimates } from '../../contract/inspect.ts';
import type { Picture } from '../../tensor/picture.ts';
import type { Rect } from '../region.ts';
import { estimateEdgeBlur } from './edge-blur.ts';
import { lumaOf } from './luma-tiles.ts';

/** Pixels round an edge that smoothing looks at. */
const MARGIN = 16;
/** The Gaussian of the optics and pixels of a sharp photograph; it is no damage. */
const SHARP = 0.5;
/** Less blur than this is none. */
const NO_BLUR = 0.5;

/**
 * The Gaussian blur of an edge that people know to be sharp in the scene, such as a roof against the sky.
 * @param edge   a block of the picture that the edge runs through, pixels.
 * @param noise  standard deviation on 0…255.
 */
export function markedEdgeBlur(picture: Picture, edge: Rect, noise: number): PictureEstimates['blur'] {
  const unknown = { verdict: 'unsure', confidence: 0, kind: 'none' } as const;
  const side = Math.min(picture.width, picture.height, Math.max(edge.width, edge.height) + 2 * MARGIN);
  const place = (start: number, length: number, whole: number): number =>
    Math.min(whole - side, Math.max(0, Math.round(start + (length - side) / 2)));
  const left = place(edge.x, edge.width, picture.width);
  const top = place(edge.y, edge.height, picture.height);
  const tile = lumaOf(picture, { x: left, y: top, width: side, height: side });
  const found = estimateEdgeBlur([tile], noise, { ...edge, x: edge.x - left, y: edge.y - top });
  if (found === undefined) return unknown;
  const sigma = Math.sqrt(Math.max(0, found.sigma ** 2 - SHARP ** 2));
  if (sigma < NO_BLUR) return { verdict: 'no', confidence: 0.8, kind: 'none' };
  return { verdict: 'yes', confidence: 0.8, kind: 'gaussian', sigma };
}
