import { distanceToKnown } from '../fill/distance.ts';
import { smoothTau, TAU_BELIEVED, wideness } from '../fill/fill-window.ts';
import type { Picture } from '../tensor/picture.ts';
import type { Fill } from './fill-picture.ts';
import { readTensor } from './picture-tensor.ts';
import { planWindows } from './region.ts';

/**
 * How the painted pixels of a picture were filled before a run. Runs begin there and trust them accordingly; what was
 * made to be `sampled` they do not trust at all beyond that.
 */
export const GIVEN_FILLS = ['auto', 'smooth', 'exemplar', 'copied', 'sampled'] as const;
export type GivenFill = (typeof GIVEN_FILLS)[number];

/** Known pixels around a window, so that distances to them are right. */
const CONTEXT = 8;
const MAX_AREA = 512 * 512;
/** Expected error of copied patches in thin damage, on [−1, 1]. */
const PATCH_TAU = 0.1;

/** Reads a fill that the painted pixels hold already, with the errors τ to expect of its kind. */
export function givenFill(picture: Picture, mask: Uint8Array, kind: GivenFill, channels: 1 | 3): Fill {
  const { width, height } = picture;
  const windows = planWindows(mask, width, height, { context: CONTEXT, stride: 1, maxArea: MAX_AREA }).map(
    ({ frame, core }) => {
      const { unknown } = readTensor(picture, mask, frame, 1, channels);
      const { x } = readTensor(picture, undefined, frame, 1, channels);
      const distance = distanceToKnown(unknown, frame.width, frame.height);
      const isWide = wideness(distance, frame.width, frame.height);
      return { frame, core, x, tau: distance.map((d, i) => (d === 0 ? 0 : tauOf(kind, d, isWide[i]))) };
    },
  );
  return { windows, notices: [] };
}

function tauOf(kind: GivenFill, distance: number, isWide: number): number {
  if (kind === 'copied') return TAU_BELIEVED;
  if (kind === 'smooth') return smoothTau(distance);
  const thin = kind === 'exemplar' ? PATCH_TAU : Math.min(PATCH_TAU, smoothTau(distance));
  return thin + isWide * (TAU_BELIEVED - thin);
}
