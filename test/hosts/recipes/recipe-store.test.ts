import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecipe, recipeText, type Recipe } from '../../../src-main/contract/recipe.ts';
import { recipeOf, RecipeStore } from '../../../src-main/hosts/recipes/recipe-store.ts';
import { BUILT_IN_RECIPES } from '../../../src-main/restore/recipes/built-in.ts';

const family: Recipe = {
  format: 'langevin-recipe',
  version: 1,
  name: 'Family album',
  options: { task: 'compound', damage: { noise: 'auto', scale: 2 } },
};

let folder: string;
let store: RecipeStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-recipes-'));
  store = new RecipeStore(join(folder, 'recipes'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the recipes', () => {
  it('are those of the program and people’s own, by name in any spelling', async () => {
    expect(await store.list()).toHaveLength(BUILT_IN_RECIPES.length);
    await store.save(family, false);
    expect(await store.get('FAMILY-album')).toEqual(family);
    expect((await store.get('old-photo')).name).toBe('Old photo');
    expect((await store.list()).at(-1)).toEqual({ recipe: family, isBuiltIn: false });
    await expect(store.get('holiday')).rejects.toMatchObject({
      code: 'file-not-found',
      message: expect.stringMatching(/no recipe "holiday".*old-photo.*family-album/s) as string,
    });
  });

  it('replace none but of their own, and only when asked', async () => {
    await store.save(family, false);
    await expect(store.save(family, false)).rejects.toMatchObject({ code: 'output-exists' });
    await store.save({ ...family, description: 'Anew' }, true);
    expect((await store.list()).filter(({ isBuiltIn }) => !isBuiltIn)).toHaveLength(1);
    for (const replace of [false, true]) {
      await expect(store.save({ ...family, name: 'old PHOTO' }, replace)).rejects.toThrow(/recipe of the program/);
    }
    await expect(store.remove('Old photo')).rejects.toThrow(/came with the program/);
    await store.remove('family album');
    expect(await readdir(join(folder, 'recipes'))).toEqual([]);
  });

  it('keep away from files that are none, and from those that hold others', async () => {
    await store.save(family, false);
    await writeFile(join(folder, 'recipes', 'broken.json'), '{');
    await writeFile(join(folder, 'recipes', 'holiday.json'), recipeText({ ...family, name: 'Beach' }));
    const problems: string[] = [];
    await store.list((message) => problems.push(message));
    expect(problems).toEqual([expect.stringMatching(/broken\.json is no recipe: it is not valid JSON/)]);
    await store.save({ ...family, name: 'Holiday' }, false);
    expect((await store.get('beach')).name).toBe('Beach');
    expect((await store.get('holiday')).name).toBe('Holiday');
  });
});

describe('the text of a recipe', () => {
  it('comes back as it was', () => {
    for (const recipe of [...BUILT_IN_RECIPES, family]) {
      expect(parseRecipe(recipeText(recipe), 'x.json')).toEqual(recipe);
    }
  });

  const changed = (change: object): string => JSON.stringify({ ...family, ...change });
  it.each([
    ['', /x\.json is no recipe: it is not valid JSON/],
    ['[]', /does not begin with/],
    ['{"steps": 30}', /does not begin with \{"format": "langevin-recipe"\}/],
    [changed({ version: 2 }), /has version 2; this program reads version 1/],
    [changed({ version: 'new' }), /a version that is no number/],
    [changed({ script: 'rm -rf' }), /the recipe has no "script"/],
    [changed({ name: 'a\u001b[2J' }), /name.*control characters/],
    [changed({ name: '···' }), /name.*must be words/],
    [changed({ options: { task: 'reconstruct' } }), /options\.task is "reconstruct"/],
    [changed({ options: { task: 'denoise', seed: 3 } }), /options has no "seed"/],
    [changed({ options: { task: 'denoise', damage: {} } }), /task compound, not denoise/],
    [changed({ options: { task: 'compound', damage: { noise: 999 } } }), /options\.damage\.noise is 999/],
    [changed({ options: { task: 'compound', damage: { rust: 1 } } }), /options\.damage has no "rust"/],
    [changed({ options: { task: 'compound' } }), /names nothing to undo/],
    [changed({ find: {}, options: { task: 'denoise' } }), /filled by the tasks inpaint and compound, not by denoise/],
    [changed({ model: '../secret' }), /model.*installed model/],
    ['{"format":"langevin-recipe","version":1,"__proto__":{"x":1}}', /is not valid/],
  ])('is refused in words: %s', (text, message) => {
    expect(() => parseRecipe(text, 'x.json')).toThrow(message);
  });

  it('is a page, not a book', () => {
    expect(() => recipeOf(new Uint8Array(70_000), 'x.json')).toThrow(/has 70000 bytes; recipes have 65536 at most/);
  });
});
