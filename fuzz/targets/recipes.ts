import { isDeepStrictEqual } from 'node:util';
import { LangevinError } from '../../src-main/errors.ts';
import { recipeKey, recipeOptions, recipeText } from '../../src-main/contract/recipe.ts';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { recipeOf } from '../../src-main/hosts/recipes/recipe-store.ts';
import { BUILT_IN_RECIPES } from '../../src-main/restore/recipes/built-in.ts';
import { isolated, type CheckCase } from '../isolated-cases.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { mutateValue } from '../mutate-value.ts';

/** Files of recipes, changed a little: each is refused by a reason, or means the same when it is written and read again. */
export const recipes = isolated({
  name: 'recipes',
  title: 'mutated files of recipes',
  cases: 50_000,
  share: 1,
  module: import.meta.url,
  memoryLimit: 2 ** 30,
});

/** Not ours, but files that people might take for one. */
const ODD = ['', '[]', 'null', '\ufeff{}', '{"format":"langevin-recipe","version":1}', '['.repeat(60_000)];

export const check: CheckCase = async (random, index, fault) => {
  const seed = random.pick(BUILT_IN_RECIPES);
  const value = random.chance(0.7) ? mutateValue(random, seed) : seed;
  const text = random.chance(0.03) ? random.pick(ODD) : (JSON.stringify(value) ?? '');
  const bytes = new Uint8Array(Buffer.from(text));
  const file = random.chance(0.4) && bytes.length >= 16 ? mutateBytes(bytes, random) : bytes;
  try {
    const recipe = recipeOf(file, `case-${index}.json`);
    const again = recipeOf(new Uint8Array(Buffer.from(recipeText(recipe))), 'again');
    if (!isDeepStrictEqual(again, recipe)) fault('corrupt', `${recipe.name} is another one when it is read again`);
    parseRestoreOptions(recipeOptions(recipe));
    if (!/^[\p{L}\p{N}-]+$/u.test(recipeKey(recipe.name))) fault('admitted', `a file would be called ${recipe.name}`);
    return 'read';
  } catch (error) {
    if (error instanceof LangevinError && error.code !== 'internal') return error.code;
    fault('untyped', String((error as Error).stack ?? error).slice(0, 300));
    return 'untyped';
  }
};
