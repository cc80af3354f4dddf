import { z } from 'zod';
import { fileSchema, networkChoiceSchema, placedFileSchema } from './jobs.ts';

/** How a latent was made; lies beside its .npy file as .json. A decoder uses the same. */
export const latentSettingsSchema = z.strictObject({
  /** Name and sha256 of the network. */
  model: z.string().min(1),
  sha256: z.string().min(1),
  /** Levels between which the probability flow is solved, and its tolerances. */
  sigmaMin: z.number().positive(),
  sigmaMax: z.number().positive().max(1000),
  rtol: z.number().gt(0).max(1),
  atol: z.number().gt(0).max(1),
});
export type LatentDescription = z.infer<typeof latentSettingsSchema>;

/** Job `encode`: a picture to its latent. */
export const encodeJobSchema = z.strictObject({
  picture: placedFileSchema,
  network: networkChoiceSchema,
  /** Absent: the network's own. */
  sigmaMin: z.number().positive().optional(),
  sigmaMax: z.number().positive().max(1000).optional(),
  rtol: z.number().gt(0).max(1).default(1e-4),
  atol: z.number().gt(0).max(1).default(1e-4),
});
export type EncodeJob = z.input<typeof encodeJobSchema>;

/** What job `encode` made. */
export interface EncodedPicture {
  /** A .npy file of float32, [channels, height, width], of unit variance. */
  readonly npy: Uint8Array;
  readonly settings: LatentDescription;
  /** Root mean square of the latent; 1 for a picture that the network finds ordinary. */
  readonly rms: number;
  readonly nfe: number;
  readonly seconds: number;
}

/** Job `decode`: pictures of a latent, or of what lies between two. */
export const decodeJobSchema = z.strictObject({
  latent: fileSchema,
  /** The other end. */
  other: fileSchema.optional(),
  /** 0 is `latent`, 1 is `other`; along a great circle. */
  positions: z.array(z.number().min(0).max(1)).min(1).max(1000).default([0]),
  /** Factor of the latent: below 1 pictures become more ordinary, above 1 stranger. */
  temperature: z.number().min(0).max(10).default(1),
  settings: latentSettingsSchema,
  network: networkChoiceSchema,
});
export type DecodeJob = z.input<typeof decodeJobSchema>;

export type LatentEvent =
  | { readonly type: 'notice'; readonly message: string }
  /** A decoded picture, a PNG file. */
  | { readonly type: 'picture'; readonly index: number; readonly bytes: Uint8Array };

/** A preview of the jobs `encode` and `decode`. */
export interface LatentProgress {
  readonly type: 'progress';
  /** 0…1. */
  readonly fraction: number;
  readonly etaMs: number;
}

export interface DecodeReport {
  readonly model: string;
  readonly provider: string;
  readonly pictures: number;
  readonly nfe: number;
  readonly seconds: number;
}
