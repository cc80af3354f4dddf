import type { PictureEstimates, Verdict } from '../../contract/inspect.ts';
import { estimateEdgeBlur } from './edge-blur.ts';
import { fitFallOff } from './fall-off.ts';
import { fitKernels, type KernelFit } from './kernel-spectrum.ts';
import { powerSpectrum } from './log-spectrum.ts';
import type { LumaTile } from './luma-tiles.ts';
import type { ResamplingTrace } from './resampling-trace.ts';

/** The Gaussian of the optics and pixels of a sharp photograph; it is no damage. */
const SHARP = 0.5;
/** Blur less what is sharp: up to which it is none, and from which on it is sure. */
const NO_BLUR = 0.75;
const SURE_BLUR = 1;
/** From this noise on, 0…255, edges have to be soft as well, and the sharpest of a blurred picture are softer than this. */
const NOISY = 4;
const SOFT_EDGE = 1;
/** From this noise on, 0…255, nothing is told of a soft blur. */
const VERY_NOISY = 10;
const SHARP_EDGE = 0.6;
/** Matches of zeros that no sound photograph of the benchmark has, and those that some have. */
const SURE = { motion: 0.5, disk: 0.4 };
const SEEN = { motion: 0.46, disk: 0.33 };
/** Lines of interpolation that are seen, and that are sure; those of sound photographs are below 2. */
const SEEN_LINE = 4.5;
const SURE_LINE = 7;
/** Fall-off of pictures that were enlarged by 3 or more rather than by 3/2, and of those that were at all. */
const ENLARGED_BLUR = 1.1;
const SOFT = 0.55;
/** A match from which on a soft picture may have been moved. */
const DOUBTFUL = 0.3;
/** A scene's own stripes are dark by less than this part of what a blur's zeros are. */
const LEAST_WEIGHT = 0.4;

export interface BlurHints {
  /** Standard deviation on 0…255. */
  readonly noise: number;
  /** JPEG changes fine frequencies, so that nothing is told from how they fall. */
  readonly isCompressed: boolean;
  readonly trace: ResamplingTrace;
  readonly streak?: { readonly length: number; readonly angle: number } | undefined;
}

/**
 * The likeliest blur of a picture, and whether it was enlarged: a motion or a disk where the spectrum has their zeros; else the
 * Gaussian by which power falls with frequency, less what every photograph has.
 */
export function estimateBlur(
  tiles: readonly LumaTile[],
  { noise, isCompressed, streak, trace }: BlurHints,
): Pick<PictureEstimates, 'blur' | 'enlarged'> {
  if (tiles.length === 0) {
    return { blur: { verdict: 'unsure', confidence: 0, kind: 'none' }, enlarged: { verdict: 'unsure', scale: 1 } };
  }
  const spectrum = powerSpectrum(tiles);
  const { motion, disk } = fitKernels(spectrum, noise, streak);
  const fall = fitFallOff(spectrum, noise);
  const enlarged = enlargement(trace, fall.sigma, isCompressed);
  if (enlarged.verdict === 'yes' && streak === undefined) {
    // What an interpolation leaves looks like a blur, and is none.
    return { blur: { verdict: 'unsure', confidence: 0, kind: 'none' }, enlarged };
  }
  const kind = streak !== undefined || motion.match >= disk.match ? 'motion' : 'disk';
  const zeros = kind === 'motion' ? motion : disk;
  const verdict = verdictOf(zeros, kind);
  if (verdict !== 'no') {
    return {
      blur: { verdict: isCompressed ? 'unsure' : verdict, confidence: Math.min(1, zeros.match / 0.8), ...zeros.blur },
      enlarged,
    };
  }
  if (streak !== undefined)
    return { blur: { verdict: 'unsure', confidence: 0.3, kind: 'motion', ...asWritten(streak) }, enlarged };
  const isDoubtful = zeros.match >= DOUBTFUL && zeros.weight >= LEAST_WEIGHT;
  return { blur: gaussian(tiles, fall, noise, isCompressed || isDoubtful), enlarged };
}

/** A drawn line is known to half a pixel or so. */
function asWritten({ length, angle }: { readonly length: number; readonly angle: number }): {
  length: number;
  angle: number;
} {
  return { length: Math.round(2 * length) / 2, angle: Math.round(angle) };
}

function enlargement(
  { period, height, isStraight, repeated }: ResamplingTrace,
  sigma: number,
  isCompressed: boolean,
): PictureEstimates['enlarged'] {
  // The blocks of JPEG have periods of their own.
  if (isCompressed) return { verdict: 'unsure', scale: 1 };
  if (repeated !== undefined) return { verdict: 'yes', scale: repeated };
  // Sensors of cameras and blocks of JPEG have even periods as well, but no softer pictures.
  if (height < SEEN_LINE || (period !== 3 && sigma < SOFT)) return { verdict: 'no', scale: 1 };
  // p/q with q of 1 or 2: little is left above the frequencies that fewer pixels can have.
  const isWhole = period % 2 === 0 || isStraight || sigma >= ENLARGED_BLUR;
  return { verdict: height >= SURE_LINE ? 'yes' : 'unsure', scale: isWhole ? period : period / 2 };
}

function verdictOf({ match, weight }: KernelFit, kind: keyof typeof SURE): Verdict {
  if (match < SEEN[kind] || weight < LEAST_WEIGHT) return 'no';
  return match < SURE[kind] ? 'unsure' : 'yes';
}

function gaussian(
  tiles: readonly LumaTile[],
  fall: ReturnType<typeof fitFallOff>,
  noise: number,
  isCovered: boolean,
): PictureEstimates['blur'] {
  const sigma = Math.sqrt(Math.max(0, fall.sigma ** 2 - SHARP ** 2));
  const edges = estimateEdgeBlur(tiles, noise);
  const byEdges =
    edges === undefined ? 'unsure' : edges.sigma >= SOFT_EDGE ? 'yes' : edges.sigma < SHARP_EDGE ? 'no' : 'unsure';
  const byFall = fall.error === Infinity ? 'unsure' : sigma >= SURE_BLUR ? 'yes' : sigma < NO_BLUR ? 'no' : 'unsure';
  const isHard = noise >= NOISY || isCovered;
  const agreed = !isHard || byFall === byEdges ? byFall : byEdges === 'no' ? 'no' : 'unsure';
  // What JPEG has taken from the fine frequencies looks like a blur, and a motion like a Gaussian.
  const verdict = (isCovered || noise >= VERY_NOISY) && agreed === 'yes' ? 'unsure' : agreed;
  const confidence = verdict === 'unsure' ? 0.3 : isHard ? 0.6 : byEdges === byFall ? 0.9 : 0.7;
  return verdict === 'no' ? { verdict, confidence, kind: 'none' } : { verdict, confidence, kind: 'gaussian', sigma };
}
