import { invalidArgument, throwIfCancelled } from '../errors.ts';
import type { BatchRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { combination } from './combination.ts';
import { scoreNorm } from './corrector.ts';
import type { Denoiser, Projection, SamplerStep } from './sampler.ts';
import { assertSchedule } from './schedule.ts';

export interface AnnealedLangevinRun {
  /** Prior or posterior denoiser. */
  readonly denoiser: Denoiser;
  /** Descending noise levels ending in 0; geometric in the papers. */
  readonly sigmas: ArrayLike<number>;
  /** Langevin updates at each level, T [5]. */
  readonly stepsPerLevel?: number | undefined;
  /**
   * αᵢ/σᵢ², the papers' ε/σ_L² [.062]: ε 2e-5 with σ_L .01 is .2 (Song & Ermon 2019), 6.2e-6 is .062 (2020). From 4 on
   * the updates diverge.
   */
  readonly relativeStep?: number | undefined;
  /** One generator per sample. */
  readonly random: BatchRandom;
  /** Where the chain starts, at sigmas[0]. */
  readonly initial: Tensor;
  /** Applied after every update. */
  readonly project?: Projection | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Annealed Langevin dynamics (Song & Ermon 2019, algorithm 1): T Langevin updates at every level, from the highest
 * down, each level starting from where the one before ended,
 *
 *     x ← x + (αᵢ/2) s(x; σᵢ) + √αᵢ z,    αᵢ = ε σᵢ²/σ_L²
 *
 * and at the end the denoised state (Song & Ermon 2020, algorithm 1). L T + 1 evaluations for L levels.
 * Yields every update (the last as a `predictor` step to σ = 0); returns the sample, shape of `initial`.
 * @throws invalid-argument; cancelled before the next update.
 */
export async function* annealedLangevin(run: AnnealedLangevinRun): AsyncGenerator<SamplerStep, Tensor> {
  const { denoiser, sigmas, stepsPerLevel = 5, relativeStep = 0.062, random, project, signal } = run;
  assertSchedule(sigmas);
  if (!Number.isSafeInteger(stepsPerLevel) || stepsPerLevel < 1) {
    throw invalidArgument('stepsPerLevel', 'an integer ≥ 1', stepsPerLevel);
  }
  if (!(relativeStep > 0 && relativeStep < 4)) {
    throw invalidArgument('relativeStep', 'a number between 0 and 4', relativeStep);
  }
  const projected = (x: Tensor, sigma: number): Tensor => (project ? project(x, sigma, random) : x);
  const count = sigmas.length - 1;
  // (α/2) s = (relativeStep/2) (D − x).
  const pull = relativeStep / 2;
  let x = run.initial;

  for (let index = 0; index < count; index++) {
    const sigma = sigmas[index];
    for (let i = 0; i < stepsPerLevel; i++) {
      throwIfCancelled(signal);
      const estimate = await denoiser(x, sigma);
      const norm = scoreNorm(x, sigma, estimate);
      const noise = random.normal(x.shape);
      x = combination([1 - pull, x], [pull, estimate.denoised], [Math.sqrt(relativeStep) * sigma, noise]);
      x = projected(x, sigma);
      yield {
        kind: 'corrector',
        index,
        count,
        sigma,
        sigmaNext: sigma,
        state: x,
        denoised: estimate.denoised,
        scoreNorm: norm,
        // ε of x + ε s + √(2ε) z, as for the Langevin corrector.
        stepSize: pull * sigma * sigma,
      };
    }
  }

  throwIfCancelled(signal);
  const sigma = sigmas[count - 1];
  const estimate = await denoiser(x, sigma);
  const norm = scoreNorm(x, sigma, estimate);
  x = projected(estimate.denoised, 0);
  yield {
    kind: 'predictor',
    index: count - 1,
    count,
    sigma,
    sigmaNext: 0,
    state: x,
    denoised: estimate.denoised,
    scoreNorm: norm,
    stepSize: sigma,
  };
  return x;
}
