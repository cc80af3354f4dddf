import { z } from 'zod';
import { fileSchema } from './jobs.ts';
import type { Damage } from './restore-options.ts';

/** Job `inspect`: what can be told of a picture's damage before anything is restored. */
export const inspectJobSchema = z.strictObject({
  picture: fileSchema,
  /** Which page of a TIFF or frame of an animation, from 1. */
  page: z.int().min(1).optional(),
  acceptDamage: z.boolean().optional(),
});
export type InspectJob = z.input<typeof inspectJobSchema>;

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
  /** What `--damage` would undo all of it, where there is something. */
  readonly damage?: Damage;
  /** What people should know of how the file was read. */
  readonly notices: readonly string[];
}
