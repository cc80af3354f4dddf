import { z } from 'zod';
import { LangevinError } from '../../errors.ts';
import type { PredictorMethod } from '../predictor.ts';
import { ancestral } from './ancestral.ts';
import { ddim } from './ddim.ts';
import { dpmSolver2M } from './dpm-solver.ts';
import { eulerMaruyama } from './euler-maruyama.ts';
import { euler } from './euler.ts';
import { heun } from './heun.ts';
import { reverseDiffusion } from './reverse-diffusion.ts';

const withoutOptions = {
  'euler-maruyama': eulerMaruyama,
  'reverse-diffusion': reverseDiffusion,
  ancestral,
  euler,
  heun,
  'dpm++2m': dpmSolver2M,
} as const;

export const predictorNames = [
  'euler-maruyama',
  'reverse-diffusion',
  'ancestral',
  'ddim',
  'euler',
  'heun',
  'dpm++2m',
] as const;
export type PredictorName = (typeof predictorNames)[number];

const predictorSchema = z.discriminatedUnion('name', [
  /** eta: share of fresh noise, 0 (deterministic) … 1. */
  z.strictObject({ name: z.literal('ddim'), eta: z.number().min(0).max(1).default(0) }),
  z.strictObject({ name: z.enum(predictorNames).exclude(['ddim']) }),
]);

/** Name of a predictor and, for `ddim`, its η. */
export type PredictorOptions = z.input<typeof predictorSchema>;

/**
 * The predictor of that name.
 * @throws invalid-argument for an unknown name, naming the known ones, or an option it does not have.
 */
export function createPredictor(options: PredictorOptions): PredictorMethod {
  const result = predictorSchema.safeParse(options);
  if (!result.success) {
    const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'predictor'}: ${issue.message}`);
    throw new LangevinError(
      'invalid-argument',
      `The predictor options are not valid: ${issues.join('; ')}. Known predictors: ${predictorNames.join(', ')}.`,
    );
  }
  return result.data.name === 'ddim' ? ddim(result.data.eta) : withoutOptions[result.data.name];
}
