import { z } from 'zod';
import { fileSchema } from './jobs.ts';
import type { Damage } from './damage.ts';

const place = z.number().min(0).max(65_535);

/** Where a person says that the blur is to be seen, in pixels of the picture as displayed. */
export const blurMarksSchema = z.strictObject({
  /** A block through which an edge runs that is sharp in the scene. */
  edge: z
    .strictObject({ x: z.int().min(0), y: z.int().min(0), width: z.int().min(4), height: z.int().min(4) })
    .optional(),
  /** The ends of what a point of light was smeared to. */
  streak: z.strictObject({ x0: place, y0: place, x1: place, y1: place }).optional(),
});
export type BlurMarks = z.infer<typeof blurMarksSchema>;

/** Job `inspect`: what can be told of a picture's damage before anything is restored. */
export const inspectJobSchema = z.strictObject({
  picture: fileSchema,
  marks: blurMarksSchema.optional(),
  /** Which page of a TIFF or frame of an animation, from 1. */
  page: z.int().min(1).optional(),
  acceptDamage: z.boolean().optional(),
});
export type InspectJob = z.input<typeof inspectJobSchema>;

/** How sure an estimate is: `unsure` where the picture does not tell. */
export type Verdict = 'no' | 'unsure' | 'yes';

/** What can be told of the damages of a picture from its samples alone; values even where the verdict is not yes. */
export interface PictureEstimates {
  /** Standard deviation on 0…255; variance = slope·s + constant² at the signal s; grain: how far neighbours are alike, pixels. */
  readonly noise: {
    readonly verdict: Verdict;
    readonly sigma: number;
    readonly dependsOnSignal: boolean;
    readonly slope: number;
    readonly constant: number;
    readonly grain: { readonly sigma: number; readonly size: number };
  };
  /** The likeliest blur; `confidence` 0…1. */
  readonly blur: {
    readonly verdict: Verdict;
    readonly confidence: number;
    readonly kind: 'none' | 'gaussian' | 'motion' | 'disk';
    /** Of a Gaussian: standard deviation in pixels. */
    readonly sigma?: number;
    readonly radius?: number;
    readonly length?: number;
    readonly angle?: number;
  };
  /** Whether the picture was enlarged from fewer pixels, and how many times. */
  readonly enlarged: { readonly verdict: Verdict; readonly scale: number };
  readonly fading: {
    readonly verdict: Verdict;
    /** On 0…255, one or one a channel, as `Damage` has it. */
    readonly gain: number | readonly [number, number, number];
    readonly offset: number | readonly [number, number, number];
  };
  /** libjpeg's quality of the compression that the file or its samples show. */
  readonly jpeg: { readonly verdict: Verdict; readonly quality?: number };
  /** What `--damage` would undo of all that is sure, where there is something. */
  readonly damage?: Damage;
  /** Values that are unsure, or outside of what the network was trained for, in sentences. */
  readonly warnings: readonly string[];
}

export interface Inspection {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 8 | 16;
  /** Whether any pixel has a colour. */
  readonly hasColour: boolean;
  /** Of a JPEG file: libjpeg's quality, where its tables are libjpeg's, and the chroma subsampling. */
  readonly jpeg?: { readonly quality?: number; readonly chroma: string };
  /** Quality of the JPEG that a picture in another format was before. */
  readonly earlierJpeg?: number;
  /** Estimated standard deviation of the noise, 0…255. */
  readonly noise: number;
  readonly estimates: PictureEstimates;
  /** What `--damage` would undo all of it, where there is something. */
  readonly damage?: Damage;
  /** What people should know of how the file was read. */
  readonly notices: readonly string[];
}
