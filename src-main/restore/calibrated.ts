import { SAMPLER_OPTIONS, type RestoreOptions, type Task } from '../contract/restore-options.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import type { TunedSettings } from './settings.ts';
import type { TunedTable } from './tuned.ts';

// The solvers of the tasks aim at the best picture, which is near the posterior's mean, and their samples vary too
// little (variance .25 to .5 of the posterior's, docs/solvers.md). These follow the reverse SDE closely enough for the
// variance to be right within .95 to 1.1 on Gaussian posteriors, which test/restore/calibrated.test.ts holds them to.

/** Known and unknown values are apart: one product of the conjugate residuals solves the system. */
const SEPARATE: TunedSettings = {
  predictor: 'euler-maruyama',
  steps: 15,
  sigmaMax: 1,
  sigmaMin: 0.03,
  method: { iterations: 1 },
};
/** The operator mixes values, so that the system needs more of them, and more levels to use them at. */
const MIXED: TunedSettings = {
  predictor: 'euler-maruyama',
  steps: 30,
  sigmaMax: 2,
  sigmaMin: 0.03,
  method: { iterations: 3 },
};

/** Samplers whose samples have the posterior's variance. */
export const CALIBRATED: TunedTable = {
  inpaint: [{ solver: 'mmps', settings: SEPARATE }],
  colorize: [{ solver: 'mmps', settings: SEPARATE }],
  'super-resolve': [{ solver: 'mmps', settings: SEPARATE }],
  denoise: [{ solver: 'mmps', settings: SEPARATE }],
  deblur: [{ solver: 'mmps', settings: MIXED }],
};

/** Share of the work of a run that its samples take, the rest being the calibrated ones; for progress only. */
export const SHARE_OF_SAMPLES: Readonly<Partial<Record<Task, number>>> = {
  inpaint: 0.25,
  denoise: 0.25,
  deblur: 0.2,
};

/**
 * The options with which the deviation of several samples is found; undefined where it is that of the samples
 * themselves: of one sample there is none, a sampler that was asked for by name is taken at its word, without gradients
 * there is no calibrated one, and that of `reconstruct` is calibrated as it is.
 */
export function deviationOptions(options: RestoreOptions, network: ScoreNetwork): RestoreOptions | undefined {
  const { samples, task, preset, ensemble } = options;
  const isAsked = ensemble !== undefined || SAMPLER_OPTIONS.some((name) => options[name] !== undefined);
  if (samples < 2 || isAsked || preset === 'instant') return undefined;
  if (CALIBRATED[task] === undefined || network.vjp === undefined) return undefined;
  const { preset: _preset, contactSheet: _sheet, ...others } = options;
  return others;
}
