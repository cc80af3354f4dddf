import { z } from 'zod';
import { appNetworkSchema, idSchema, maskPatchSchema, type Id, type Pixels } from './values.ts';
import { pictureSaveSchema } from './results.ts';

/**
 * Where the new pixels of a stroke come from: `smooth` continuation of its surroundings, `exemplar` patches of the
 * picture, both by the local width of the damage (`auto`), `copied` as they are from a place, or `sampled` by the network.
 */
export const HEAL_KINDS = ['auto', 'smooth', 'exemplar', 'copied', 'sampled'] as const;
export type HealKind = (typeof HEAL_KINDS)[number];

const placeSchema = z.int().min(-65_535).max(65_535);

/** How a stroke is healed; the same recipe on the same picture gives the same bytes. */
export const healRecipeSchema = z
  .strictObject({
    fill: z.enum(HEAL_KINDS),
    seed: z.int().min(0).max(0xffffffff),
    /** exemplar, auto: patches come from this part of the picture as displayed; absent: from wherever they fit. */
    source: z
      .strictObject({
        x: placeSchema,
        y: placeSchema,
        width: z.int().min(1).max(65_535),
        height: z.int().min(1).max(65_535),
      })
      .optional(),
    /** copied: from a pixel of the stroke to the one that it is copied from, as displayed. */
    offset: z.strictObject({ x: placeSchema, y: placeSchema }).optional(),
  })
  .refine(({ fill, offset }) => fill !== 'copied' || offset !== undefined, 'copying needs an offset');
export type HealRecipe = z.infer<typeof healRecipeSchema>;

/** A variant of a stroke as it shows. */
export const healLayerSchema = z.strictObject({ variant: idSchema, opacity: z.number().min(0).max(1) });
export type HealLayer = z.infer<typeof healLayerSchema>;

const layersSchema = z.array(healLayerSchema).max(10_000);

/** With what a stroke is refined once it has been filled; absent: not at all. */
const refinementSchema = z.strictObject({ network: appNetworkSchema });
export type HealRefinement = z.input<typeof refinementSchema>;

/**
 * Strokes are healed in variants (kinds of fill, seeds); pages choose their ids, at random. `layers` always is the whole
 * list of what shows, the last on top: undo and redo are lists of before.
 */
export const healingRequests = {
  /** What has been healed of a picture. `prepare`: the first stroke will come soon. */
  openHealing: z.strictObject({ file: idSchema, prepare: z.boolean().default(false) }),
  /** Fills a new stroke. */
  healStroke: z.strictObject({
    file: idSchema,
    variant: idSchema,
    mask: maskPatchSchema,
    /** Painted as damaged as well: nothing is copied from there. */
    avoid: maskPatchSchema.optional(),
    recipe: healRecipeSchema,
    layers: layersSchema,
    refine: refinementSchema.optional(),
  }),
  /** Heals the stroke of another variant in another way. */
  varyStroke: z.strictObject({
    file: idSchema,
    variant: idSchema,
    of: idSchema,
    avoid: maskPatchSchema.optional(),
    recipe: healRecipeSchema,
    layers: layersSchema,
    refine: refinementSchema.optional(),
  }),
  arrangeHealing: z.strictObject({ file: idSchema, layers: layersSchema }),
  refineStroke: z.strictObject({ file: idSchema, variant: idSchema, refine: refinementSchema }),
  /** Ends refining: of one variant, or of all of the picture. What is filled stays. */
  cancelRefining: z.strictObject({ file: idSchema, variant: idSchema.optional() }),
  /** What is in sight, as displayed: strokes there are refined first. */
  watchHealing: z.strictObject({
    file: idSchema,
    x: z.int().min(0),
    y: z.int().min(0),
    width: z.int().min(1),
    height: z.int().min(1),
  }),
  /** Saves the picture as healed: save dialog or download. */
  saveHealed: z.strictObject({ file: idSchema, save: pictureSaveSchema }),
} as const;

export type VariantStatus = 'filled' | 'waiting' | 'refining' | 'refined' | 'failed';

/** What is known of a variant. Rectangles are those of the picture as displayed. */
export interface VariantInfo {
  readonly variant: Id;
  /** The same for all variants of one stroke. */
  readonly stroke: Id;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Healed pixels. */
  readonly pixels: number;
  readonly recipe: HealRecipe;
  /** `failed`: refining failed for the reason `problem`; what is filled shows. */
  readonly status: VariantStatus;
  readonly problem?: string;
  /** The fill is another than was asked for: a smooth one, because nothing near could be copied; or plain grey. */
  readonly notice?: 'no-source' | 'nothing-known';
}

/** Pixels of a block of the picture as it is now healed, as displayed. */
export interface HealBlock extends Pixels {
  readonly x: number;
  readonly y: number;
}

/** What a request has changed. */
export interface HealingChange {
  readonly variants: readonly VariantInfo[];
  readonly blocks: readonly HealBlock[];
}

export interface HealingState extends HealingChange {
  readonly layers: readonly HealLayer[];
}

/** News of refining. */
export interface HealingNews extends HealingChange {
  readonly type: 'healing';
  readonly file: Id;
  /** Of the variant that is being refined, 0…1. */
  readonly fraction?: number;
}
