import type { RecipeInfo } from '../../src-main/contract/app/recipes.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { recipeKey, type Recipe } from '../../src-main/contract/recipe.ts';
import { toLangevinError } from '../../src-main/errors.ts';
import { upload } from '../client/add-file.ts';
import { isMessageKey, t } from '../i18n/translate.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import { deliverSaved, pickFiles } from '../state/pick-files.ts';

const books = new WeakMap<AppState, RecipeBook>();

/** The recipes of the app, the same wherever they are asked for. */
export function recipeBookOf(app: AppState): RecipeBook {
  const book = books.get(app) ?? new RecipeBook(app);
  books.set(app, book);
  return book;
}

/** Recipes that can be chosen, kept, taken in and thrown away. */
export class RecipeBook {
  readonly #app: AppState;
  #known: readonly RecipeInfo[] = $state.raw([]);
  #loading: Promise<void> | undefined;

  constructor(app: AppState) {
    this.#app = app;
  }

  get known(): readonly RecipeInfo[] {
    return this.#known;
  }

  find(name: string | undefined): RecipeInfo | undefined {
    return this.#known.find(({ recipe }) => recipe.name === name);
  }

  /** Whether a name is that of a recipe that comes with the program, which nobody replaces. */
  isReserved(name: string): boolean {
    return this.#known.some(({ recipe, isBuiltIn }) => isBuiltIn && recipeKey(recipe.name) === recipeKey(name));
  }

  isTaken(name: string): boolean {
    return this.#known.some(({ recipe }) => recipeKey(recipe.name) === recipeKey(name));
  }

  /** Fetches them, once. A host that has none shows none. */
  load(): Promise<void> {
    return (this.#loading ??= this.#fetch().catch(() => void (this.#loading = undefined)));
  }

  /** @returns whether it is kept. */
  async save(recipe: Recipe, replace: boolean): Promise<boolean> {
    const isKept = await this.#app.attempt(async () => {
      await this.#app.client.call('saveRecipe', { recipe, replace });
      await this.#fetch();
      return true;
    });
    if (isKept) this.#app.tell(t('recipe.saved', { name: recipe.name }));
    return isKept === true;
  }

  /** Takes recipes in from files that people choose. @returns the last of them. */
  async choose(): Promise<Recipe | undefined> {
    const files = await this.#app.attempt(() => pickFiles(this.#app, 'recipe', true));
    return this.#take(files ?? []);
  }

  /** Takes recipes in from files that were dropped. */
  async add(files: readonly File[]): Promise<Recipe | undefined> {
    const sent = await this.#app.attempt(() => Promise.all(files.map((file) => upload(this.#app.client, file))));
    return this.#take(sent ?? []);
  }

  async export(name: string): Promise<void> {
    const saved = await this.#app.attempt(() => this.#app.client.call('exportRecipe', { name }));
    if (saved !== undefined) deliverSaved(this.#app, saved);
  }

  /** Throws an own recipe away; it can be had back. */
  async remove({ recipe }: RecipeInfo): Promise<void> {
    const isGone = await this.#app.attempt(async () => {
      await this.#app.client.call('removeRecipe', { name: recipe.name });
      await this.#fetch();
      return true;
    });
    if (!isGone) return;
    this.#app.tell(t('recipe.removed', { name: recipe.name }), 'information', {
      label: t('recipe.bringBack'),
      perform: () => void this.save(recipe, false),
    });
  }

  async #take(files: readonly FileInfo[]): Promise<Recipe | undefined> {
    let last: Recipe | undefined;
    for (const { id, name } of files) {
      try {
        last = await this.#import(id, false);
      } catch (error) {
        const { code, message } = toLangevinError(error);
        const replace = (): void => void this.#app.attempt(() => this.#import(id, true));
        const offer = code === 'output-exists' ? { label: t('recipe.replace'), perform: replace } : undefined;
        this.#app.tell(t('recipe.refused', { file: name, reason: message }), 'problem', offer);
      }
    }
    return last;
  }

  async #import(file: string, replace: boolean): Promise<Recipe> {
    const recipe = await this.#app.client.call('importRecipe', { file, replace });
    await this.#fetch();
    this.#app.tell(t('recipe.loaded', { name: recipe.name }));
    return recipe;
  }

  async #fetch(): Promise<void> {
    this.#known = await this.#app.client.call('recipes', {});
  }
}

/** What a recipe is called in the language in use. */
export function recipeTitle({ recipe, isBuiltIn }: RecipeInfo): string {
  const key = `recipe.builtin.${recipeKey(recipe.name)}`;
  return isBuiltIn && isMessageKey(key) ? t(key) : recipe.name;
}

export function recipeHint({ recipe, isBuiltIn }: RecipeInfo): string {
  const key = `recipe.builtin.${recipeKey(recipe.name)}.hint`;
  return isBuiltIn && isMessageKey(key) ? t(key) : (recipe.description ?? '');
}
