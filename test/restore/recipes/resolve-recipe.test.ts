import { describe, expect, it } from 'vitest';
import { recipeSchema, type Recipe } from '../../../src-main/contract/recipe.ts';
import { resolveRecipe } from '../../../src-main/restore/recipes/resolve-recipe.ts';

const recipe = (options: object, more: object = {}): Recipe =>
  recipeSchema.parse({ format: 'langevin-recipe', version: 1, name: 'Mine', options, ...more });

describe('a recipe for one picture', () => {
  const chain = { task: 'compound', preset: 'best', damage: { scale: 2, blur: 'auto', noise: 'auto', jpeg: 'auto' } };

  it('takes what was estimated, and leaves out what was not', () => {
    const { options, leftOut, undoes } = resolveRecipe(
      recipe(chain),
      { noise: { kind: 'grain' }, jpeg: 45 },
      { seed: 7 },
    );
    expect(options).toMatchObject({ task: 'compound', preset: 'best', recipe: 'Mine', seed: 7 });
    expect(options.damage).toEqual({ scale: 2, noise: { kind: 'grain' }, jpeg: 45 });
    expect(leftOut).toEqual(['blur']);
    expect(undoes).toBe(true);
  });

  it('inpaints where nothing but what is found is left, so that every other pixel stays', () => {
    const only = recipe({ task: 'compound', damage: { jpeg: 'auto' } }, { find: {} });
    const { options, undoes } = resolveRecipe(only, undefined);
    expect(options).toMatchObject({ task: 'inpaint', recipe: 'Mine' });
    expect(options.damage).toBeUndefined();
    expect(undoes).toBe(false);
  });

  it('says that there is nothing to do', () => {
    expect(resolveRecipe(recipe({ task: 'compound', damage: { noise: 'auto' } }), undefined).undoes).toBe(false);
    expect(resolveRecipe(recipe({ task: 'denoise' }), undefined).undoes).toBe(true);
  });
});
