import { z } from 'zod';
import { LangevinError } from '../errors.ts';

const relativePath = z
  .string()
  .min(1)
  .refine(
    (p) => !p.split(/[\\/]/).includes('..') && !/^([\\/]|[A-Za-z]:)/.test(p),
    'must stay inside the model folder',
  );

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');

/** A table of betas by its rule; see `betaTable`. */
const betaSchedule = z.strictObject({
  schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2', 'sigmoid', 'logsnr_sigmoid']),
  /** First and last beta; cosine and log-SNR tables have none. */
  first: z.number().gt(0).lt(1).default(1e-4),
  last: z.number().gt(0).lt(1).default(0.02),
  count: z.int().min(2).max(100_000).default(1000),
  /** Rescaled so that the last level is noise alone (Lin et al. 2023). */
  zeroSnr: z.boolean().default(false),
});
export type BetaSchedule = z.infer<typeof betaSchedule>;

/** What the network's time input means, as a function of σ (DESIGN §2). */
const timeInput = z.discriminatedUnion('kind', [
  /** The network is told no noise level: a blind denoiser. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('sigma') }),
  z.strictObject({ kind: z.literal('log_sigma/4') }),
  /** factor · ln σ (consistency models: 250). */
  z.strictObject({ kind: z.literal('log_sigma'), factor: z.number() }),
  /** t ∈ [0, 1] of the training SDE times `factor` (score_sde: 999 for VP and sub-VP). */
  z.strictObject({ kind: z.literal('t'), factor: z.number().positive() }),
  /**
   * Fractional index into a DDPM table of betas, interpolated in log σ; all of them, or the rule they follow. The last may
   * be 1: noise alone.
   */
  z.strictObject({
    kind: z.literal('ddpm-index'),
    betas: z.union([
      z
        .array(z.number().gt(0).max(1))
        .min(2)
        .refine((betas) => betas.every((beta, i) => beta < 1 || i === betas.length - 1), 'only the last beta may be 1'),
      betaSchedule,
    ]),
  }),
]);

/** The SDE whose noisy state the network's `x` input is. */
const trainingSde = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('ve') }),
  z.strictObject({ name: z.literal('edm') }),
  z.strictObject({
    name: z.literal('vp'),
    betaMin: z.number().positive().default(0.1),
    betaMax: z.number().positive().default(20),
  }),
  z.strictObject({
    name: z.literal('subvp'),
    betaMin: z.number().positive().default(0.1),
    betaMax: z.number().positive().default(20),
  }),
  /**
   * Straight paths from picture to noise (rectified flow, flow matching): x̃ = (1 − t) x0 + t z. `dataAt` is the time the
   * network calls the picture's end: 0, or 1 where it counts the other way (its velocity then points to the picture).
   */
  z.strictObject({ name: z.literal('flow'), dataAt: z.union([z.literal(0), z.literal(1)]).default(0) }),
]);

/** Description of one score network; `manifest.json` in the model's folder. Unknown keys are refused. */
export const manifestSchema = z.strictObject({
  schema: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, dot, dash or underscore'),
  title: z.string().min(1),
  version: z.string().min(1),
  licence: z.string().min(1),
  format: z.enum(['onnx', 'tfjs-graph', 'tfjs-layers']),
  /** Network file, relative to the manifest. */
  file: relativePath,
  sha256,
  /** Further files the network file refers to (ONNX external data, tfjs weight shards). */
  externalFiles: z.array(z.strictObject({ file: relativePath, sha256 })).default([]),
  /** Noise-conditional classifier that guides to a class: ONNX, x and sigma in, logits out; the names of its classes. */
  classifier: z
    .strictObject({ file: relativePath, sha256, classes: z.array(z.string().min(1)).min(2).max(10_000) })
    .optional(),
  /** Pictures to draw where no size is asked for, [height, width]; what the network was trained on. */
  size: z.tuple([z.int().min(1).max(8192), z.int().min(1).max(8192)]).optional(),
  /** Image channels: 1 grey, 3 RGB. */
  channels: z.union([z.literal(1), z.literal(3)]),
  /**
   * What a file for grey pictures takes for the channels of a colour picture: red, green and blue (where not said), or luma
   * and two differences of colour.
   */
  colourBy: z.enum(['channels', 'luma']).optional(),
  /** Height and width given to the network must be multiples of this. */
  stride: z.int().min(1).max(256),
  /** Diameter, in pixels, of what one output pixel can see. */
  receptiveField: z.int().min(1),
  /** Names in the file. A file without an input for the noise level (blind, or with it as a further channel) names none. */
  inputs: z.strictObject({ x: z.string().min(1), time: z.string().min(1).default('time') }),
  output: z.string().min(1),
  /** Values of further inputs, by name: a number for all their elements, or the elements of one sample (classes, …). */
  extraInputs: z.record(z.string().min(1), z.union([z.number(), z.array(z.number()).min(1).max(65_536)])).optional(),
  /**
   * The one of them that takes the class to draw: its number, or a vector with a one in its place, as the file declares. With
   * `unconditional`, the value in `extraInputs` stands for no class, and guidance leads away from it.
   */
  classLabels: z
    .strictObject({
      input: z.string().min(1),
      count: z.int().min(2).max(10_000),
      unconditional: z.boolean().default(false),
    })
    .optional(),
  /** Axes of the pictures in the file; [n, c, h, w] where not said. */
  layout: z.enum(['nchw', 'nhwc']).optional(),
  /** Order of the channels in the file; RGB where not said. */
  channelOrder: z.enum(['rgb', 'bgr']).optional(),
  /** What the network calls black and white; [−1, 1] where not said. */
  range: z
    .tuple([z.number(), z.number()])
    .refine(([black, white]) => black < white, 'black must be below white')
    .optional(),
  /** The one height and width the network takes, where its file does not say so itself. */
  fixedSize: z.tuple([z.int().min(1).max(8192), z.int().min(1).max(8192)]).optional(),
  /** Greatest side of a tile, in pixels: by the memory that larger ones were measured to take. */
  largestTile: z.int().min(8).max(4096).optional(),
  /**
   * How D is held, as the scheduler of the network does with its x̂0: within ±clip of mid-grey; or within the given quantile
   * of |D| over the picture, 1 … most, and divided by it (dynamic thresholding).
   */
  clip: z
    .union([z.number().positive(), z.strictObject({ quantile: z.number().gt(0).max(1), most: z.number().min(1) })])
    .optional(),
  time: timeInput,
  prediction: z.enum(['denoised', 'epsilon', 'score', 'v', 'edm-F', 'velocity', 'residual']),
  sde: trainingSde,
  /** Range of σ seen in training, on pictures in [−1, 1]. */
  sigmaMin: z.number().positive(),
  sigmaMax: z.number().positive(),
  /** Standard deviation of the training pictures. */
  sigmaData: z.number().positive(),
  /** Mean squared error of D at σ on held-out pictures, ascending σ; `models check` measures it. */
  calibration: z
    .strictObject({ sigma: z.array(z.number().positive()).min(2), mse: z.array(z.number().positive()).min(2) })
    .refine((c) => c.sigma.length === c.mse.length, 'sigma and mse must have equal lengths')
    .refine((c) => c.sigma.every((s, i) => i === 0 || s > c.sigma[i - 1]), 'sigma must ascend')
    .optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Checks a parsed `manifest.json`.
 * @param source  named in the error message (a path or URL).
 * @throws invalid-manifest, naming every offending key.
 */
export function parseManifest(value: unknown, source: string): Manifest {
  const result = manifestSchema.safeParse(value);
  if (result.success) {
    const problem = nameProblem(result.data);
    if (problem === undefined) return result.data;
    throw new LangevinError('invalid-manifest', `${source} is not a valid model manifest: ${problem}`);
  }
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || '(top level)'}: ${issue.message}`);
  throw new LangevinError('invalid-manifest', `${source} is not a valid model manifest:\n  ${issues.join('\n  ')}`);
}

/** What the folder of a model holds besides the files that the manifest names. */
const RESERVED = ['manifest.json', 'card.md'];

/** Why the files of a model cannot lie in one folder; some file systems take upper case for lower case. */
function nameProblem({ file, externalFiles, classifier }: Manifest): string | undefined {
  const others = [...externalFiles, ...(classifier === undefined ? [] : [classifier])];
  const names = [file, ...others.map((other) => other.file)].map((name) => name.toLowerCase());
  const reserved = names.find((name) => RESERVED.includes(name));
  if (reserved !== undefined) return `a file of a network cannot be called ${reserved}.`;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? undefined : `the file ${twice} is named twice.`;
}

/**
 * Mean squared error E‖D(x; σ) − x0‖²/d of the network at σ, log–log interpolated from its calibration table (and
 * extrapolated with the end slopes); without a table the Gaussian prior's σ²σ_d²/(σ²+σ_d²).
 */
export function denoiserVariance(manifest: Manifest, sigma: number): number {
  const table = manifest.calibration;
  if (table === undefined) {
    const d2 = manifest.sigmaData ** 2;
    return (sigma ** 2 * d2) / (sigma ** 2 + d2);
  }
  let i = 1;
  while (i < table.sigma.length - 1 && table.sigma[i] < sigma) i++;
  const [s0, s1] = [Math.log(table.sigma[i - 1]), Math.log(table.sigma[i])];
  const [m0, m1] = [Math.log(table.mse[i - 1]), Math.log(table.mse[i])];
  return Math.exp(m0 + ((m1 - m0) * (Math.log(sigma) - s0)) / (s1 - s0));
}
