import { invalidArgument, throwIfCancelled } from '../errors.ts';
import type { BatchRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { scoreNorm, type Corrector } from './corrector.ts';
import type { PredictorMethod } from './predictor.ts';
import type { Denoiser, Projection, SamplerStep } from './sampler.ts';
import { assertSchedule } from './schedule.ts';
import type { Sde } from './sde.ts';

export interface PredictorCorrectorRun {
  /** Prior or posterior denoiser. */
  readonly denoiser: Denoiser;
  readonly sde: Sde;
  /** Descending noise levels ending in 0. */
  readonly sigmas: ArrayLike<number>;
  readonly predictor: PredictorMethod;
  readonly corrector?: Corrector | undefined;
  /** Corrections at each level [1]; without a corrector none are made. */
  readonly correctorSteps?: number | undefined;
  /** One generator per sample. */
  readonly random: BatchRandom;
  /** State at sigmas[0] in σ-space: x0 + sigmas[0] z. */
  readonly initial: Tensor;
  /** Applied after every update, at the level that the update leads to (0 for the last). */
  readonly project?: Projection | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Predictor–corrector sampling (Song et al. 2021, algorithm 1) in σ-space: at every level the corrector, then the
 * predictor to the next level. The step to σ = 0 takes the denoiser's estimate at the last level (exact Tweedie).
 * Evaluates the denoiser once per update (`predictor.evaluations` times per predictor step but the last): in all
 * L (corrections + 1) evaluations for L levels and a one-evaluation predictor.
 *
 * Yields every finished update; returns the sample, shape of `initial`.
 * @throws invalid-argument for levels that do not descend to 0 or a bad count; cancelled before the next update.
 */
export async function* predictorCorrector(run: PredictorCorrectorRun): AsyncGenerator<SamplerStep, Tensor> {
  const { denoiser, sde, sigmas, corrector, random, project, signal } = run;
  assertSchedule(sigmas);
  const corrections = run.correctorSteps ?? 1;
  if (!Number.isSafeInteger(corrections) || corrections < 0) {
    throw invalidArgument('correctorSteps', 'an integer ≥ 0', corrections);
  }
  const predictor = run.predictor.start({ sde, denoiser, random });
  const projected = (x: Tensor, sigma: number): Tensor => (project ? project(x, sigma, random) : x);
  const count = sigmas.length - 1;
  let x = run.initial;

  for (let index = 0; index < count; index++) {
    const [sigma, sigmaNext] = [sigmas[index], sigmas[index + 1]];
    const level = { index, count, sigma };

    for (let i = 0; corrector !== undefined && i < corrections; i++) {
      throwIfCancelled(signal);
      const estimate = await denoiser(x, sigma);
      const norm = scoreNorm(x, sigma, estimate);
      const corrected = corrector({ sde, x, sigma, sigmaNext, estimate, random });
      x = projected(corrected.state, sigma);
      yield {
        ...level,
        kind: 'corrector',
        sigmaNext: sigma,
        state: x,
        denoised: estimate.denoised,
        scoreNorm: norm,
        stepSize: mean(corrected.stepSize),
      };
    }

    throwIfCancelled(signal);
    const estimate = await denoiser(x, sigma);
    const norm = scoreNorm(x, sigma, estimate);
    const next = sigmaNext > 0 ? await predictor({ x, sigma, sigmaNext, estimate }) : estimate.denoised;
    x = projected(next, sigmaNext);
    yield {
      ...level,
      kind: 'predictor',
      sigmaNext,
      state: x,
      denoised: estimate.denoised,
      scoreNorm: norm,
      stepSize: sigma - sigmaNext,
    };
  }
  return x;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
