import { z } from 'zod';
import { placedFileSchema } from './jobs.ts';

/**
 * Kinds of damage that are told apart: scratches, hairs and lint; specks of dust and dirt; cracks, folds and tears; lost
 * emulsion, stains and chewed borders; date stamps and captions.
 */
export const DAMAGE_KINDS = ['line', 'speck', 'crack', 'loss', 'text'] as const;
export type DamageKind = (typeof DAMAGE_KINDS)[number];

/** What to count as damage; all of it can be changed after the search, for nothing. */
export const findOptionsSchema = z.strictObject({
  /** 0 marks only what is certain, 1 everything suspicious. */
  sensitivity: z.number().min(0).max(1).default(0.5),
  kinds: z
    .array(z.enum(DAMAGE_KINDS))
    .min(1)
    .default([...DAMAGE_KINDS]),
  /** Findings of fewer pixels, of those of the maps, are left out. */
  minSize: z.int().min(1).max(1_000_000).default(12),
});
export type FindOptions = z.output<typeof findOptionsSchema>;
export type FindOptionsInput = z.input<typeof findOptionsSchema>;

/**
 * How probable damage is in every pixel of a picture as displayed, in a form that is small and good to a few parts in a
 * thousand: logits in steps of 1/16, with 128 for a probability of one half (see find/findings/logit-codes.ts).
 */
export interface DamageMaps {
  /** Of the maps: the picture's own size, or a half, a quarter … in a first answer, and of pictures without fine detail. */
  readonly width: number;
  readonly height: number;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  /** Line, speck or crack, height × width. */
  readonly surface: Uint8Array;
  /** Loss or text, whichever is more probable. */
  readonly area: Uint8Array;
  /** Most probable kinds as indices of DAMAGE_KINDS: of `surface` in the low four bits, of `area` in the high four. */
  readonly kinds: Uint8Array;
}

/** A rectangle of whole pixels. */
export interface FindingBounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One place of damage; all numbers are pixels of the picture as displayed. */
export interface Finding {
  /** Counted from 0 in reading order; stays the same only for the same maps and options. */
  readonly id: number;
  readonly kind: DamageKind;
  /** Pixels of damage, without the border that is filled with it. */
  readonly area: number;
  /** Of a line along its middle; of other shapes their longer side. */
  readonly length: number;
  /** Mean probability of its pixels, 0…1. */
  readonly probability: number;
  /** Of `runs`. */
  readonly bounds: FindingBounds;
  /**
   * What is to be filled, the soft border of the damage included: rows as triples y, first x, x after the last, in
   * reading order.
   */
  readonly runs: Int32Array;
  /** Closed polygons around `runs` along the edges of pixels, holes included: x, y of every corner. */
  readonly outline: readonly Int32Array[];
}

/** Job `find`: where a picture is damaged. */
export const findJobSchema = z.strictObject({
  file: placedFileSchema,
  /** Which page or frame, from 1, and whether what can be read of a damaged file is enough. */
  page: z.int().min(1).optional(),
  acceptDamage: z.boolean().optional(),
  /** Name of an installed detector or path of its folder. */
  detector: z.string().min(1).default('damage'),
  threads: z.int().min(1).max(256).optional(),
  /** The picture is a negative: light and dark are exchanged before the search. Absent: as its colours say. */
  negative: z.boolean().optional(),
  /** Evaluate findings and their mask with these; absent: only the maps. */
  options: findOptionsSchema.optional(),
  /** Whether the maps are wanted, in a first answer as well; false: only what `options` asks for. */
  maps: z.boolean().default(true),
});
export type FindJob = z.input<typeof findJobSchema>;

export type FindEvent =
  /** Of the network's work. */
  | { readonly type: 'progress'; readonly fraction: number; readonly etaMs: number }
  /** Something that people should know. */
  | { readonly type: 'notice'; readonly message: string }
  /** What shows at a reduced scale, long before the whole search is done; comes once or not at all. */
  | { readonly type: 'maps'; readonly maps: DamageMaps };

/** What job `find` found. */
export interface FindResult {
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly detector: string;
  /** Scales that were looked at, reductions of 1, 2, 4 …, finest first. */
  readonly reductions: readonly number[];
  readonly isNegative: boolean;
  readonly seconds: number;
  readonly maps?: DamageMaps;
  readonly findings?: readonly Finding[];
  /** Ids of findings that may cover a part of a face, and should be looked at before they are filled. */
  readonly doubtful?: readonly number[];
  /** height × width as displayed, 1 = damaged: the runs of all findings. */
  readonly mask?: Uint8Array;
}
