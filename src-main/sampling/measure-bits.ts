import { invalidArgument } from '../errors.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { BatchRandom, RandomGenerator } from '../tensor/random.ts';
import { sampleSize, type ImageShape, type Shape, type Tensor } from '../tensor/tensor.ts';
import { bitsPerDimension, dequantise } from './dequantise.ts';
import { priorDenoiser } from './denoiser.ts';
import type { Tolerances } from './dormand-prince.ts';
import { probabilityFlow } from './flow.ts';
import { drawProbe, logLikelihood, priorGradient, type ProbeName } from './log-likelihood.ts';

export interface MeasureBitsOptions extends Tolerances {
  /** Independent estimates, each with its own dequantisation and probe, ≥ 1. */
  readonly repeats: number;
  readonly probe: ProbeName;
  /** Level at which the density is taken [the network's smallest]. */
  readonly sigmaMin?: number | undefined;
  /** Level at which the state counts as Gaussian [the network's largest]. */
  readonly sigmaMax?: number | undefined;
  readonly seed: number;
  /** Number of the picture in a run, so that each has random numbers of its own. */
  readonly index: number;
  /** Whether the first estimate is decoded again. */
  readonly roundTrip: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told how much of the work is done, 0…1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface MeasuredBits {
  /** One unbiased estimate for each repeat, bits for each value of the picture. */
  readonly estimates: readonly number[];
  /** Network passes, and how many of them were vector–Jacobian products. */
  readonly nfe: number;
  readonly vjps: number;
  /** How far x0 → x_T → x0 ends from where it began, on [−1, 1]: root mean square and largest. */
  readonly roundTrip: { readonly rms: number; readonly max: number } | undefined;
}

/**
 * Bits per dimension of one 8-bit picture under the network's probability flow: a bound from above on its code length
 * (Song et al. 2021, §4.3 and D.2; Theis et al. 2016 for the dequantisation).
 * @param levels  0 … 255, channel by channel: `shape` is [c, h, w].
 * @throws unsupported-combination when the network has no gradient; invalid-argument; cancelled between evaluations.
 */
export async function measureBits(
  network: ScoreNetwork,
  levels: Uint8Array,
  shape: ImageShape,
  options: MeasureBitsOptions,
): Promise<MeasuredBits> {
  const { repeats, probe, seed, index, roundTrip, rtol, atol, signal, onProgress } = options;
  const { sigmaData } = network.manifest;
  const { sigmaMin = network.manifest.sigmaMin, sigmaMax = network.manifest.sigmaMax } = options;
  if (!(sigmaMin < sigmaMax)) throw invalidArgument('sigmaMin', `a number below sigmaMax = ${sigmaMax}`, sigmaMin);
  const gradient = priorGradient(network);
  const batch: Shape = [1, ...shape];
  const runs = repeats + (roundTrip ? 1 : 0);
  let run = 0;
  // Progress along a solve is counted in ln σ.
  const onStep = ({ sigma }: { sigma: number }): void => {
    const done = Math.abs(Math.log(sigma / (run < repeats ? sigmaMin : sigmaMax))) / Math.log(sigmaMax / sigmaMin);
    onProgress?.((run + done) / runs);
  };

  const estimates: number[] = [];
  let vjps = 0;
  let first: { readonly x: Tensor; readonly latent: Tensor } | undefined;
  for (; run < repeats; run++) {
    const random = new BatchRandom([new RandomGenerator(seed, index, run)]);
    const x = dequantise(levels, batch, random);
    const result = await logLikelihood(gradient, x, drawProbe(probe, batch, random), {
      sigmaMin,
      sigmaMax,
      sigmaData,
      rtol,
      atol,
      signal,
      onStep,
    });
    estimates.push(bitsPerDimension(result.logDensity[0], sampleSize(batch)));
    vjps += result.evaluations[0];
    first ??= { x, latent: result.latent };
  }
  let nfe = vjps;
  let error: MeasuredBits['roundTrip'];
  if (roundTrip && first !== undefined) {
    const levels = { from: sigmaMax, to: sigmaMin };
    const back = await probabilityFlow(priorDenoiser(network), first.latent, levels, { rtol, atol, signal, onStep });
    nfe += back.evaluations[0];
    error = difference(back.state, first.x);
  }
  return { estimates, nfe, vjps, roundTrip: error };
}

/** Mean of independent estimates, and its standard error when there are at least two. */
export function meanWithError(estimates: readonly number[]): { mean: number; standardError: number | undefined } {
  const n = estimates.length;
  const mean = estimates.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, standardError: undefined };
  const variance = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, standardError: Math.sqrt(variance / n) };
}

function difference(a: Tensor, b: Tensor): { rms: number; max: number } {
  let sum = 0;
  let max = 0;
  for (let i = 0; i < a.data.length; i++) {
    const error = Math.abs(a.data[i] - b.data[i]);
    sum += error * error;
    max = Math.max(max, error);
  }
  return { rms: Math.sqrt(sum / a.data.length), max };
}
