import type { JpegQuantization } from '../tensor/picture.ts';

/** Coarser steps than this tell of coefficients that are mostly 0, so that their error is that of what was there. */
const COARSEST_STEP = 40;
/** Of a cell's deviation, what the decoded picture is off by: most cells are around 0, and coefficients lie near it. */
const SHARE = 0.5;

/**
 * What a decoded JPEG is off by, as the standard deviation of white noise on [−1, 1]: a share of that of uniform errors within the
 * cells of its luma coefficients, fitted by enlarging (bench/enlarge.ts).
 */
export function codingNoise({ luma }: JpegQuantization): number {
  const variance = luma.reduce((sum, step) => sum + Math.min(step, COARSEST_STEP) ** 2 / 12, 0) / luma.length;
  return (SHARE * Math.sqrt(variance)) / 127.5;
}
