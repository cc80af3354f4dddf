import { invalidArgument } from '../errors.ts';
import type { BatchRandom } from '../tensor/random.ts';
import { normPerSample, sampleSize, type Tensor } from '../tensor/tensor.ts';
import type { Estimate } from './sampler.ts';
import type { Sde } from './sde.ts';

/** One correction at level σ of a run whose next level is σ′ (0 at the last one). */
export interface CorrectorUpdate {
  readonly sde: Sde;
  /** State at `sigma`, in σ-space. */
  readonly x: Tensor;
  readonly sigma: number;
  readonly sigmaNext: number;
  /** The denoiser's answer at (x, sigma). */
  readonly estimate: Estimate;
  readonly random: BatchRandom;
}

/** A Markov chain step that leaves p_σ (nearly) as it is: state at `sigma` in and out, and ε of every sample. */
export type Corrector = (update: CorrectorUpdate) => { readonly state: Tensor; readonly stepSize: Float64Array };

export const correctorNames = ['none', 'langevin'] as const;
export type CorrectorName = (typeof correctorNames)[number];

/**
 * The corrector of that name, undefined for `none`.
 * @param snr  signal-to-noise ratio r of the Langevin step, > 0 (.05 … .2 in the paper; .16 for VE on CIFAR-10).
 * @throws invalid-argument
 */
export function createCorrector(
  name: CorrectorName,
  { snr = 0.16 }: { readonly snr?: number } = {},
): Corrector | undefined {
  switch (name) {
    case 'none':
      return undefined;
    case 'langevin':
      return langevinCorrector(snr);
    default:
      throw invalidArgument('corrector', `one of ${correctorNames.join(', ')}`, name);
  }
}

/**
 * Langevin corrector (Song et al. 2021, algorithms 4 and 5):
 *
 *     x ← x + ε s + √(2ε) z,    ε = 2 a (r ‖z‖/‖s‖)²,    a = (α/α′)²
 *
 * a is 1 for VE and 1 − β for VP, with α′ of the next level. The paper states the rule in the SDE's state x̃ = α x,
 * where s̃ = s/α: dividing x̃ + ε̃ s̃ + √(2ε̃) z by α gives the rule above with ε = ε̃/α², and ε̃ = 2a(r‖z‖/‖s̃‖)² is
 * α² times the ε above; so the same formula holds in σ-space, with the score of σ-space. Norms are taken per sample,
 * not averaged over the batch as in the paper's code, so that the batch size never changes a sample.
 *
 * Its stationary variance exceeds that of p_σ by a share of about r² (finite step) + 4/d (norms that depend on the state
 * and the noise; d values in a picture): use r ≤ .1 where the spread of samples matters.
 *
 * @throws invalid-argument unless snr is positive and finite.
 */
export function langevinCorrector(snr: number): Corrector {
  if (!(snr > 0 && Number.isFinite(snr))) throw invalidArgument('snr', 'a positive number', snr);
  return ({ sde, x, sigma, sigmaNext, estimate, random }) => {
    const alpha = sde.alpha(sde.timeOf(sigma));
    const alphaNext = sigmaNext > 0 ? sde.alpha(sde.timeOf(sigmaNext)) : 1;
    const a = (alpha / alphaNext) ** 2;
    const z = random.passingNormal(x.shape);
    const noiseNorm = normPerSample(z);
    const norm = scoreNorm(x, sigma, estimate);
    const stepSize = norm.map((s, n) => {
      // A flat density gives no length scale to step by.
      return s > 0 ? 2 * a * (snr * (noiseNorm[n] / s)) ** 2 : 0;
    });
    const out = new Float32Array(x.data.length);
    const size = sampleSize(x.shape);
    stepSize.forEach((epsilon, n) => {
      const pull = epsilon / (sigma * sigma);
      const push = Math.sqrt(2 * epsilon);
      for (let i = n * size, end = i + size; i < end; i++) {
        out[i] = x.data[i] + pull * (estimate.denoised.data[i] - x.data[i]) + push * z.data[i];
      }
    });
    return { state: { shape: x.shape, data: out }, stepSize };
  };
}

/** ‖s‖ = ‖D − x‖/σ² of every sample. */
export function scoreNorm({ shape, data: x }: Tensor, sigma: number, estimate: Estimate): Float64Array {
  const size = sampleSize(shape);
  const denoised = estimate.denoised.data;
  const out = new Float64Array(shape[0]);
  for (let n = 0; n < out.length; n++) {
    let sum = 0;
    for (let i = n * size, end = i + size; i < end; i++) {
      const difference = denoised[i] - x[i];
      sum += difference * difference;
    }
    out[n] = Math.sqrt(sum) / (sigma * sigma);
  }
  return out;
}
