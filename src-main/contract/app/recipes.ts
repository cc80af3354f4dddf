import { z } from 'zod';
import type { Adjustment } from '../adjustment.ts';
import type { FindOptions } from '../find.ts';
import { recipeNameSchema, recipeSchema, type Recipe } from '../recipe.ts';
import type { Damage, RestoreOptions } from '../restore-options.ts';
import { idSchema, maskPatchSchema } from './values.ts';

/** What people have marked on a picture, as displayed, for its blur to be read from. */
export const markedBlurSchema = z.strictObject({ as: z.enum(['edge', 'streak']), mask: maskPatchSchema });
export type MarkedBlur = z.infer<typeof markedBlurSchema>;

/** Recipes, and what a picture tells of what happened to it. */
export const recipeRequests = {
  /** Those of the program and people's own. */
  recipes: z.strictObject({}),
  /** Keeps one among people's own; `replace`: in place of one of that name. */
  saveRecipe: z.strictObject({ recipe: recipeSchema, replace: z.boolean().default(false) }),
  /** The same from a file of the session, which is needed no longer once that has gone well. */
  importRecipe: z.strictObject({ file: idSchema, replace: z.boolean().default(false) }),
  /** As a file: save dialog or download. */
  exportRecipe: z.strictObject({ name: recipeNameSchema }),
  removeRecipe: z.strictObject({ name: recipeNameSchema }),
  /** What a recipe means for a picture; nothing is changed. */
  applyRecipe: z.strictObject({ file: idSchema, recipe: recipeSchema }),
  /** What happened to a picture, as far as it shows. */
  inspectPicture: z.strictObject({ file: idSchema, marked: markedBlurSchema.optional() }),
} as const;

export interface RecipeInfo {
  readonly recipe: Recipe;
  /** Whether it came with the program; the others are people's own. */
  readonly isBuiltIn: boolean;
}

/** What a recipe means for a picture. */
export interface RecipeMeaning {
  readonly options: RestoreOptions;
  /** Damage is to be looked for. */
  readonly find?: FindOptions;
  /** What its tones become first; absent: they stay. */
  readonly adjustment?: Adjustment;
  /** Parts of the chain that there is nothing of to undo. */
  readonly leftOut: readonly (keyof Damage)[];
  /** Whether there is anything to undo besides what the search finds. */
  readonly undoes: boolean;
}
