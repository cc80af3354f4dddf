import { invalidArgument, LangevinError, throwIfCancelled } from '../errors.ts';
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
  /** Langevin updates at each level, T [3]. */
  readonly stepsPerLevel?: number | undefined;
  /**
   * αᵢ/σᵢ², the papers' ε/σ_L² [.7]: ε 2e-5 with σ_L .01 is .2 (Song & Ermon 2019, T = 100), 6.2e-6 is .062 (2020,
   * T = 5, thousands of levels). From 4 on the updates diverge.
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
  const { denoiser, sigmas, stepsPerLevel = 3, relativeStep = 0.7, random, project, signal } = run;
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
      const noise = random.passingNormal(x.shape);
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

/** Variance ratio from which on samples visibly keep noise of earlier levels. */
const MOST_VARIANCE = 1.25;
/** Variances of prior modes that the ratio is looked at for: coarse structure to fine detail of pictures in [−1, 1]. */
const MODES = [1, 0.1, 0.01, 0.001];

/**
 * Variance of the chain's samples ÷ that of the prior, the worst over `MODES`, for a Gaussian prior: by the exact
 * recursion. At level σ an update takes the variance v of a mode λ to k²v + α with k = 1 − α/(2(λ + σ²)), so T of them to
 * v∞ + (v − v∞)k^2T with v∞ = α/(1 − k²); Tweedie's estimate at the end shrinks it by (λ/(λ + σ²))².
 * @param sigmas  descending noise levels ending in 0.
 * @param relativeStep  α in units of σ², between 0 and 4.
 */
export function annealedVarianceRatio(sigmas: ArrayLike<number>, stepsPerLevel: number, relativeStep: number): number {
  const ratios = MODES.map((lambda) => {
    let variance = sigmas[0] ** 2;
    let sigma = sigmas[0];
    for (let i = 0; i + 1 < sigmas.length; i++) {
      sigma = sigmas[i];
      const alpha = relativeStep * sigma ** 2;
      const keep = (1 - alpha / (2 * (lambda + sigma ** 2))) ** 2;
      const settled = alpha / (1 - keep);
      variance = settled + (variance - settled) * keep ** stepsPerLevel;
    }
    return ((lambda / (lambda + sigma ** 2)) ** 2 * variance) / lambda;
  });
  return Math.max(...ratios);
}

/**
 * For hosts, who sample to get pictures (lessons may show the failure).
 * @throws invalid-argument for levels too far apart for T = `stepsPerLevel` and α/σ² = `relativeStep`.
 */
export function assertFollows(sigmas: ArrayLike<number>, stepsPerLevel: number, relativeStep: number): void {
  const ratio = annealedVarianceRatio(sigmas, stepsPerLevel, relativeStep);
  if (ratio <= MOST_VARIANCE) return;
  throw new LangevinError(
    'invalid-argument',
    `Annealed Langevin cannot follow ${sigmas.length - 1} noise levels from ${sigmas[0]} to ` +
      `${sigmas[sigmas.length - 2].toPrecision(2)} with ${stepsPerLevel} updates of step ${relativeStep} at each: its ` +
      `samples would keep ${ratio.toPrecision(2)} times the right variance, noise of earlier levels. Use more levels ` +
      `(geometric ones), more updates, or a step nearer to 1.`,
  );
}
