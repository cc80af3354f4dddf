import { describe, expect, it } from 'vitest';
import { recipeOptions, recipeSchema, type Recipe, type RecipeInput } from '../../../src-main/contract/recipe.ts';
import { parseRestoreOptions } from '../../../src-main/contract/restore-options.ts';
import { preparePicture } from '../../../src-main/hosts/batch/codec-work.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { noisyPicture } from '../../fixtures/restore-run.ts';

const recipe = (options: object, more: object = {}): Recipe =>
  recipeSchema.parse({ format: 'langevin-recipe', version: 1, name: 'Mine', options, ...more } as RecipeInput);

async function prepared(picture: Picture, of: Recipe, own: object = {}) {
  const bytes = await encodePicture(picture, { format: 'png' });
  return preparePicture({
    file: { name: 'a.png', bytes },
    mask: { kind: 'none' },
    options: parseRestoreOptions({ ...recipeOptions(of), ...own }),
    recipe: of,
    encoding: { format: 'png' },
  });
}

describe('a recipe in a batch', () => {
  const noisy = noisyPicture(96, 96, { mode: 'gray', sigma: 12 });
  const undoing = recipe({ task: 'compound', damage: { noise: 'auto', jpeg: 'auto' } });

  it('has values of its own for each picture, says which, and takes what the batch was told besides', async () => {
    const { byRecipe, notices } = await prepared(noisy, undoing, { steps: 3, seed: 9, strength: 0.5 });
    expect(byRecipe).toMatchObject({
      options: { task: 'compound', recipe: 'Mine', steps: 3, seed: 9, strength: 0.5 },
      undoes: true,
      isAdjusted: false,
    });
    expect(Object.keys(byRecipe!.options.damage!)).toEqual(['noise']);
    expect(notices.join(' ')).toMatch(/By the recipe Mine: undone: noise=.*nothing of jpeg to undo/);
  });

  it('leaves out a picture with nothing to undo', async () => {
    const clean = noisyPicture(96, 96, { mode: 'gray', sigma: 0 });
    await expect(prepared(clean, undoing)).rejects.toMatchObject({
      code: 'nothing-to-do',
      message: 'The recipe Mine finds nothing to undo in a.png.',
    });
  });

  it('adjusts tones first', async () => {
    const inverting = recipe({ task: 'inpaint' }, { adjust: { negative: true }, find: {} });
    const { picture, byRecipe } = await prepared(noisy, inverting);
    expect(byRecipe).toMatchObject({ isAdjusted: true, undoes: false, options: { task: 'inpaint' } });
    let correlation = 0;
    noisy.data.forEach((value, i) => (correlation += (value - 128) * (picture.data[i] - 128)));
    expect(correlation).toBeLessThan(0);
  });
});
