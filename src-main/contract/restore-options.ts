import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { issueSentences } from '../issue-sentences.ts';
import { damageSchema, type Damage } from './damage.ts';

export { damageSchema, type Damage };

/** What can be repaired; each task is an operator A with defaults tuned for the shipped networks. */
export const TASKS = ['inpaint', 'colorize', 'super-resolve', 'deblur', 'denoise', 'compound', 'reconstruct'] as const;
export type Task = (typeof TASKS)[number];

/**
 * How much a result may cost: `instant` is the fill alone, without a network (inpaint only), `fast` half as many passes (super-resolve
 * only), `balanced` the task's tuned solver, `best` the same with a self-ensemble, which super-resolve calls `faithful`: the mean
 * invents nothing that its runs do not agree on.
 */
export const PRESETS = ['instant', 'fast', 'balanced', 'best', 'faithful'] as const;
export type Preset = (typeof PRESETS)[number];

/** Presets that a task offers. `best` is taken for super-resolve's `faithful`. */
export function presetsOf(task: Task): readonly Preset[] {
  if (task === 'inpaint') return ['instant', 'balanced', 'best'];
  return task === 'super-resolve' ? ['fast', 'balanced', 'faithful'] : ['balanced', 'best'];
}

export const SDE_NAMES = ['ve', 'vp', 'subvp', 'edm', 'tutorial'] as const;

export const SCHEDULE_NAMES = ['karras', 'geometric', 'linear-t'] as const;

/**
 * How to sample; absent values come from the task's tuned defaults. Unknown keys are refused.
 */
export const samplingOptionsSchema = z.strictObject({
  solver: z.string().min(1).optional(),
  sde: z.enum(SDE_NAMES).optional(),
  predictor: z.string().min(1).optional(),
  corrector: z.string().min(1).optional(),
  /** Signal-to-noise ratio r of the Langevin corrector. */
  snr: z.number().positive().max(10).optional(),
  /** Corrector updates at each noise level. */
  correctorSteps: z.int().min(1).max(100).optional(),
  /** Noise levels from σmax to 0. */
  steps: z.int().min(1).max(10_000).optional(),
  sigmaMax: z.number().positive().max(1000).optional(),
  /** Lowest noise level before 0. */
  sigmaMin: z.number().positive().max(1000).optional(),
  schedule: z.enum(SCHEDULE_NAMES).optional(),
  /** Exponent of the Karras schedule. */
  rho: z.number().positive().max(100).optional(),
  /** Parameters of the SDE by name, such as betaMax of vp; `langevin solvers --json` lists them. */
  sdeOptions: z.record(z.string().min(1), z.number()).optional(),
  /** Share of fresh noise in a `ddim` or `renoise` step: 0 deterministic. */
  eta: z.number().min(0).max(1).optional(),
  /** Annealed Langevin: updates at each level, T. */
  langevinSteps: z.int().min(1).max(1000).optional(),
  /** Annealed Langevin: step α in units of σ². */
  langevinStep: z.number().positive().lt(4).optional(),
  /** rk45: allowed local errors, relative and absolute. */
  rtol: z.number().gt(0).max(1).optional(),
  atol: z.number().gt(0).max(1).optional(),
  /** The solver's own options by name; `langevin solvers NAME` lists them. */
  methodOptions: z.record(z.string().min(1), z.union([z.number(), z.boolean(), z.string(), z.null()])).optional(),
  seed: z.int().min(0).default(0),
  /** Posterior samples, each with a seed stream of its own. */
  samples: z.int().min(1).max(256).default(1),
});
export type SamplingOptions = z.infer<typeof samplingOptionsSchema>;

/** The options of sampling on which it depends what the others are and mean. */
export const chosenSamplerSchema = samplingOptionsSchema.pick({
  solver: true,
  predictor: true,
  corrector: true,
  schedule: true,
  sde: true,
});

/** Options that say how to sample, apart from which and how many samples. */
export const SAMPLER_OPTIONS = [
  'solver',
  'sde',
  'predictor',
  'corrector',
  'snr',
  'correctorSteps',
  'steps',
  'sigmaMax',
  'sigmaMin',
  'schedule',
  'rho',
  'sdeOptions',
  'eta',
  'langevinSteps',
  'langevinStep',
  'rtol',
  'atol',
  'methodOptions',
] as const satisfies readonly (keyof SamplingOptions)[];

export const restoreOptionsSchema = samplingOptionsSchema.extend({
  task: z.enum(TASKS),
  /** Absent: `balanced`. */
  preset: z.enum(PRESETS).optional(),
  /** Mean of runs with the network seen through so many symmetries of the square; absent: the preset's number. */
  ensemble: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).optional(),
  /** super-resolve: enlargement. */
  scale: z.union([z.literal(2), z.literal(3), z.literal(4)]).optional(),
  /** deblur: standard deviation of a Gaussian kernel, pixels. */
  blurSigma: z.number().positive().max(50).optional(),
  /**
   * Standard deviation of the measurement noise on the 0…255 scale; reconstruct: in the sinogram's unit, pixels of
   * water. Absent: estimated (denoise), 1 (deblur), 0 (others).
   */
  noise: z.number().min(0).max(255).optional(),
  /** The noise is estimated from the picture, as `denoise` does by itself. Not beside `noise`, nor to reconstruct. */
  estimateNoise: z.literal(true).optional(),
  /** compound: the chain of damages. */
  damage: damageSchema.optional(),
  /** reconstruct: number of views, equally spaced over 180°, of fans over 360°. */
  angles: z.int().min(1).max(10_000).optional(),
  /** reconstruct: rays are fans, their source so many pixels of the slice from the axis. Absent: parallel. */
  sourceAxis: z.number().positive().max(1e6).optional(),
  /** reconstruct: distance of detector elements in pixels of the slice, of fans as seen on the axis. Absent: 1. */
  detectorSpacing: z.number().min(0.01).max(100).optional(),
  /** reconstruct from a slice or a stack: which slice of the file, from 0. */
  slice: z.int().min(0).optional(),
  /** Which page of a TIFF or frame of an animation, from 1. */
  page: z.int().min(1).optional(),
  /** Restore what can be read of a damaged or incomplete file, with a notice, instead of refusing it. */
  acceptDamage: z.boolean().optional(),
  /** All samples on one picture, side by side. */
  contactSheet: z.boolean().optional(),
  /** Largest side of the network's windows, pixels; smaller needs less memory. */
  tile: z.int().min(64).max(4096).optional(),
  /** Share of the change that is kept, 1 all of it: what is less lies nearer to the picture as it was (restore/strength.ts). */
  strength: z.number().min(0).max(1).optional(),
  /** Name of the recipe that the options come from, for reports. */
  recipe: z.string().min(1).max(60).optional(),
});
export type RestoreOptions = z.infer<typeof restoreOptionsSchema>;

/** How many times larger the result is than the picture. */
export function enlargementOf(options: {
  readonly task: Task;
  readonly scale?: number | undefined;
  readonly damage?: Damage | undefined;
}): number {
  const { task, scale = 1, damage } = options;
  if (task === 'super-resolve') return scale;
  return task === 'compound' ? (damage?.scale ?? 1) : 1;
}

/**
 * Checks options that come from a command line, a file or a message.
 * @throws invalid-argument, naming every offending key.
 */
export function parseRestoreOptions(value: unknown): RestoreOptions {
  const result = restoreOptionsSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = issueSentences(result.error, value, 'the list of options');
  throw new LangevinError('invalid-argument', `The restore options are not valid: ${issues}.`);
}
