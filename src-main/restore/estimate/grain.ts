import { BLOCK } from '../../operators/block-dct.ts';
import { noiseSpread } from '../../operators/jpeg-noise.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { blockSpectra, COARSEST, flattest } from './flat-blocks.ts';

export interface Grain {
  /** Standard deviation on 0…255. */
  readonly sigma: number;
  /** Standard deviation in pixels of the Gaussian by which neighbours are alike. */
  readonly size: number;
}

const SIZES = Array.from({ length: 28 }, (_, i) => 0.3 + i * 0.1);
const SHARE = 0.1;
const LEAST = 24;
const NONE: Grain = { sigma: 0, size: SIZES[0] };
const UNBOUND = { across: 1, down: 1 };

/** Coefficients that are neither used to choose flat blocks nor below what rounding leaves. */
const used = Array.from({ length: BLOCK * BLOCK }, (_, k) => k).filter((k) => indexSum(k) > COARSEST);
const profiles = SIZES.map((size) => noiseSpread(UNBOUND, size).coefficients);
/** Coefficients that such grain hardly reaches tell of rounding only. */
const LEAST_SHARE = 0.2;
/** What the logarithm of the likelihood of a block must gain before the finest coefficients are taken for detail. */
const CLEARLY = 2;
/** Sums of both indices of the finest coefficients. */
const FINEST = 11;
/** Variance of a coefficient that rounding to 8 bits alone gives. */
const ROUNDING = 1 / 12;

/**
 * Film grain from the spectrum of the flattest blocks: of the sizes tried that under which the energies of the coefficients are
 * likeliest (Whittle 1953).
 * @param x  [1, c, h, w] in [−1, 1].
 */
export function estimateGrain(x: Tensor): Grain {
  const flat = flattest(blockSpectra(x), SHARE, LEAST);
  if (flat.length === 0) return NONE;
  const energies = used.map((k) => flat.reduce((sum, { coefficients }) => sum + coefficients[k] ** 2, 0) / flat.length);
  const finest = mean(used.flatMap((k, j) => (indexSum(k) >= FINEST ? [energies[j]] : [])));
  let best: { grain: Grain; cost: number } | undefined;
  // Under coarse grain the finest coefficients show detail and rounding only; under fine grain they show it as well.
  for (const floor of [ROUNDING, Math.max(ROUNDING, finest)]) {
    profiles.forEach((profile, i) => {
      const reached = used.flatMap((k, j) =>
        profile[k] > LEAST_SHARE ? [Math.max(0, energies[j] - floor) / profile[k]] : [],
      );
      const variance = mean(reached);
      const cost = energies.reduce((sum, e, j) => {
        const expected = variance * profile[used[j]] + floor;
        return sum + Math.log(expected) + e / expected;
      }, 0);
      // White noise is explained either way.
      const margin = floor > ROUNDING ? CLEARLY : 0;
      if (cost + margin < (best?.cost ?? Infinity))
        best = { grain: { sigma: Math.sqrt(variance), size: SIZES[i] }, cost: cost + margin };
    });
  }
  return best!.grain;
}

function indexSum(k: number): number {
  return Math.floor(k / BLOCK) + (k % BLOCK);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
