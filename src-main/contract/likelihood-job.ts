import { z } from 'zod';
import { networkChoiceSchema, placedFileSchema } from './jobs.ts';

/** Where crops of a large picture are taken: one in the middle, or side by side without overlap. */
export const CROP_PLACEMENTS = ['centre', 'grid'] as const;

export const likelihoodOptionsSchema = z.strictObject({
  /** Allowed local errors of the RK45 solver, relative and absolute. */
  rtol: z.number().gt(0).max(1).default(1e-4),
  atol: z.number().gt(0).max(1).default(1e-4),
  probe: z.enum(['rademacher', 'gaussian']).default('rademacher'),
  /** Independent estimates, whose spread gives the standard error. */
  repeats: z.int().min(1).max(1000).default(3),
  /** Levels between which the flow is solved; absent: the network's own. */
  sigmaMin: z.number().positive().optional(),
  sigmaMax: z.number().positive().max(1000).optional(),
  seed: z.int().min(0).default(0),
  /** Side of the square crops that a picture is evaluated on; absent: see `crops` in restore/crops.ts. */
  crop: z.int().min(8).max(2048).optional(),
  crops: z.enum(CROP_PLACEMENTS).default('centre'),
  /** Whether each crop is also decoded from its latent. */
  roundTrip: z.boolean().default(false),
});

/** Job `likelihood`: bits per dimension of one picture. */
export const likelihoodJobSchema = z.strictObject({
  picture: placedFileSchema,
  network: networkChoiceSchema,
  options: likelihoodOptionsSchema.prefault({}),
  /** Makes a picture of the bits per dimension of patches that cover the whole picture. */
  map: z.boolean().default(false),
});
export type LikelihoodJob = z.input<typeof likelihoodJobSchema>;

/** A rectangle that was evaluated, in stored pixels. */
export interface CropBits {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly bitsPerDimension: number;
  /** Absent with one repeat. */
  readonly standardError?: number;
}

export type LikelihoodEvent =
  | { readonly type: 'notice'; readonly message: string }
  /** A crop is done. */
  | ({ readonly type: 'crop'; readonly index: number; readonly count: number } & CropBits)
  /** The heat map, a PNG file of the picture's size; dark is `low` bits per dimension, bright is `high`. */
  | { readonly type: 'map'; readonly bytes: Uint8Array; readonly low: number; readonly high: number };

/** A preview of job `likelihood`. */
export interface LikelihoodProgress {
  readonly type: 'progress';
  /** 0…1. */
  readonly fraction: number;
  readonly etaMs: number;
  readonly crop: number;
  readonly crops: number;
}

export interface LikelihoodReport {
  readonly model: string;
  readonly provider: string;
  /** Mean over the crops and repeats. */
  readonly bitsPerDimension: number;
  /** Of that mean, from the spread between the repeats; absent with one repeat. */
  readonly standardError?: number;
  /** Whether the picture was evaluated as a whole rather than on crops. */
  readonly whole: boolean;
  readonly crops: readonly CropBits[];
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Largest over the crops, on [−1, 1]. */
  readonly roundTrip?: { readonly rms: number; readonly max: number };
  readonly nfe: number;
  readonly vjps: number;
  readonly seconds: number;
}
