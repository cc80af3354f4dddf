import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { findOptionsSchema } from './find.ts';
import { encodingSchema, OUTPUT_FORMATS } from './jobs.ts';
import { recipeSchema } from './recipe.ts';
import { restoreOptionsSchema } from './restore-options.ts';

const rgbSchema = z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]);
export type Rgb = z.infer<typeof rgbSchema>;

/** Where the mask of each picture of a batch comes from. Paths are those of the host, never of a renderer. */
export const maskPolicySchema = z.discriminatedUnion('kind', [
  /** The task needs none. */
  z.strictObject({ kind: z.literal('none') }),
  /** The first of these whose size is that of the picture as displayed. */
  z.strictObject({ kind: z.literal('files'), paths: z.array(z.string().min(1)).min(1) }),
  /** A file named after the picture, in the same place of another tree. */
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1) }),
  /** Pixels of the picture that are less than half opaque. */
  z.strictObject({ kind: z.literal('alpha') }),
  /** Pixels whose channels all differ from the colour by at most `tolerance`, 0…255. */
  z.strictObject({ kind: z.literal('color'), color: rgbSchema, tolerance: z.int().min(0).max(255) }),
  /** Damage that the search finds. */
  z.strictObject({ kind: z.literal('auto'), find: findOptionsSchema.prefault({}) }),
]);
export type MaskPolicy = z.infer<typeof maskPolicySchema>;

/** What to do with an output that is there before the batch. */
export const EXISTING_POLICIES = ['skip', 'overwrite', 'fail'] as const;
export type ExistingPolicy = (typeof EXISTING_POLICIES)[number];

/**
 * `keep` writes the format of the input; `lossless` does so unless that would change pixels that were not restored
 * (JPEG), and writes PNG then. Of reconstructed slices, both write the values in HU (npy).
 */
export const BATCH_FORMATS = ['lossless', 'keep', ...OUTPUT_FORMATS, 'npy', 'dicom'] as const;
export type BatchFormat = (typeof BATCH_FORMATS)[number];

/** Files that hold whole volumes; `nifti` is compressed. */
export const VOLUME_FORMATS = ['nifti', 'tiff', 'npy'] as const;
export type VolumeFormat = (typeof VOLUME_FORMATS)[number];

/** Part I of N of a batch that several processes share, 0 ≤ index < count. */
export const shardSchema = z
  .strictObject({ index: z.int().min(0), count: z.int().min(1).max(100_000) })
  .refine(({ index, count }) => index < count, 'index must be less than count');
export type Shard = z.infer<typeof shardSchema>;

/** Everything that says what a batch does, apart from the pictures. */
export const batchRequestSchema = z.strictObject({
  /** Folders, or single files. */
  sources: z.array(z.string().min(1)).min(1),
  output: z.string().min(1),
  recursive: z.boolean().default(false),
  /** Globs on the path below the source, or on the file name where a glob has no slash; absent: what the task reads. */
  include: z.array(z.string().min(1)).optional(),
  /** Names of inputs, as in events: nothing else is worked on. Absent: all. */
  only: z.array(z.string().min(1).max(4096)).min(1).max(100_000).optional(),
  mask: maskPolicySchema,
  /** In `options`, what a recipe leaves to each picture is not yet said. */
  options: restoreOptionsSchema,
  /** What is done to each picture follows from it and the picture. */
  recipe: recipeSchema.optional(),
  model: z.string().min(1),
  format: z.enum(BATCH_FORMATS).default('lossless'),
  quality: encodingSchema.shape.quality,
  bits: encodingSchema.shape.bits,
  /** reconstruct: join the slices of each series, and of each stack, to one file besides. They are written as npy. */
  volume: z.enum(VOLUME_FORMATS).optional(),
  /** Name of an output: {name}, {file}, {task}, {ext}, {sample} and {seed} are filled in. */
  template: z.string().min(1).default('{name}_{task}.{ext}'),
  existing: z.enum(EXISTING_POLICIES).default('fail'),
  /** Go on where an earlier run stopped. */
  resume: z.boolean().default(false),
  /** Resume although the settings differ: files done with the old ones stay. */
  mixSettings: z.boolean().default(false),
  shard: shardSchema.optional(),
  /** Give up after this many failures. */
  stopAfterErrors: z.int().min(1).optional(),
  /** Seconds that one picture may take, waiting excluded. */
  timeLimit: z.number().positive().optional(),
  keepTimestamps: z.boolean().default(false),
  /** Keep looking for new files until cancelled. */
  watch: z.boolean().default(false),
});
export type BatchRequest = z.infer<typeof batchRequestSchema>;
export type BatchRequestInput = z.input<typeof batchRequestSchema>;

/** Why a picture was not restored. */
export interface BatchProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Milliseconds that a picture spent in each part of the pipeline. */
export interface StageTimes {
  readonly prepare: number;
  readonly restore: number;
  readonly encode: number;
  readonly write: number;
}

/** What became of one input; `input` and `outputs` are relative to their folders, with forward slashes. */
export type FileOutcome =
  | {
      readonly status: 'done';
      readonly input: string;
      readonly outputs: readonly string[];
      readonly width: number;
      readonly height: number;
      /** Seconds of work on it. */
      readonly seconds: number;
      readonly nfe: number;
      /** Done by an earlier run that this one continues. */
      readonly earlier: boolean;
      readonly notices: readonly string[];
      /** Small JPEG files, base64; left out beyond the first thousands of pictures. `marked` shows damage that was found. */
      readonly thumbnails?: { readonly before: string; readonly after: string; readonly marked?: string };
      /** Of this run. */
      readonly times?: StageTimes;
    }
  | ({ readonly status: 'failed'; readonly input: string; readonly seconds: number } & BatchProblem)
  | { readonly status: 'skipped'; readonly input: string; readonly reason: string }
  /** Not reached: cancelled, or given up after too many failures. */
  | { readonly status: 'pending'; readonly input: string };

export type FileStatusName = FileOutcome['status'];

/** What a batch says while it runs. */
export type BatchEvent =
  | {
      readonly type: 'planned';
      /** Inputs of this shard. */
      readonly inputs: number;
      /** Those that will be worked on. */
      readonly due: number;
      /** Of those whose headers could be read. */
      readonly pixels: number;
      /** Files that are no pictures by name. */
      readonly ignored: number;
    }
  | { readonly type: 'notice'; readonly message: string; readonly input?: string }
  | { readonly type: 'started'; readonly input: string }
  | {
      readonly type: 'progress';
      readonly input: string;
      /** Of this picture, 0…1. */
      readonly fraction: number;
      /** Of the whole batch. */
      readonly batchFraction: number;
      readonly etaMs: number;
      /** Pictures that are through, and all that are worked on. */
      readonly finished: number;
      readonly due: number;
    }
  | { readonly type: 'file'; readonly outcome: FileOutcome }
  | { readonly type: 'paused'; readonly reason: 'asked' | 'disk-full'; readonly message: string }
  | { readonly type: 'resumed' }
  /** Everything is done; waiting for files to appear. */
  | { readonly type: 'watching' };

/** How many inputs ended in which way. */
export type BatchTotals = { readonly [K in FileStatusName]: number } & { readonly inputs: number };

/** The account of a batch: every input once, in order of its path. */
export interface BatchReport {
  readonly format: 'langevin-batch-report';
  readonly version: 1;
  readonly program: string;
  /** Absolute. */
  readonly output: string;
  readonly settings: BatchSettings;
  readonly shards: readonly string[];
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  readonly cancelled: boolean;
  readonly totals: BatchTotals;
  readonly notices: readonly string[];
  readonly files: readonly FileOutcome[];
}

/** What decides the bytes of the outputs; a run resumes only with the same. */
export type BatchSettings = Readonly<Record<string, string | number | boolean>>;
