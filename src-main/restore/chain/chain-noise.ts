import type { NoiseDamage } from '../../contract/damage.ts';
import { estimateGrain } from '../estimate/grain.ts';
import { estimateNoiseLaw } from '../estimate/noise-law.ts';
import { drawGrain } from '../../operators/grain-whitening.ts';
import type { BatchRandom } from '../../tensor/random.ts';
import { linear, zeros, type ImageShape, type Tensor } from '../../tensor/tensor.ts';
import { estimateNoise } from '../noise-level.ts';

/** Noise of the picture as it is, standard deviations on 0…255. */
export type ChainNoise =
  | { readonly kind: 'white'; readonly sigma: number }
  /** Variance slope·s + sigma² where the signal is s. */
  | { readonly kind: 'poisson'; readonly slope: number; readonly sigma: number }
  /** White noise through a Gaussian of `size` pixels. */
  | { readonly kind: 'grain'; readonly sigma: number; readonly size: number };

/** Standard deviation on 0…255 that is assumed when none is given: rounding to 8 bits and a little more. */
const DEFAULT_NOISE = 1;
/** Half a step of an 8-bit sample may be lost by rounding: no pixel is known better. */
const ROUNDING = 0.29;
const SCALE = 127.5;
const FEWEST_BLOCKS = 48;

/**
 * The noise of a chain, estimated where it is to be.
 * @param rows  the picture's samples to estimate it from, [−1, 1].
 */
export function chainNoise(noise: NoiseDamage | undefined, isCompressed: boolean, rows: () => Tensor): ChainNoise {
  if (noise === undefined) return { kind: 'white', sigma: isCompressed ? 0 : DEFAULT_NOISE };
  if (noise === 'auto') return { kind: 'white', sigma: whiteNoise(rows(), isCompressed) };
  if (typeof noise === 'number') return { kind: 'white', sigma: noise };
  if (noise.kind === 'poisson') {
    const { slope, sigma } = noise;
    if (slope !== undefined && sigma !== undefined) return { kind: 'poisson', slope, sigma };
    const law = estimateNoiseLaw(rows());
    return { kind: 'poisson', slope: law.slope, sigma: law.sigma };
  }
  const { sigma, size } = noise;
  return { kind: 'grain', ...(sigma !== undefined && size !== undefined ? { sigma, size } : estimateGrain(rows())) };
}

/** The flattest blocks tell it best; those of a JPEG, or of a tiny picture, tell nothing. */
function whiteNoise(rows: Tensor, isCompressed: boolean): number {
  const { level, blocks } = estimateNoiseLaw(rows);
  return isCompressed || blocks < FEWEST_BLOCKS ? SCALE * estimateNoise(rows) : level;
}

/** Whether the noise is the same and independent everywhere. */
export function isWhite(noise: ChainNoise): noise is Extract<ChainNoise, { kind: 'white' }> {
  return noise.kind === 'white';
}

/**
 * Standard deviation of the noise of every value, on [−1, 1]. The signal is the mean of 3 × 3 values of what is seen, which
 * hardly knows the noise of the value itself.
 * @param seen  [1, c, h, w].
 */
export function noiseDeviations(noise: ChainNoise, seen: Tensor): Float32Array {
  if (noise.kind !== 'poisson') return new Float32Array(seen.data.length).fill(noise.sigma / SCALE);
  const { slope, sigma } = noise;
  const [, c, h, w] = seen.shape;
  const out = new Float32Array(seen.data.length);
  for (let plane = 0; plane < c; plane++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        let sum = 0;
        let count = 0;
        for (let i = Math.max(0, y - 1); i <= Math.min(h - 1, y + 1); i++) {
          for (let j = Math.max(0, x - 1); j <= Math.min(w - 1, x + 1); j++, count++) {
            sum += seen.data[(plane * h + i) * w + j];
          }
        }
        const signal = Math.max(0, (sum / count + 1) * SCALE);
        out[(plane * h + y) * w + x] = Math.max(ROUNDING, Math.sqrt(slope * signal + sigma ** 2)) / SCALE;
      }
    }
  }
  return out;
}

/** A picture with such noise added, [1, c, h, w] on [−1, 1]. */
export function withNoise(noise: ChainNoise, clean: Tensor, random: BatchRandom): Tensor {
  const [, c, h, w] = clean.shape;
  const shape: ImageShape = [c, h, w];
  if (noise.sigma === 0 && noise.kind !== 'poisson') return clean;
  if (noise.kind === 'grain') return linear(1, clean, noise.sigma / SCALE, drawGrain(shape, noise.size, random));
  const white = random.normal([1, ...shape]);
  if (noise.kind === 'white') return linear(1, clean, noise.sigma / SCALE, white);
  const out = zeros(clean.shape);
  for (let i = 0; i < out.data.length; i++) {
    const signal = Math.max(0, (clean.data[i] + 1) * SCALE);
    out.data[i] = clean.data[i] + (Math.sqrt(noise.slope * signal + noise.sigma ** 2) / SCALE) * white.data[i];
  }
  return out;
}
