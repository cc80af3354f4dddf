import { createCorrector, type CorrectorName } from '../../../src-main/sampling/corrector.ts';
import { predictorCorrector } from '../../../src-main/sampling/predictor-corrector.ts';
import { createPredictor, type PredictorName } from '../../../src-main/sampling/predictors/registry.ts';
import type { Denoiser } from '../../../src-main/sampling/sampler.ts';
import { createSchedule, type ScheduleName } from '../../../src-main/sampling/schedule.ts';
import type { Sde } from '../../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import type { Tensor } from '../../../src-main/tensor/tensor.ts';
import { exactDenoiser } from './exact-network.ts';
import { marginal } from './forward-walk.ts';
import type { Mixture } from './mixture.ts';
import type { Walk, WalkFrame, WalkOptions } from './walk.ts';

export interface ReverseOptions extends WalkOptions {
  readonly sde: Sde;
  readonly schedule: ScheduleName;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly steps: number;
  readonly predictor: PredictorName;
  readonly corrector: CorrectorName;
  readonly snr: number;
  /** Another score than the exact one. */
  readonly denoiser?: Denoiser | undefined;
}

/** Scale of x = x0 + σ z as drawn, that of the variance-preserving SDE: keeps every noise level in view. */
export function drawnScale(sigma: number): number {
  return 1 / Math.sqrt(1 + sigma * sigma);
}

/**
 * Predictor–corrector sampling from pure noise at `sigmaMax` down to a picture, with the exact score. Frames are the
 * states after each level, scaled by `drawnScale`. All points are one sample of the batch, so that the corrector's step
 * follows the norms over all of them as it does over all pixels of a picture; over two pixels these have no mean.
 */
export async function* reverseWalk(mixture: Mixture, options: ReverseOptions): Walk {
  const { sde, count, sigmaMin, sigmaMax, steps } = options;
  const random = BatchRandom.seeded(options.seed, 1);
  const initial = random.normal([1, 1, count, 2]);
  initial.data.forEach((value, i) => (initial.data[i] = sigmaMax * value));
  const sigmas = createSchedule(options.schedule, { sde, steps, sigmaMin, sigmaMax });
  let evaluations = 0;
  const denoise = options.denoiser ?? exactDenoiser(mixture);
  const run = predictorCorrector({
    denoiser: (x, sigma) => {
      evaluations++;
      return denoise(x, sigma);
    },
    sde,
    sigmas,
    predictor: createPredictor({ name: options.predictor }),
    corrector: createCorrector(options.corrector, { snr: options.snr }),
    random,
    initial,
  });
  const frame = (step: number, sigma: number, state: Tensor): WalkFrame => {
    const alpha = drawnScale(sigma);
    return {
      step,
      steps,
      sigma,
      points: state.data.map((value) => alpha * value),
      alpha,
      exact: marginal(mixture, alpha, sigma),
      evaluations,
    };
  };
  yield frame(0, sigmaMax, initial);
  for await (const { kind, index, sigmaNext, state } of run) {
    if (kind === 'predictor') yield frame(index + 1, sigmaNext, state);
  }
}
