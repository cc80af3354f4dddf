import { z } from 'zod';
import { adjustmentSchema } from '../adjustment.ts';
import { restoreOptionsSchema } from '../restore-options.ts';
import { colourHintSchema } from './runs.ts';
import { bytesSchema, idSchema } from './values.ts';

/** Most characters of the mask of a colour hint that is kept. */
export const MOST_HINT = 2 ** 20;
/** Most colours of a picture that are kept. */
export const MOST_COLOURS = 1000;

/** One open picture. */
export const tabSchema = z.strictObject({
  file: idSchema,
  /** The file as it was opened, where `file` was made from it. */
  document: idSchema.optional(),
  /** The file whose pixels results are compared with, where it is not `file`. */
  before: idSchema.optional(),
  /** What `file` was made of, and how, where it was adjusted. */
  adjusted: z.strictObject({ of: idSchema, adjustment: adjustmentSchema }).optional(),
  /** The mask in the compact form of the editor's autosave; absent when nothing is painted. */
  mask: bytesSchema.optional(),
  /** Steps of the mask that can be undone and redone, in the editor's own form. */
  history: bytesSchema.refine((bytes) => bytes.length <= 2 ** 21, 'a history has at most 2 MiB').optional(),
  /** Colours that are known, with their places as masks in the editor's compact form; text, so that projects hold them too. */
  hints: z
    .array(z.strictObject({ color: colourHintSchema.shape.color, mask: z.base64().max(MOST_HINT) }))
    .max(MOST_COLOURS)
    .optional(),
  options: restoreOptionsSchema,
  model: z.string().min(1),
  /** The last run of this picture. */
  run: idSchema.optional(),
});
export type SessionTab = z.infer<typeof tabSchema>;

/**
 * What is open, saved by the renderer while people work and given back after a reload or a crash. Hosts keep the files
 * of these tabs, by reference where they have a path and as a copy where they were uploaded.
 */
export const sessionSchema = z.strictObject({
  tabs: z.array(tabSchema).max(200),
  /** Index of the tab in front; absent when there is none. */
  active: z.int().min(0).optional(),
});
export type Session = z.infer<typeof sessionSchema>;
