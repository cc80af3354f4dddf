import { z } from 'zod';
import { classifierSchema, sampleJobSchema, type SampleReport, type StepFrame } from '../jobs.ts';
import { likelihoodOptionsSchema, type LikelihoodReport } from '../likelihood-job.ts';
import { decodeJobSchema } from '../latent-job.ts';
import type { RunProblem, RunStatus } from './runs.ts';
import { appNetworkSchema, idSchema, type FileInfo, type Id } from './values.ts';

/** Most pictures that one experiment draws: all of them are shown side by side. */
export const MOST_SAMPLES = 64;
/** States of each sample that its strip shows, from noise to picture. */
export const STRIP_FRAMES = 20;

/** An experiment of the Lab. */
export const labJobSchema = z.discriminatedUnion('kind', [
  /** Pictures drawn from the prior alone. */
  z.strictObject({
    kind: z.literal('sample'),
    network: appNetworkSchema,
    count: z.int().min(1).max(MOST_SAMPLES),
    height: z.int().min(8).max(1024),
    width: z.int().min(8).max(1024),
    options: sampleJobSchema.shape.options,
    /** Draws from one class, or `count` pictures of each, by the model's own classifier. */
    classifier: classifierSchema.omit({ file: true }).optional(),
  }),
  /** Bits per dimension of one picture after the other, in this order. */
  z.strictObject({
    kind: z.literal('likelihood'),
    network: appNetworkSchema,
    files: z.array(idSchema).min(1).max(1000),
    options: likelihoodOptionsSchema.prefault({}),
    /** Where in each picture it is unlikely, as a picture. */
    map: z.boolean().default(false),
  }),
  /** The same of every picture of some folders, in the order of their names. */
  z.strictObject({
    kind: z.literal('ranking'),
    network: appNetworkSchema,
    folders: z.array(idSchema).min(1).max(100),
    /** Whether folders in them are searched, too. */
    recursive: z.boolean().default(true),
    options: likelihoodOptionsSchema.prefault({}),
    map: z.boolean().default(false),
  }),
  /** One or two pictures of one size, encoded, and the pictures of the places between their latents. */
  z.strictObject({
    kind: z.literal('latent'),
    network: appNetworkSchema,
    files: z.array(idSchema).min(1).max(2),
    /** 0 the first, 1 the second, along a great circle. */
    positions: decodeJobSchema.shape.positions,
    temperature: decodeJobSchema.shape.temperature,
    /** Of the ODE solver, relative and absolute. */
    tolerance: z.number().gt(0).max(1).default(1e-3),
  }),
]);
export type LabJob = z.input<typeof labJobSchema>;
export type ParsedLabJob = z.output<typeof labJobSchema>;
export type LabKind = ParsedLabJob['kind'];

/** Experiments: begun and ended by requests; what becomes of them comes as events. */
export const labRequests = {
  startLab: z.strictObject({ job: labJobSchema }),
  cancelLab: z.strictObject({ lab: idSchema }),
  /** What is known of the experiments of this session, in the order of their starts. */
  labs: z.strictObject({}),
  /** Forgets an experiment that has ended, and the pictures that it made. */
  forgetLab: z.strictObject({ lab: idSchema }),
} as const;

/** A state of a sample on its way. */
export interface LabFrame {
  readonly sample: number;
  readonly step: number;
  readonly sigma: number;
  /** x_t, scaled to the range of pictures, and x̂0. */
  readonly state: StepFrame;
  readonly denoised: StepFrame;
}

/** The latent of a picture, a .npy file of the session. */
export interface LabLatent {
  /** The picture. */
  readonly of: Id;
  readonly file: FileInfo;
  /** Root mean square; 1 for a picture that the network finds ordinary. */
  readonly rms: number;
}

/** A picture that is finished, a PNG file of the session; `sample` is its index among the samples or positions. */
export interface LabPicture {
  readonly sample: number;
  /** The class that it was drawn from. */
  readonly class?: number;
  readonly file: FileInfo;
}

/** What was found of a picture: its bits per dimension, or why there are none. */
export interface LabLikelihood {
  readonly file: Id;
  /** Of the picture; below its folder with forward slashes. */
  readonly name: string;
  readonly report?: LikelihoodReport;
  /** A PNG file of the session; dark is `low` bits per dimension, bright `high`. */
  readonly map?: { readonly file: FileInfo; readonly low: number; readonly high: number };
  readonly problem?: RunProblem;
}

/** How far an experiment is. */
export interface LabProgress {
  /** 0…1. */
  readonly fraction: number;
  readonly etaMs: number;
  /** What it is at: the index of the sample or picture, from 0, and how many there are. */
  readonly item: number;
  readonly items: number;
}

export interface LabSnapshot {
  readonly lab: Id;
  readonly kind: LabKind;
  /** The network it is made with. */
  readonly model: string;
  readonly status: RunStatus;
  readonly progress: LabProgress | undefined;
  readonly frames: readonly LabFrame[];
  readonly pictures: readonly LabPicture[];
  readonly latents: readonly LabLatent[];
  readonly likelihoods: readonly LabLikelihood[];
  readonly notices: readonly string[];
  /** Of samples. */
  readonly report: SampleReport | undefined;
  readonly problem: RunProblem | undefined;
}

/** News of an experiment. */
export type LabNews =
  | { readonly type: 'lab-progress'; readonly lab: Id; readonly progress: LabProgress }
  | { readonly type: 'lab-frame'; readonly lab: Id; readonly frame: LabFrame }
  | { readonly type: 'lab-picture'; readonly lab: Id; readonly picture: LabPicture }
  | { readonly type: 'lab-latent'; readonly lab: Id; readonly latent: LabLatent }
  | { readonly type: 'lab-likelihood'; readonly lab: Id; readonly likelihood: LabLikelihood }
  | { readonly type: 'lab-notice'; readonly lab: Id; readonly message: string }
  | { readonly type: 'lab-end'; readonly lab: Id; readonly status: 'done'; readonly report: SampleReport | undefined }
  | { readonly type: 'lab-end'; readonly lab: Id; readonly status: 'cancelled' }
  | { readonly type: 'lab-end'; readonly lab: Id; readonly status: 'failed'; readonly problem: RunProblem };
