import { LangevinError, throwIfCancelled } from '../errors.ts';
import type { BatchRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { combination } from './combination.ts';
import { scoreNorm } from './corrector.ts';
import type { Estimate, Projection, SamplerStep } from './sampler.ts';
import { describeLevels } from './schedule.ts';

/** A rule of its own from x at σ to x′ at σ′ < σ; at σ′ = 0 its state is the estimate of x0. */
export interface Transition {
  transition(
    x: Tensor,
    sigma: number,
    sigmaNext: number,
    random: BatchRandom,
  ): Promise<Estimate & { readonly state: Tensor }>;
}

export interface TransitionRun {
  readonly likelihood: Transition;
  /** Noise levels to visit: starts by going down, may go up again (RePaint's resampling), ends in its only 0. */
  readonly path: ArrayLike<number>;
  /** One generator per sample. */
  readonly random: BatchRandom;
  /** State at path[0] in σ-space. */
  readonly initial: Tensor;
  /** Applied after every update, at the level that the update leads to. */
  readonly project?: Projection | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Walks a path of noise levels: down by the method's own transition, up by x + √(σ″² − σ²) z, which turns a draw at σ
 * into one at σ″ (Lugmayr et al. 2022, RePaint, algorithm 1).
 *
 * Yields every update; one that goes up has kind `renoise`, no score (norms 0), the estimate before it and a negative
 * step size. Returns the sample, shape of `initial`.
 * @throws invalid-argument for an impossible path; cancelled before the next update.
 */
export async function* transitionSampler(run: TransitionRun): AsyncGenerator<SamplerStep, Tensor> {
  const { likelihood, path, random, project, signal } = run;
  assertPath(path);
  const projected = (x: Tensor, sigma: number): Tensor => (project ? project(x, sigma, random) : x);
  const count = path.length - 1;
  let x = run.initial;
  let denoised = run.initial;

  for (let index = 0; index < count; index++) {
    throwIfCancelled(signal);
    const [sigma, sigmaNext] = [path[index], path[index + 1]];
    const level = { index, count, sigma, sigmaNext, stepSize: sigma - sigmaNext };
    if (sigmaNext > sigma) {
      const noise = random.passingNormal(x.shape);
      x = projected(combination([1, x], [Math.sqrt(sigmaNext ** 2 - sigma ** 2), noise]), sigmaNext);
      yield { ...level, kind: 'renoise', state: x, denoised, scoreNorm: new Float64Array(x.shape[0]) };
    } else {
      const moved = await likelihood.transition(x, sigma, sigmaNext, random);
      const norm = scoreNorm(x, sigma, moved);
      x = projected(moved.state, sigmaNext);
      denoised = moved.denoised;
      yield { ...level, kind: 'transition', state: x, denoised, scoreNorm: norm };
    }
  }
  return x;
}

function assertPath(path: ArrayLike<number>): void {
  const last = path.length - 1;
  let valid = last >= 1 && path[last] === 0 && path[1] < path[0];
  for (let i = 0; i < last && valid; i++) valid = Number.isFinite(path[i]) && path[i] > 0 && path[i] !== path[i + 1];
  if (!valid) {
    throw new LangevinError(
      'invalid-argument',
      `A path of noise levels is positive and finite, never stays at a level, starts by going down and ends in its ` +
        `only 0; this one does not: ${describeLevels(path)}.`,
    );
  }
}
