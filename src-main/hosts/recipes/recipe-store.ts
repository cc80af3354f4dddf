import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LARGEST_RECIPE, parseRecipe, recipeKey, recipeText, type Recipe } from '../../contract/recipe.ts';
import { LangevinError, toLangevinError } from '../../errors.ts';
import { BUILT_IN_RECIPES } from '../../restore/recipes/built-in.ts';
import { readInputFile } from '../files/read-file.ts';
import { makeFolder, writeFileAtomically } from '../files/write-file.ts';

/** A recipe that can be asked for by its name. */
export interface KnownRecipe {
  readonly recipe: Recipe;
  /** Whether it came with the program; the others are people's own. */
  readonly isBuiltIn: boolean;
}

/** Recipes by name: those of the program, and people's own as files of a folder. */
export class RecipeStore {
  readonly #folder: string;

  /** @param folder  of people's own; made when first needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * All of them, the program's first, and people's own by name. A file that is no recipe is left where it is.
   * @param onProblem  told of such files.
   */
  async list(onProblem: (message: string) => void = () => undefined): Promise<KnownRecipe[]> {
    const files = (await readdir(this.#folder).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
    const own: Recipe[] = [];
    for (const file of files) {
      try {
        const recipe = await readRecipe(join(this.#folder, file));
        if (isNew(recipe.name, [...BUILT_IN_RECIPES, ...own])) own.push(recipe);
        else onProblem(`${file} is called ${recipe.name}, as another recipe is, and is not used.`);
      } catch (error) {
        onProblem(toLangevinError(error).message);
      }
    }
    own.sort((a, b) => a.name.localeCompare(b.name));
    return [
      ...BUILT_IN_RECIPES.map((recipe) => ({ recipe, isBuiltIn: true })),
      ...own.map((recipe) => ({ recipe, isBuiltIn: false })),
    ];
  }

  /** @param name  in any case, with or without spaces. @throws file-not-found, with the names that there are */
  async get(name: string): Promise<Recipe> {
    const known = await this.list();
    const found = known.find(({ recipe }) => recipeKey(recipe.name) === recipeKey(name));
    if (found !== undefined) return found.recipe;
    const names = known.map(({ recipe }) => recipeKey(recipe.name)).join(', ');
    throw new LangevinError(
      'file-not-found',
      `There is no recipe ${JSON.stringify(name.slice(0, 60))}, neither as a file nor among those by name: ${names}.`,
    );
  }

  /**
   * Keeps a recipe among people's own.
   * @param replace  one of the same name, where it is their own.
   * @throws output-exists for an own name that is taken; invalid-argument for one of the program's; file-unwritable
   */
  async save(recipe: Recipe, replace: boolean): Promise<void> {
    const taken = (await this.list()).find(({ recipe: { name } }) => recipeKey(name) === recipeKey(recipe.name));
    if (taken?.isBuiltIn) {
      throw new LangevinError(
        'invalid-argument',
        `${taken.recipe.name} is the name of a recipe of the program; choose another name.`,
      );
    }
    if (taken !== undefined && !replace) {
      throw new LangevinError('output-exists', `There is a recipe ${taken.recipe.name} already; choose another name.`);
    }
    await makeFolder(this.#folder, 0o700);
    if (taken !== undefined) await this.remove(taken.recipe.name);
    const path = await this.#freePath(recipeKey(recipe.name));
    await writeFileAtomically(path, new TextEncoder().encode(recipeText(recipe)));
  }

  /** A file may hold a recipe of another name than its own. */
  async #freePath(key: string): Promise<string> {
    const files = await readdir(this.#folder);
    let name = `${key}.json`;
    for (let i = 2; files.includes(name); i++) name = `${key}-${i}.json`;
    return join(this.#folder, name);
  }

  /** @throws file-not-found; invalid-argument for a recipe of the program */
  async remove(name: string): Promise<void> {
    const { name: found } = await this.get(name);
    const key = recipeKey(found);
    if (BUILT_IN_RECIPES.some((recipe) => recipeKey(recipe.name) === key)) {
      throw new LangevinError('invalid-argument', `${found} came with the program and stays; only own recipes go.`);
    }
    for (const file of await readdir(this.#folder)) {
      if (!file.endsWith('.json')) continue;
      const path = join(this.#folder, file);
      const recipe = await readRecipe(path).catch(() => undefined);
      if (recipe !== undefined && recipeKey(recipe.name) === key) await rm(path, { force: true });
    }
  }
}

/** A recipe from its file. @throws invalid-argument for what is none; file-not-found, file-unreadable */
export async function readRecipe(path: string): Promise<Recipe> {
  return recipeOf(await readInputFile(path), path);
}

/** A recipe from the contents of its file. @throws invalid-argument, naming the file */
export function recipeOf(bytes: Uint8Array, name: string): Recipe {
  if (bytes.length > LARGEST_RECIPE) {
    throw new LangevinError(
      'invalid-argument',
      `${name} is no recipe: it has ${bytes.length} bytes; recipes have ${LARGEST_RECIPE} at most.`,
    );
  }
  return parseRecipe(new TextDecoder().decode(bytes), name);
}

function isNew(name: string, known: readonly Recipe[]): boolean {
  return known.every((other) => recipeKey(other.name) !== recipeKey(name));
}
