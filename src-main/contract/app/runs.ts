import { z } from 'zod';
import { anglesSchema, type StepFrame } from '../jobs.ts';
import { restoreOptionsSchema, type Task } from '../restore-options.ts';
import type { RestoreProgress, RestoreReport } from '../restore-events.ts';
import type { ErrorCode } from '../../errors.ts';
import { appNetworkSchema, idSchema, maskPatchSchema, type Id } from './values.ts';

/** Most places of known colours: those of a few on a large picture come tile by tile. */
const MOST_HINTS = 10_000;

/** A colour that is known of a place of the picture as displayed. */
export const colourHintSchema = z.strictObject({
  color: z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #8b5a2b'),
  mask: maskPatchSchema,
});
export type ColourHint = z.infer<typeof colourHintSchema>;

/** What to restore, and how; every solver and task goes through here. */
export const runRequestSchema = z.strictObject({
  file: idSchema,
  mask: maskPatchSchema.optional(),
  /** colorize: colours that are known, the last on top. */
  hints: z.array(colourHintSchema).min(1).max(MOST_HINTS).optional(),
  /** Begins with the picture as it has been healed rather than as it was opened. */
  healed: z.boolean().default(false),
  /** deblur: a picture of the blur. */
  kernel: idSchema.optional(),
  /** reconstruct: `file` is a sinogram, not a slice. */
  isSinogram: z.boolean().default(false),
  angles: anglesSchema.optional(),
  /** reconstruct: the slice that was scanned. */
  truth: idSchema.optional(),
  options: restoreOptionsSchema,
  network: appNetworkSchema,
  /** Restores only this rectangle of the picture as displayed, for a quick look; results have its size. */
  crop: z
    .strictObject({
      x: z.int().min(0),
      y: z.int().min(0),
      width: z.int().min(1),
      height: z.int().min(1),
    })
    .optional(),
  /** Send x_t and x̂0 of the steps. */
  frames: z.boolean().default(true),
});
export type RunRequest = z.input<typeof runRequestSchema>;

/** Pixels of another picture that go into a result. */
export const composePartSchema = z.strictObject({
  mask: maskPatchSchema,
  /** A result of the same size; absent: the picture that the run began with. */
  from: idSchema.optional(),
});
export type ComposePart = z.input<typeof composePartSchema>;

export interface RunPlan {
  readonly solver: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly windows: number;
  readonly paintedPixels: number;
  /** Network passes of the whole run, a gradient counted as three. */
  readonly passes: number;
  /** By the measured speed of the network; undefined until it has been measured. */
  readonly seconds: number | undefined;
  /** What the process that restores takes at most, bytes, by the network's file; absent where that does not say it. */
  readonly memory?: number;
}

/** What people say of a run among those of its picture. */
export const runLabelSchema = z.strictObject({
  /** Empty: none was given. */
  name: z.string().max(100),
  isStarred: z.boolean(),
  /** Thrown away, but not yet for good: until the program ends it can be had back. */
  isRemoved: z.boolean(),
  /** Of a run with several samples: indices of those that are to be kept in mind; absent: none. */
  starredSamples: z.array(z.int().min(0).max(255)).max(256).optional(),
});
export type RunLabel = z.infer<typeof runLabelSchema>;

export const NO_LABEL: RunLabel = { name: '', isStarred: false, isRemoved: false };

export type RunStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** A step without its pictures. Rectangles are those of the picture as displayed. */
export type RunStep = Omit<RestoreProgress, 'type' | 'state' | 'denoised'>;

/** x_t and x̂0 of a step: interleaved 8-bit samples of `step.frame`, turned as displayed. */
export interface RunFrame {
  /** The `step` of the `RunStep`. */
  readonly step: number;
  readonly sigma: number;
  readonly frame: RunStep['frame'];
  readonly state: StepFrame;
  readonly denoised: StepFrame;
}

/** What a run has made; its contents come by `readResult`. */
export interface ResultInfo {
  readonly id: Id;
  readonly run: Id;
  readonly kind: 'sample' | 'mean' | 'std' | 'interval' | 'sheet' | 'fbp';
  /** Index of a sample, from 0; 0 for the rest. */
  readonly sample: number;
  readonly width: number;
  readonly height: number;
  /** How far it goes from the picture before, 0…1; absent: all the way. */
  readonly strength?: number;
  /** Numbers (`ScanContent`) rather than a picture. */
  readonly isScan: boolean;
  /** The format it would be saved in unless asked otherwise. */
  readonly format: string;
}

export interface RunProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface RunSnapshot {
  readonly run: Id;
  readonly file: Id;
  /** The file as it was opened; another than `file` where that was made from it, such as a result to go on from. */
  readonly document: Id;
  readonly label: RunLabel;
  readonly task: Task;
  readonly status: RunStatus;
  readonly started: string;
  /** A preview of this rectangle of the picture as displayed only; absent: the whole. */
  readonly crop?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** In order. */
  readonly steps: readonly RunStep[];
  readonly results: readonly ResultInfo[];
  readonly notices: readonly string[];
  readonly report: RestoreReport | undefined;
  readonly problem: RunProblem | undefined;
}

/** A run that goes on or waits. */
export interface QueuedRun {
  readonly run: Id;
  /** What its picture was opened as. */
  readonly document: Id;
  /** Name of the picture's file. */
  readonly name: string;
  readonly task: Task;
  readonly status: 'waiting' | 'running';
  /** What it is to run on, as it was asked for. */
  readonly provider: string;
  /** By the plan; absent until that is made, and where the speed of the network is not known. */
  readonly seconds?: number;
  /** By the plan, bytes; absent until that is made, and where the network's file does not say it. */
  readonly memory?: number;
}

/** Runs that go on or wait, in the order of their turns. */
export interface RunQueueInfo {
  /** Nothing begins; what has begun goes on. */
  readonly isPaused: boolean;
  readonly runs: readonly QueuedRun[];
}

/** What people do to the queue. */
export const queueRequests = {
  runQueue: z.strictObject({}),
  pauseQueue: z.strictObject({ paused: z.boolean() }),
  /** Puts a run that waits at a place among those that wait, 0 for the next. */
  moveRun: z.strictObject({ run: idSchema, place: z.int().min(0).max(10_000) }),
};
