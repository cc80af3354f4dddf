import type { Recipe } from '../../contract/recipe.ts';
import { parseRestoreOptions, type Damage, type RestoreOptions } from '../../contract/restore-options.ts';

/** What a recipe means for one picture. */
export interface ResolvedRecipe {
  readonly options: RestoreOptions;
  /** Parts of the chain that the picture says nothing of, so that there is nothing to undo. */
  readonly leftOut: readonly (keyof Damage)[];
  /** Whether anything is undone that need not be looked for by the search for damage. */
  readonly undoes: boolean;
}

/**
 * A recipe with the values of a picture: each `auto` of its chain becomes what was estimated, or is left out. A chain
 * of which nothing is left but what the search finds is the task inpaint, which leaves every other pixel as it is.
 * @param estimated  what would undo all that can be told of the picture's damage.
 * @param own        options that go before those of the recipe, such as seed and samples.
 */
export function resolveRecipe(
  { name, find, options: asked }: Recipe,
  estimated: Damage | undefined,
  own: Partial<RestoreOptions> = {},
): ResolvedRecipe {
  const { damage: chain, ...options } = asked;
  if (options.task !== 'compound') {
    return {
      options: parseRestoreOptions({ ...options, ...own, recipe: name }),
      leftOut: [],
      undoes: options.task !== 'inpaint',
    };
  }
  const damage: Partial<Record<string, unknown>> = {};
  const leftOut: (keyof Damage)[] = [];
  for (const [part, value] of Object.entries(chain ?? {}) as [keyof Damage, unknown][]) {
    const found = value === 'auto' ? estimated?.[part] : value;
    if (found === undefined) leftOut.push(part);
    else damage[part] = found;
  }
  const undoes = Object.keys(damage).length > 0;
  const what = undoes ? { damage } : find === undefined ? { damage: {} } : { task: 'inpaint' };
  return { options: parseRestoreOptions({ ...options, ...what, ...own, recipe: name }), leftOut, undoes };
}
