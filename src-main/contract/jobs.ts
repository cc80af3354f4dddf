import { z } from 'zod';
import { restoreOptionsSchema } from './restore-options.ts';
import type { RestoreProgress, RestoreReport } from './restore-events.ts';

/** A file by its name (for messages) and contents: engines open no paths. */
export const fileSchema = z.strictObject({
  name: z.string().min(1),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array'),
});
export type FileBytes = z.infer<typeof fileSchema>;

/** A file where it lies, for the process that works on it. */
const filePlaceSchema = z.strictObject({ name: z.string().min(1), path: z.string().min(1) });
export interface FilePlace {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** A file by its contents, or where the process that works on it reads it: the host need not hold it. */
export const placedFileSchema = z.union([fileSchema, filePlaceSchema]);
export type PlacedFile = z.infer<typeof placedFileSchema>;

export const PROVIDERS = ['auto', 'cpu', 'webgpu', 'dml', 'coreml', 'cuda'] as const;

/** Which network, and where it runs. */
export const networkChoiceSchema = z.strictObject({
  /** Name of an installed model or path of a model folder. */
  model: z.string().min(1).default('photo'),
  provider: z.enum(PROVIDERS).default('auto'),
  threads: z.int().min(1).max(256).optional(),
});
export type NetworkChoice = z.infer<typeof networkChoiceSchema>;

export const OUTPUT_FORMATS = ['png', 'jpeg', 'webp', 'tiff'] as const;

/** How to write a picture. */
export const encodingSchema = z.strictObject({
  format: z.enum(OUTPUT_FORMATS),
  /** jpeg and lossy webp, 1…100. */
  quality: z.int().min(1).max(100).optional(),
  /** Round 16-bit samples to 8 bits; absent: as many as the input has. */
  bits: z.literal(8).optional(),
});

/** How to write a slice that is measured in HU: a picture of the window −1024…2000, the values, or a CT image of them. */
export const SLICE_FORMATS = ['png', 'tiff', 'npy', 'dicom'] as const;
export type SliceFormat = (typeof SLICE_FORMATS)[number];

/** Directions of the views of a scan in degrees, where they are not equally spaced. */
export const anglesSchema = z.array(z.number().min(-3600).max(3600)).min(1).max(10_000);

/** Pictures of the steps that accompany progress: none, PNG files, or raw 8-bit frames for a view. */
export const frameKindSchema = z.enum(['none', 'png', 'raw']);

/** Job `restore`: one picture, all samples. */
export const restoreJobSchema = z.strictObject({
  /** The damaged picture; for reconstruct the slice, which is scanned first, in place of a sinogram. */
  picture: placedFileSchema.optional(),
  mask: fileSchema.optional(),
  /** How much of the strength each pixel has: white all, black none. */
  strengthMask: fileSchema.optional(),
  /** colorize: colours painted on a transparent picture. */
  hints: fileSchema.optional(),
  /** deblur: a picture of the blur. */
  kernel: fileSchema.optional(),
  /** reconstruct: TIFF, npy or HDF5, one view a row. */
  sinogram: placedFileSchema.optional(),
  angles: anglesSchema.optional(),
  /** reconstruct: the slice that was scanned, to compare with. */
  truth: fileSchema.optional(),
  options: restoreOptionsSchema,
  network: networkChoiceSchema,
  /** Absent: the format of the input. */
  encoding: encodingSchema.optional(),
  /** reconstruct; absent: npy. */
  sliceFormat: z.enum(SLICE_FORMATS).optional(),
  frames: frameKindSchema.default('none'),
});
export type RestoreJob = z.input<typeof restoreJobSchema>;

/** Job `simulate`: what would be measured of a good picture. */
export const simulateJobSchema = z.strictObject({
  picture: fileSchema,
  mask: fileSchema.optional(),
  kernel: fileSchema.optional(),
  angles: anglesSchema.optional(),
  options: restoreOptionsSchema,
  /** Absent: the format of the input; PNG where that cannot be written. */
  encoding: encodingSchema.optional(),
  /** reconstruct: of the sinogram, `tiff` or `npy`; absent: npy. */
  sliceFormat: z.enum(['tiff', 'npy']).optional(),
});
export type SimulateJob = z.input<typeof simulateJobSchema>;

/** What job `simulate` made: a picture, or a sinogram with the directions of its views. */
export interface SimulatedMeasurement {
  readonly bytes: Uint8Array;
  readonly format: (typeof OUTPUT_FORMATS)[number] | SliceFormat;
  readonly width: number;
  readonly height: number;
  readonly angles?: readonly number[];
  /** What people should know of how the picture was read and is written. */
  readonly notices: readonly string[];
}

/** Guides the sampling to one class: by a noise-conditional classifier, or by a network that is told of classes itself. */
export const classifierSchema = z.strictObject({
  /** ONNX: x and sigma in, logits out; absent: that of the model, or the model itself. */
  file: fileSchema.optional(),
  /** `all`: `count` pictures of each class in turn. */
  class: z.union([z.int().min(0), z.literal('all')]),
  scale: z.number().min(0).max(1000).default(1),
});

/** Job `sample`: pictures drawn from the prior alone, or from one class of it. */
export const sampleJobSchema = z.strictObject({
  network: networkChoiceSchema,
  classifier: classifierSchema.optional(),
  /** With class `all`, of each class. */
  count: z.int().min(1).max(10_000),
  /** Absent: what the model was trained on, or 128. */
  height: z.int().min(1).max(8192).optional(),
  width: z.int().min(1).max(8192).optional(),
  options: restoreOptionsSchema.omit({
    task: true,
    preset: true,
    ensemble: true,
    solver: true,
    methodOptions: true,
    scale: true,
    blurSigma: true,
    noise: true,
    estimateNoise: true,
    samples: true,
    strength: true,
    recipe: true,
  }),
  frames: frameKindSchema.default('none'),
});
export type SampleJob = z.input<typeof sampleJobSchema>;

/** A step's picture: a PNG file, or interleaved 8-bit samples. */
export interface StepFrame {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
}

/** Progress as hosts see it: pictures are 8-bit and only there when asked for. */
export type JobProgress = Omit<RestoreProgress, 'state' | 'denoised'> & {
  /** x_t, scaled to the range of pictures by 1/√(1 + σ²). */
  readonly state?: StepFrame;
  /** x̂0. */
  readonly denoised?: StepFrame;
};

export type JobEvent =
  | JobProgress
  /** Something that people should know: a provider that fell back, a format that recompresses. */
  | { readonly type: 'notice'; readonly message: string }
  /** A finished picture, encoded. */
  | {
      readonly type: 'picture';
      readonly sample: number;
      readonly format: (typeof OUTPUT_FORMATS)[number] | SliceFormat;
      readonly bytes: Uint8Array;
    }
  /** A picture that belongs to the samples: see `Companion` in restore/request.ts. */
  | {
      readonly type: 'companion';
      readonly name: 'mean' | 'std' | 'interval' | 'sheet' | 'fbp';
      readonly format: (typeof OUTPUT_FORMATS)[number] | SliceFormat;
      readonly bytes: Uint8Array;
    };

/** What job `sample` did. */
export interface SampleReport {
  readonly model: string;
  readonly provider: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly seed: number;
  /** Pictures in all. */
  readonly count: number;
  /** Classes that were drawn from, `count` / `classes` pictures of each in turn; absent without a classifier. */
  readonly classes?: number;
  readonly nfe: number;
  readonly seconds: number;
}

export type { RestoreReport };
