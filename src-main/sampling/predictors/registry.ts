import { z } from 'zod';
import { LangevinError } from '../../errors.ts';
import type { PredictorMethod } from '../predictor.ts';
import { ancestral } from './ancestral.ts';
import { ddim } from './ddim.ts';
import { dpmSolver2M } from './dpm-solver.ts';
import { eulerMaruyama } from './euler-maruyama.ts';
import { euler } from './euler.ts';
import { heun } from './heun.ts';
import { renoise } from './renoise.ts';
import { rk45 } from './rk45.ts';
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
  'renoise',
  'euler',
  'heun',
  'dpm++2m',
  'rk45',
] as const;
export type PredictorName = (typeof predictorNames)[number];

/** Predictors with a share η of fresh noise. */
export const stochasticityNames = ['ddim', 'renoise'] as const satisfies readonly PredictorName[];

/** Predictors whose noise or drift depends on the SDE; the others follow the probability flow, the same for all. */
export const sdeDependentNames = [
  'euler-maruyama',
  'reverse-diffusion',
  'ancestral',
] as const satisfies readonly PredictorName[];

const predictorSchema = z.discriminatedUnion('name', [
  /** eta: share of fresh noise, 0 (deterministic) … 1. */
  z.strictObject({ name: z.enum(stochasticityNames), eta: z.number().min(0).max(1).default(0) }),
  /** rtol, atol: allowed local errors of the solver. */
  z.strictObject({
    name: z.literal('rk45'),
    rtol: z.number().gt(0).max(1).default(1e-4),
    atol: z.number().gt(0).max(1).default(1e-4),
  }),
  z.strictObject({ name: z.enum(predictorNames).exclude([...stochasticityNames, 'rk45']) }),
]);

/** Name of a predictor and, for `ddim` and `renoise`, its η, for `rk45` its tolerances. */
export type PredictorOptions = z.input<typeof predictorSchema>;

/** The options of a predictor from a name, and an η and tolerances, which only those that have them take. */
export function predictorOptions(
  name: PredictorName,
  eta: number,
  tolerances: { readonly rtol?: number; readonly atol?: number } = {},
): PredictorOptions {
  if (name === 'rk45') return { name, rtol: tolerances.rtol, atol: tolerances.atol };
  return name === 'ddim' || name === 'renoise' ? { name, eta } : { name };
}

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
  const checked = result.data;
  if (checked.name === 'rk45') return rk45(checked);
  if (checked.name === 'ddim') return ddim(checked.eta);
  return checked.name === 'renoise' ? renoise(checked.eta) : withoutOptions[checked.name];
}
