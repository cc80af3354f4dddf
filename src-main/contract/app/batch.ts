import { z } from 'zod';
import {
  BATCH_FORMATS,
  batchRequestSchema,
  EXISTING_POLICIES,
  type BatchEvent,
  type BatchReport,
  type BatchTotals,
} from '../batch.ts';
import { findOptionsSchema } from '../find.ts';
import { anglesSchema, encodingSchema } from '../jobs.ts';
import { restoreOptionsSchema } from '../restore-options.ts';
import { appNetworkSchema, idSchema, type Id } from './values.ts';
import type { RunProblem } from './runs.ts';

/** `MaskPolicy` with ids in place of paths. */
export const batchMaskSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('files'), files: z.array(idSchema).min(1) }),
  z.strictObject({ kind: z.literal('folder'), folder: idSchema }),
  z.strictObject({ kind: z.literal('alpha') }),
  z.strictObject({
    kind: z.literal('color'),
    color: z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]),
    tolerance: z.int().min(0).max(255),
  }),
  z.strictObject({ kind: z.literal('auto'), find: findOptionsSchema.optional() }),
]);
export type BatchMask = z.infer<typeof batchMaskSchema>;

/** A batch as a renderer asks for it; see `BatchRequest` for the meaning of what they share. */
export const batchStartSchema = z.strictObject({
  folders: z.array(idSchema).min(1),
  output: idSchema,
  recursive: z.boolean().default(true),
  only: batchRequestSchema.shape.only,
  mask: batchMaskSchema,
  options: restoreOptionsSchema,
  recipe: batchRequestSchema.shape.recipe,
  /** deblur: a picture of the blur. */
  kernel: idSchema.optional(),
  /** reconstruct: the inputs are sinograms, not slices to scan. */
  isSinogram: z.boolean().default(false),
  /** Of sinograms: directions of the views in degrees, where they are not equally spaced. */
  angles: anglesSchema.optional(),
  network: appNetworkSchema,
  format: z.enum(BATCH_FORMATS).default('lossless'),
  quality: encodingSchema.shape.quality,
  volume: batchRequestSchema.shape.volume,
  template: z.string().min(1).default('{name}_{task}.{ext}'),
  existing: z.enum(EXISTING_POLICIES).default('skip'),
  resume: z.boolean().default(false),
  mixSettings: z.boolean().default(false),
  timeLimit: z.number().positive().optional(),
  keepTimestamps: z.boolean().default(false),
  /** Keep looking for new files until it is stopped. */
  watch: z.boolean().default(false),
});
export type BatchStart = z.input<typeof batchStartSchema>;

export interface FolderInfo {
  readonly id: Id;
  /** For people; never a path. */
  readonly name: string;
}

/** What a batch would do. */
export interface BatchPlanInfo {
  readonly due: number;
  readonly pixels: number;
  readonly seconds: number | undefined;
  readonly skipped: number;
  readonly problems: readonly { readonly input: string; readonly message: string }[];
  readonly ignored: number;
}

export interface BatchSnapshot {
  readonly batch: Id;
  readonly status: 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  readonly output: FolderInfo;
  /** In order; those of files keep only the last per file. */
  readonly events: readonly BatchEvent[];
  readonly totals: BatchTotals | undefined;
  readonly report: BatchReport | undefined;
  readonly problem: RunProblem | undefined;
}
