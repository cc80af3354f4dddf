import { z } from 'zod';
import { OUTPUT_FORMATS, SLICE_FORMATS } from '../jobs.ts';
import { idSchema, type Id } from './values.ts';

/** How to save a result. */
export const pictureSaveSchema = z.strictObject({
  /** Suggested name without extension; the host's dialog may change it. */
  name: z.string().min(1).max(255),
  format: z.enum([...new Set([...OUTPUT_FORMATS, ...SLICE_FORMATS])] as [string, ...string[]]),
  /** dicom: the file that says whose image it is, where it is DICOM itself. */
  source: idSchema.optional(),
  /** jpeg and webp, 1…100; absent: that of the original, or 92. */
  quality: z.int().min(1).max(100).optional(),
  /** What of EXIF, XMP and the like goes along; the colour profile always does. */
  metadata: z.enum(['keep', 'none']).default('keep'),
});
export type PictureSave = z.input<typeof pictureSaveSchema>;

/** What became of something that was to be saved. */
export type Saved =
  /** `place`: for `showSaved`, where the host has a file manager. */
  | { readonly saved: true; readonly name: string; readonly place?: Id }
  /** The renderer offers it as a download. */
  | { readonly saved: false; readonly download: { readonly name: string; readonly bytes: Uint8Array } }
  | { readonly saved: false; readonly dismissed: true };
