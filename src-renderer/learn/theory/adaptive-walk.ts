import { probabilityFlow } from '../../../src-main/sampling/flow.ts';
import { predictorCorrector } from '../../../src-main/sampling/predictor-corrector.ts';
import { createPredictor } from '../../../src-main/sampling/predictors/registry.ts';
import { karrasSchedule } from '../../../src-main/sampling/schedule.ts';
import { createSde } from '../../../src-main/sampling/sde.ts';
import { createCorrector } from '../../../src-main/sampling/corrector.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import type { Tensor } from '../../../src-main/tensor/tensor.ts';
import { exactDenoiser } from './exact-network.ts';
import { marginal } from './forward-walk.ts';
import type { Mixture } from './mixture.ts';
import { drawnScale } from './reverse-walk.ts';
import type { Walk, WalkFrame, WalkOptions } from './walk.ts';

export interface AdaptiveOptions extends WalkOptions {
  /** Local error allowed, relative and absolute. */
  readonly tolerance: number;
  readonly sigmaMax: number;
  readonly sigmaMin: number;
}

/** What the solver chose, and how good it is. */
export interface AdaptiveSolution {
  /** σmax and the levels of the accepted steps, down to σmin. */
  readonly sigmas: readonly number[];
  readonly evaluations: number;
  /** Root mean square distance of the end points from those of a solution 1000 times as exact. */
  readonly error: number;
  /** The same of Heun's fixed steps on the Karras schedule with as many evaluations. */
  readonly heunError: number;
}

/** All points as one picture [1, 1, n, 2], so that they share their steps. */
function noise({ count, seed, sigmaMax }: AdaptiveOptions): Tensor {
  const x = BatchRandom.seeded(seed, 1).normal([1, 1, count, 2]);
  x.data.forEach((value, i) => (x.data[i] = sigmaMax * value));
  return x;
}

/** Solves the probability-flow ODE from σmax to σmin by RK45 and compares. */
export async function solveAdaptively(mixture: Mixture, options: AdaptiveOptions): Promise<AdaptiveSolution> {
  const { tolerance, sigmaMax, sigmaMin } = options;
  const denoiser = exactDenoiser(mixture);
  const initial = noise(options);
  const levels = { from: sigmaMax, to: sigmaMin };
  const sigmas = [sigmaMax];
  const { state, evaluations } = await probabilityFlow(denoiser, initial, levels, {
    rtol: tolerance,
    atol: tolerance,
    onStep: ({ sigma }) => sigmas.push(sigma),
  });
  const fine = Math.max(1e-9, tolerance / 1000);
  const reference = await probabilityFlow(denoiser, initial, levels, { rtol: fine, atol: fine });
  const steps = Math.max(2, Math.round((evaluations[0] + 1) / 2));
  const run = predictorCorrector({
    denoiser,
    sde: createSde({ name: 'edm' }),
    // Heun's last step, to σ = 0, denoises; it is left out.
    sigmas: karrasSchedule({ steps, sigmaMin, sigmaMax }),
    predictor: createPredictor({ name: 'heun' }),
    corrector: createCorrector('none', { snr: 0.16 }),
    random: BatchRandom.seeded(options.seed, 1),
    initial,
  });
  let fixed = initial;
  for await (const { index, count, state: next } of run) if (index < count - 1) fixed = next;
  return {
    sigmas,
    evaluations: evaluations[0],
    error: distance(state, reference.state),
    heunError: distance(fixed, reference.state),
  };
}

function distance(a: Tensor, b: Tensor): number {
  let sum = 0;
  a.data.forEach((value, i) => (sum += (value - b.data[i]) ** 2));
  return Math.sqrt((2 * sum) / a.data.length);
}

/** The points at the levels that the solver stopped at. */
export async function* adaptiveWalk(mixture: Mixture, options: AdaptiveOptions): Walk {
  const { tolerance } = options;
  const { sigmas } = await solveAdaptively(mixture, options);
  const steps = sigmas.length - 1;
  let state = noise(options);
  let evaluations = 0;
  for (let step = 0; ; step++) {
    const sigma = sigmas[step];
    const alpha = drawnScale(sigma);
    const frame: WalkFrame = {
      step,
      steps,
      sigma,
      points: state.data.map((value) => alpha * value),
      alpha,
      exact: marginal(mixture, alpha, sigma),
      evaluations,
    };
    yield frame;
    if (step === steps) return;
    const levels = { from: sigma, to: sigmas[step + 1] };
    const next = await probabilityFlow(exactDenoiser(mixture), state, levels, { rtol: tolerance, atol: tolerance });
    state = next.state;
    evaluations += next.evaluations[0];
  }
}
