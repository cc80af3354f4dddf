import { annealedLangevin } from '../../../src-main/sampling/annealed-langevin.ts';
import type { Denoiser } from '../../../src-main/sampling/sampler.ts';
import { geometricSchedule } from '../../../src-main/sampling/schedule.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { exactDenoiser } from './exact-network.ts';
import { momentsOf, type Mixture } from './mixture.ts';
import type { Moments } from './moments.ts';
import type { Walk, WalkOptions } from './walk.ts';

export interface LangevinOptions extends WalkOptions {
  /** α/σ² of the updates, 0 … 4. */
  readonly relativeStep: number;
  /** Noise level of the target, or the last one of an annealed run. */
  readonly sigma: number;
  /** 1: only `sigma`; more: from `sigmaMax` down to it. */
  readonly levels: number;
  readonly sigmaMax: number;
  /** Updates in all. */
  readonly steps: number;
  /** Another score than the exact one. */
  readonly denoiser?: Denoiser | undefined;
  /** Moments of what the points should be draws of, where that is not the mixture with noise. */
  readonly exact?: Moments | undefined;
}

/**
 * Langevin updates x ← x + (α/2) s(x; σ) + √α z of points that begin around (−1.2, −1.2), away from most of the density.
 * At one level the last state counts, not its denoised form: the points are draws from p_σ.
 */
export async function* langevinWalk(mixture: Mixture, options: LangevinOptions): Walk {
  const { count, relativeStep, sigma, levels, sigmaMax } = options;
  const random = BatchRandom.seeded(options.seed, count);
  const initial = random.normal([count, 1, 1, 2]);
  initial.data.forEach((value, i) => (initial.data[i] = 0.05 * value - 1.2));
  const sigmas = levels > 1 ? geometricSchedule({ steps: levels, sigmaMin: sigma, sigmaMax }) : [sigma, 0];
  const stepsPerLevel = Math.max(1, Math.round(options.steps / levels));
  const steps = stepsPerLevel * levels;
  const frame = (step: number, level: number, points: Float32Array) => ({
    step,
    steps,
    sigma: level,
    points,
    alpha: 1,
    exact: options.exact ?? momentsOf(mixture, level),
    evaluations: step,
  });
  yield frame(0, sigmas[0], initial.data);
  const run = annealedLangevin({
    denoiser: options.denoiser ?? exactDenoiser(mixture),
    sigmas,
    stepsPerLevel,
    relativeStep,
    random,
    initial,
  });
  let step = 0;
  for await (const { kind, sigma: level, state } of run) {
    if (kind !== 'corrector') return;
    yield frame(++step, level, state.data);
  }
}
