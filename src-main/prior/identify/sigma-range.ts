import { throwIfCancelled } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { ScoreNetwork } from '../score-network.ts';
import { meanSquare, noisy } from './rank-meanings.ts';

/** Mean squared error of D by noise level, on pictures in [−1, 1]. */
export interface Calibration {
  readonly sigma: readonly number[];
  readonly mse: readonly number[];
}

/** Levels to measure at. */
export const calibrationSigmas = [
  0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 5, 8, 15, 30, 80,
] as const;

/** D takes less than this share of the noise's energy away: it does not know the level. */
const useless = 0.95;
/** At high noise the mean of a network's own pictures is left to say, which may be as far from these as black from grey. */
const lost = 0.5;

/** The mean squared error at each level, over all pictures, [1, c, h, w] in [−1, 1]. */
export async function measureErrors(
  network: ScoreNetwork,
  pictures: readonly Tensor[],
  sigmas: readonly number[],
  signal: AbortSignal,
): Promise<Calibration> {
  const mse: number[] = [];
  for (const [level, sigma] of sigmas.entries()) {
    let sum = 0;
    for (const [index, picture] of pictures.entries()) {
      throwIfCancelled(signal);
      const { clean, x } = noisy(picture, sigma, index, level);
      const { data } = await network.denoise(x, Float32Array.of(sigma));
      sum += meanSquare(data, clean.data);
    }
    mse.push(sum / pictures.length);
  }
  return { sigma: [...sigmas], mse };
}

/**
 * The levels between which a network denoises: those around the one where it takes most of the noise away, as far as it is
 * of use on either side.
 * @param variance  of the pictures' pixels.
 * @returns undefined where it is of use at none.
 */
export function usefulRange(
  { sigma, mse }: Calibration,
  variance: number,
): { readonly min: number; readonly max: number } | undefined {
  const isUseful = sigma.map((s, i) => mse[i] < useless * s * s && mse[i] < variance + lost);
  const gain = sigma.map((s, i) => (isUseful[i] ? (s * s) / mse[i] : 0));
  // At high noise everything that answers grey gains much: where the picture itself is found is what counts.
  const found = gain.map((g, i) => (mse[i] < variance / 2 ? g : g > 0 ? 1 : 0));
  const best = found.indexOf(Math.max(...found));
  if (!isUseful[best]) return undefined;
  let [low, high] = [best, best];
  while (low > 0 && isUseful[low - 1]) low--;
  while (high < sigma.length - 1 && isUseful[high + 1]) high++;
  return { min: sigma[low], max: sigma[high] };
}

/** Variance of the values of pictures, and so σ_data². */
export function pixelVariance(pictures: readonly Tensor[]): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const { data } of pictures) {
    for (const value of data) {
      count++;
      sum += value;
      squares += value * value;
    }
  }
  return squares / count - (sum / count) ** 2;
}
