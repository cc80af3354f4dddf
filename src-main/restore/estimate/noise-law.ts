import { BLOCK } from '../../operators/block-dct.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { blockSpectra, flattest, median, type BlockSpectrum } from './flat-blocks.ts';

/** How much noise there is at each brightness. */
export interface NoiseLaw {
  /** Standard deviation on 0…255 over the picture as a whole, taken as white. */
  readonly level: number;
  /** Variance = slope·s + sigma² at the signal s, all on 0…255. */
  readonly slope: number;
  readonly sigma: number;
  /** Whether the slope explains more than chance and leftover detail would. */
  readonly dependsOnSignal: boolean;
  /** Blocks that it was read from; too few mean nothing. */
  readonly blocks: number;
}

/** Coefficients whose indices sum to at least this are noise in a flat block. */
const FINE = 8;
/** Brightnesses that are told apart, where there are blocks enough. */
const BINS = 8;
/** Share of the blocks of each brightness that is taken for flat, and how many at least. */
const SHARE = 0.08;
const LEAST = 12;
/** Fewest blocks of a picture, and of a brightness. */
const FEWEST = 24;

const fineCoefficients = Array.from({ length: BLOCK * BLOCK }, (_, k) => k).filter(
  (k) => Math.floor(k / BLOCK) + (k % BLOCK) >= FINE,
);
/** The median of the mean of n squares of normal values lies so much below their variance (Wilson & Hilferty 1931). */
const MEDIAN_OF_MEAN = (1 - 2 / (9 * fineCoefficients.length)) ** 3;

/**
 * The noise of a picture from its flattest blocks: the variance of their finest cosine coefficients, by brightness
 * (Ponomarenko et al. 2007; Foi et al. 2008 for the law). Blocks are chosen by their coarse coefficients, which noise does not
 * share with the fine ones, so that the choice does not favour weak noise.
 * @param x  [1, c, h, w] in [−1, 1].
 */
export function estimateNoiseLaw(x: Tensor): NoiseLaw {
  const blocks = blockSpectra(x);
  if (blocks.length < FEWEST) {
    return { level: 0, slope: 0, sigma: 0, dependsOnSignal: false, blocks: blocks.length };
  }
  const byBrightness = [...blocks].sort((a, b) => a.mean - b.mean);
  const count = Math.max(1, Math.min(BINS, Math.floor(blocks.length / (2 * FEWEST))));
  const points = Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * blocks.length) / count);
    const flat = flattest(byBrightness.slice(start, Math.floor(((i + 1) * blocks.length) / count)), SHARE, LEAST);
    return { signal: mean(flat.map((block) => block.mean)), variance: median(flat.map(fineVariance)) / MEDIAN_OF_MEAN };
  });
  const level = Math.sqrt(lowerMedian(points.map(({ variance }) => variance)));
  return { level, ...fitted(points), blocks: blocks.length };
}

function fineVariance({ coefficients }: BlockSpectrum): number {
  return fineCoefficients.reduce((sum, k) => sum + coefficients[k] ** 2, 0) / fineCoefficients.length;
}

interface Point {
  readonly signal: number;
  readonly variance: number;
}

/**
 * Theil's line (the median of the slopes of all pairs, 1950) through the variances, within what a law of noise can be. It does
 * not feel a brightness or two of which no block was flat.
 */
function fitted(points: readonly Point[]): Pick<NoiseLaw, 'slope' | 'sigma' | 'dependsOnSignal'> {
  const slopes = points.flatMap((a, i) =>
    points.slice(i + 1).map((b) => (b.variance - a.variance) / Math.max(1, b.signal - a.signal)),
  );
  const slope = slopes.length === 0 ? 0 : Math.max(0, median(slopes));
  const rest = Math.max(0, median(points.map(({ signal, variance }) => variance - slope * signal)));
  const scatter = median(points.map(({ signal, variance }) => Math.abs(variance - slope * signal - rest)));
  const range = Math.max(...points.map(({ signal }) => signal)) - Math.min(...points.map(({ signal }) => signal));
  return { slope, sigma: Math.sqrt(rest), dependsOnSignal: slope * range > 4 * scatter && slope * range > rest / 2 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What is left of detail only adds: of an even number the lower of the middle two. */
function lowerMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}
