import { z } from 'zod';
import type { BetaSchedule, Manifest } from '../../../prior/manifest.ts';
import type { KnownMeaning } from '../../../prior/identify/meaning.ts';

/** What files beside a network say of it. */
export interface Hints {
  readonly meaning: KnownMeaning;
  /** How x̂0 is held. */
  readonly clip?: Manifest['clip'];
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
  readonly sigmaData?: number;
  /** Side of the training pictures. */
  readonly sampleSize?: number;
  /** Height and width must be multiples of it. */
  readonly stride?: number;
  /** The number that stands for no class. */
  readonly nullClass?: number;
  /** What is there and not followed, for people. */
  readonly notes: readonly string[];
}

/** Of the many fields of a diffusers scheduler, those that say what the network's numbers mean. Others are ignored. */
const scheduler = z.object({
  _class_name: z.string().max(200).default(''),
  num_train_timesteps: z.int().min(2).max(100_000).default(1000),
  beta_start: z.number().gt(0).lt(1).default(1e-4),
  beta_end: z.number().gt(0).lt(1).default(0.02),
  beta_schedule: z.string().max(200).default('linear'),
  trained_betas: z.array(z.number().gt(0).max(1)).min(2).max(100_000).nullish(),
  prediction_type: z.string().max(200).default('epsilon'),
  clip_sample: z.boolean().default(false),
  clip_sample_range: z.number().positive().default(1),
  thresholding: z.boolean().default(false),
  dynamic_thresholding_ratio: z.number().gt(0).max(1).default(0.995),
  sample_max_value: z.number().min(1).default(1),
  rescale_betas_zero_snr: z.boolean().default(false),
  sigma_min: z.number().positive().optional(),
  sigma_max: z.number().positive().optional(),
  sigma_data: z.number().positive().optional(),
  variance_type: z.string().max(200).optional(),
});

const network = z.object({
  _class_name: z.string().max(200).optional(),
  sample_size: z.union([z.int().min(1).max(8192), z.array(z.int().min(1).max(8192)).min(1)]).nullish(),
  down_block_types: z.array(z.string()).max(32).optional(),
  /** DiT: its classes, without the row for none behind them. */
  num_embeds_ada_norm: z.int().min(2).max(10_000).nullish(),
});

/** @param json  of a scheduler_config.json of diffusers; what is not of its form gives no hints. */
export function readScheduler(json: unknown): Hints {
  const parsed = scheduler.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { meaning: {}, notes: [`the scheduler's ${issue.path.join('.')} is not understood: ${issue.message}`] };
  }
  const s = parsed.data;
  const notes: string[] = [];
  if (s.variance_type?.startsWith('learned')) notes.push('the variances it learned are not used');
  const name = s._class_name;
  const shared = {
    notes,
    ...(s.sigma_min === undefined ? {} : { sigmaMin: s.sigma_min }),
    ...(s.sigma_max === undefined ? {} : { sigmaMax: s.sigma_max }),
    ...(s.sigma_data === undefined ? {} : { sigmaData: s.sigma_data }),
    ...clipOf(s),
  };
  if (name.startsWith('FlowMatch')) {
    return {
      ...shared,
      meaning: {
        time: { kind: 't', factor: s.num_train_timesteps },
        prediction: 'velocity',
        sde: { name: 'flow', dataAt: 0 },
      },
    };
  }
  if (name.startsWith('ScoreSdeVe')) return { ...shared, meaning: { sde: { name: 've' }, prediction: 'score' } };
  if (name.startsWith('EDM')) return { ...shared, meaning: { sde: { name: 'edm' } } };
  if (name.startsWith('CM') || name.startsWith('KarrasVe')) {
    return { ...shared, meaning: name.startsWith('CM') ? { sde: { name: 'edm' }, prediction: 'edm-F' } : {} };
  }
  const prediction = predictions[s.prediction_type];
  if (prediction === undefined) notes.push(`its prediction_type ${s.prediction_type} is not known`);
  const rule = schedules[s.beta_schedule];
  if (rule === undefined && !s.trained_betas) notes.push(`its beta_schedule ${s.beta_schedule} is not known`);
  const betas: readonly number[] | BetaSchedule | undefined =
    s.trained_betas ??
    (rule && {
      schedule: rule,
      first: s.beta_start,
      last: s.beta_end,
      count: s.num_train_timesteps,
      zeroSnr: s.rescale_betas_zero_snr,
    });
  return {
    ...shared,
    meaning: {
      sde: { name: 'vp', betaMin: 0.1, betaMax: 20 },
      ...(prediction && { prediction }),
      ...(betas && { time: { kind: 'ddpm-index' as const, betas: betas as BetaSchedule } }),
      range: [-1, 1],
    },
  };
}

/** Where a scheduler has both, diffusers lets the thresholding win; with a greatest value of 1 it is plain clipping. */
function clipOf(s: z.infer<typeof scheduler>): Pick<Hints, 'clip'> {
  if (s.thresholding) {
    const { dynamic_thresholding_ratio: quantile, sample_max_value: most } = s;
    return { clip: most === 1 ? 1 : { quantile, most } };
  }
  return s.clip_sample ? { clip: s.clip_sample_range } : {};
}

const predictions: Readonly<Record<string, KnownMeaning['prediction']>> = {
  epsilon: 'epsilon',
  sample: 'denoised',
  v_prediction: 'v',
};

const schedules: Readonly<Record<string, BetaSchedule['schedule']>> = {
  linear: 'linear',
  scaled_linear: 'scaled_linear',
  squaredcos_cap_v2: 'squaredcos_cap_v2',
  sigmoid: 'sigmoid',
};

/** @param json  of the config.json of a network of diffusers. */
export function readNetworkConfig(
  json: unknown,
): Pick<Hints, 'sampleSize' | 'stride' | 'nullClass'> & { readonly architecture?: string } {
  const parsed = network.safeParse(json);
  if (!parsed.success) return {};
  const { _class_name: architecture, sample_size: size, down_block_types: blocks } = parsed.data;
  const { num_embeds_ada_norm: classes } = parsed.data;
  const side = Array.isArray(size) ? Math.max(...size) : (size ?? undefined);
  return {
    ...(architecture === undefined ? {} : { architecture }),
    ...(side === undefined ? {} : { sampleSize: side }),
    ...(typeof classes === 'number' && architecture?.startsWith('DiT') ? { nullClass: classes } : {}),
    // Every block but the last halves the picture.
    ...(blocks === undefined || blocks.length === 0 ? {} : { stride: Math.min(256, 2 ** (blocks.length - 1)) }),
  };
}
