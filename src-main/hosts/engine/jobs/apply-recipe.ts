import { z } from 'zod';
import { adjusted } from '../../../adjust/adjust.ts';
import { positive } from '../../../adjust/negative.ts';
import { suggestedTones } from '../../../adjust/suggest.ts';
import { adjustmentSchema, NO_ADJUSTMENT, type Adjustment } from '../../../contract/adjustment.ts';
import type { RecipeMeaning } from '../../../contract/app/recipes.ts';
import { fileSchema } from '../../../contract/jobs.ts';
import { recipeSchema, type Recipe } from '../../../contract/recipe.ts';
import type { Damage, RestoreOptions } from '../../../contract/restore-options.ts';
import { looksNegative } from '../../../find/picture-reader.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { displayedPicture } from '../../../images/orientation.ts';
import { resolveRecipe } from '../../../restore/recipes/resolve-recipe.ts';
import type { JobHandler } from '../job-registry.ts';
import { inspect } from './inspect-job.ts';
import { parseJob } from './parse-job.ts';
import { decodeOptions } from './restore-input.ts';

export const applyRecipeSchema = z.strictObject({
  picture: fileSchema,
  page: z.int().min(1).optional(),
  acceptDamage: z.boolean().optional(),
  recipe: recipeSchema,
});
export type ApplyRecipeJob = z.input<typeof applyRecipeSchema>;

/** What a recipe means for a picture, and the picture as adjusted, a PNG file, where the recipe adjusts it. */
export interface AppliedRecipeFile extends RecipeMeaning {
  readonly png?: Uint8Array;
}

/** Job `apply-recipe`: reads a picture and says what a recipe means for it. It needs no network. */
export function applyRecipeJob(): JobHandler {
  // eslint-disable-next-line require-yield
  return async function* (payload): AsyncGenerator<never, AppliedRecipeFile> {
    const { recipe, ...job } = parseJob(applyRecipeSchema, payload, 'apply-recipe');
    const decoded = await decodePicture(job.picture.bytes, job.picture.name, decodeOptions(job));
    const { picture, applied } = applyRecipe(decoded, recipe);
    if (applied.adjustment === undefined) return applied;
    return { ...applied, png: await encodePicture(picture, { format: 'png' }) };
  };
}

/**
 * What a recipe means for a picture: its tones are adjusted first, and what is estimated is estimated of the picture as
 * adjusted.
 * @returns the picture to restore as well, as displayed where it was adjusted.
 */
export function applyRecipe(
  decoded: DecodedPicture,
  recipe: Recipe,
  own: Partial<RestoreOptions> = {},
): { readonly picture: DecodedPicture; readonly applied: RecipeMeaning } {
  const adjustment = adjustmentFor(decoded, recipe);
  const picture = adjustment === undefined ? decoded : asAdjusted(decoded, adjustment);
  const isAsked = Object.values(recipe.options.damage ?? {}).includes('auto');
  const resolved = resolveRecipe(recipe, isAsked ? estimatedDamage(picture, recipe) : undefined, own);
  return {
    picture,
    applied: {
      ...resolved,
      ...(recipe.find === undefined ? {} : { find: recipe.find }),
      ...(adjustment === undefined ? {} : { adjustment }),
    },
  };
}

/** What is sure; and fading that is doubtful where damage is filled first, which the estimate is made without. */
function estimatedDamage(picture: DecodedPicture, { find }: Recipe): Damage | undefined {
  const { damage, estimates } = inspect(picture);
  const isHidden = find !== undefined && estimates.fading.verdict === 'unsure';
  return isHidden ? { ...damage, fading: 'auto' } : damage;
}

function adjustmentFor(decoded: DecodedPicture, { adjust = {} }: Recipe): Adjustment | undefined {
  const shown = displayedPicture(decoded);
  const negative = adjust.negative === 'auto' ? looksNegative(shown) : (adjust.negative ?? false);
  const light = negative ? positive(shown) : shown;
  const tones = adjust.tones === 'auto' ? suggestedTones(light) : adjust.tones;
  const adjustment = adjustmentSchema.parse({ negative, ...tones });
  return JSON.stringify(adjustment) === JSON.stringify(NO_ADJUSTMENT) ? undefined : adjustment;
}

/** No JPEG any more: its blocks are those of other values. */
function asAdjusted(decoded: DecodedPicture, adjustment: Adjustment): DecodedPicture {
  return { ...decoded, ...adjusted(displayedPicture(decoded), adjustment), format: 'png' };
}

/** What was left out, and what became of the tones, in words. */
export function recipeSentence({ options, find, adjustment, leftOut, undoes }: RecipeMeaning): string {
  const parts = Object.entries(options.damage ?? {}).map(([part, value]) =>
    value === true ? part : `${part}=${typeof value !== 'object' ? value : 'kind' in value ? value.kind : 'as given'}`,
  );
  const facts = [
    adjustment?.negative ? 'the negative becomes a positive' : undefined,
    adjustment === undefined || !hasTones(adjustment) ? undefined : 'tones are evened out',
    find === undefined ? undefined : `${find.kinds.join(', ')} are looked for`,
    parts.length > 0 ? `undone: ${parts.join(',')}` : undefined,
    parts.length === 0 && undoes ? options.task : undefined,
    leftOut.length > 0 ? `nothing of ${leftOut.join(' and ')} to undo` : undefined,
    options.strength === undefined ? undefined : `strength ${options.strength}`,
  ].filter((fact) => fact !== undefined);
  return `By the recipe ${options.recipe}: ${facts.join('; ')}.`;
}

function hasTones({ balance, levels, curve }: Adjustment): boolean {
  const usual = [NO_ADJUSTMENT.balance, NO_ADJUSTMENT.levels, NO_ADJUSTMENT.curve];
  return JSON.stringify([balance, levels, curve]) !== JSON.stringify(usual);
}
