import { z } from 'zod';
import { adjustmentSchema, type Adjustment } from '../adjustment.ts';
import { idSchema, maskPatchSchema, type FileInfo, type MaskPatch, type Pixels } from './values.ts';

/** A picture and what is done to it; `healed`: it is taken as it has been healed. */
const adjusting = z.strictObject({ file: idSchema, healed: z.boolean().default(false), adjustment: adjustmentSchema });

/** Turning, cropping and tones of a picture before it is restored. */
export const adjustingRequests = {
  /** A reduced picture as adjusted, at once. */
  previewAdjustment: adjusting,
  /** Levels and balance that would suit the picture. */
  suggestAdjustment: adjusting.pick({ file: true }).extend({
    /** Of the positive of a film negative. */
    negative: z.boolean().default(false),
  }),
  /** The picture as adjusted, as a further state of its document; a mask goes along with its pixels. */
  adjustPicture: adjusting.extend({ mask: maskPatchSchema.optional() }),
} as const;

export interface AdjustmentPreview extends Pixels {
  /** Of the picture that would be made. */
  readonly full: { readonly width: number; readonly height: number };
  /** Pixels of each of 256 levels, by channel: one for grey pictures, three otherwise. */
  readonly histogram: readonly (readonly number[])[];
}

export type SuggestedTones = Pick<Adjustment, 'balance' | 'levels'>;

export interface AdjustedPicture {
  readonly file: FileInfo;
  /** Undefined where nothing of it is left, or there was none. */
  readonly mask: MaskPatch | undefined;
}
