import type { PictureEstimates } from '../../contract/inspect.ts';
import { estimateEdgeBlur } from './edge-blur.ts';
import { fitKernels } from './kernel-spectrum.ts';
import { powerSpectrum } from './log-spectrum.ts';
import type { LumaTile } from './luma-tiles.ts';
import { fitFallOff } from './resampling.ts';

/** A Gaussian like that of the optics and pixels of a sharp photograph; it is no damage. */
const SHARP = 0.75;
/** From here on edges are seen to be soft. */
const SOFT = 1;
/** Matches of zeros from which on they are no chance, and from which on they are sure. */
const SEEN = 0.3;
const SURE = 0.4;
/** An enlargement must explain the spectrum this much better than a Gaussian, and this well. */
const CLEARER = 0.75;
const WELL = 0.45;

export interface BlurHints {
  /** Standard deviation on 0…255. */
  readonly noise: number;
  /** JPEG changes fine frequencies, so that nothing is told from how they fall. */
  readonly isCompressed: boolean;
  readonly streak?: { readonly length: number; readonly angle: number } | undefined;
}

/**
 * The likeliest blur of a picture, and whether it was enlarged: a motion or a disk where the spectrum has their zeros; else a
 * Gaussian as wide as its sharpest edges look, less what every photograph has.
 */
export function estimateBlur(
  tiles: readonly LumaTile[],
  { noise, isCompressed, streak }: BlurHints,
): Pick<PictureEstimates, 'blur' | 'enlarged'> {
  const nothing = { verdict: 'unsure', confidence: 0, kind: 'none' } as const;
  if (tiles.length === 0) return { blur: nothing, enlarged: { verdict: 'unsure', scale: 1 } };
  const spectrum = powerSpectrum(tiles);
  const edges = estimateEdgeBlur(tiles, noise);
  const { motion, disk } = fitKernels(spectrum, streak);
  const fall = fitFallOff(spectrum, noise);
  const enlarged = enlargement(fall, isCompressed);
  const zeros = streak !== undefined || motion.match >= disk.match ? motion : disk;
  if (zeros.match >= SEEN) {
    const verdict = zeros.match >= SURE ? 'yes' : 'unsure';
    return { blur: { verdict, confidence: Math.min(1, zeros.match / (2 * SURE)), ...zeros.blur }, enlarged };
  }
  if (edges === undefined) return { blur: nothing, enlarged };
  const sigma = Math.sqrt(Math.max(0, edges.sigma ** 2 - SHARP ** 2));
  const verdict = edges.sigma < SOFT ? 'no' : sigma >= SOFT ? 'yes' : 'unsure';
  const confidence = Math.max(0, Math.min(1, 1 - edges.spread) * Math.min(1, edges.edges / 400));
  return { blur: { verdict, confidence, kind: verdict === 'no' ? 'none' : 'gaussian', sigma }, enlarged };
}

function enlargement(
  { gaussian, enlarged }: ReturnType<typeof fitFallOff>,
  isCompressed: boolean,
): PictureEstimates['enlarged'] {
  if (isCompressed) return { verdict: 'unsure', scale: 1 };
  const isBetter = enlarged.error < CLEARER * gaussian.error;
  if (!isBetter) return { verdict: enlarged.error < 0.9 * gaussian.error ? 'unsure' : 'no', scale: 1 };
  return { verdict: enlarged.error < WELL ? 'yes' : 'unsure', scale: enlarged.scale };
}
