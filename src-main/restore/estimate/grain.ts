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
const used = Array.from({ length: BLOCK * BLOCK }, (_, k) => k).filter(
  (k) => Math.floor(k / BLOCK) + (k % BLOCK) > COARSEST,
);
const profiles = SIZES.map((size) => noiseSpread(UNBOUND, size).coefficients);
const LEAST_SHARE = 0.2;
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
  let best: { grain: Grain; cost: number } | undefined;
  profiles.forEach((profile, i) => {
    // Coefficients that such grain hardly reaches tell of rounding only.
    const reached = used
      .map((k, j) => ({ energy: energies[j], share: profile[k] }))
      .filter(({ share }) => share > LEAST_SHARE);
    const variance = reached.reduce((sum, { energy, share }) => sum + energy / share, 0) / reached.length;
    const cost = energies.reduce((sum, e, j) => {
      const expected = variance * profile[used[j]] + ROUNDING;
      return sum + Math.log(expected) + e / expected;
    }, 0);
    if (cost < (best?.cost ?? Infinity)) best = { grain: { sigma: Math.sqrt(variance), size: SIZES[i] }, cost };
  });
  return best!.grain;
}
