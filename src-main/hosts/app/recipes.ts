import type { ParsedAppRequest } from '../../contract/app/calls.ts';
import type { Sent } from '../../contract/app/parts.ts';
import type { RecipeInfo, RecipeMeaning } from '../../contract/app/recipes.ts';
import type { Saved } from '../../contract/app/results.ts';
import type { Id } from '../../contract/app/values.ts';
import type { Inspection } from '../../contract/inspect.ts';
import { recipeKey, recipeText, type Recipe } from '../../contract/recipe.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { fileLimits, type JobLimits } from '../engine/job-limits.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { recipeOf, type RecipeStore } from '../recipes/recipe-store.ts';
import type { FileStore } from './file-store.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import { save } from './saving.ts';
import type { AppShell } from './shell.ts';

export interface RecipesOptions {
  readonly files: FileStore;
  readonly worker: EngineClient<PictureJobs>;
  readonly store: RecipeStore;
  readonly shell: AppShell;
}

/** Keeps recipes, and says what they mean for pictures. */
export class Recipes {
  readonly #options: RecipesOptions;

  constructor(options: RecipesOptions) {
    this.#options = options;
  }

  list(): Promise<RecipeInfo[]> {
    return this.#options.store.list();
  }

  /** @throws output-exists, file-unwritable */
  save({ recipe, replace }: ParsedAppRequest<'saveRecipe'>): Promise<void> {
    return this.#options.store.save(recipe, replace);
  }

  /** @throws invalid-argument for what is no recipe; output-exists, file-unwritable */
  async import({ file, replace }: ParsedAppRequest<'importRecipe'>): Promise<Recipe> {
    const { files, store } = this.#options;
    const { name, bytes } = await files.read(file);
    const recipe = recipeOf(bytes, name);
    await store.save(recipe, replace);
    await files.forget(file);
    return recipe;
  }

  /** @throws file-not-found, output-exists, file-unwritable */
  async export({ name }: ParsedAppRequest<'exportRecipe'>): Promise<Sent<Saved>> {
    const recipe = await this.#options.store.get(name);
    const bytes = new TextEncoder().encode(recipeText(recipe));
    return save(this.#options.shell, {
      name: recipeKey(recipe.name),
      format: 'json',
      encode: async () => bytes,
      write: (_format, path) => writeFileAtomically(path, bytes),
    });
  }

  /** @throws file-not-found; invalid-argument for one of the program */
  remove({ name }: ParsedAppRequest<'removeRecipe'>): Promise<void> {
    return this.#options.store.remove(name);
  }

  /** @throws what reading and decoding throw */
  async apply({ file, recipe }: ParsedAppRequest<'applyRecipe'>): Promise<RecipeMeaning> {
    const { files, worker } = this.#options;
    return worker.result('apply-recipe', { file: files.placed(file), recipe }, { limits: await this.#limits(file) });
  }

  /** @throws invalid-argument for marks that are of nothing; what reading and decoding throw */
  async inspect({ file, marked }: ParsedAppRequest<'inspectPicture'>): Promise<Inspection> {
    const { files, worker } = this.#options;
    const job = { file: files.placed(file), ...(marked && { marked }) };
    return worker.result('inspect-picture', job, { limits: await this.#limits(file) });
  }

  async #limits(file: Id): Promise<JobLimits> {
    return fileLimits(await this.#options.files.size(file));
  }
}
