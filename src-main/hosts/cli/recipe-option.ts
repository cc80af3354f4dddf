import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Recipe } from '../../contract/recipe.ts';
import { LangevinError } from '../../errors.ts';
import { dataFolder } from '../engine/locations.ts';
import { readRecipe, RecipeStore } from '../recipes/recipe-store.ts';
import type { DamageFlags } from './damage-options.ts';

export interface RecipeFlags {
  readonly recipe?: string;
}

export function addRecipeOption(command: Command): Command {
  return command.option(
    '--recipe <name|file>',
    'how pictures of one kind are restored, in place of --task and --damage ("langevin recipes" lists them)',
  );
}

/** Recipes by name: the program's, and people's own. */
export function recipeStore(): RecipeStore {
  return new RecipeStore(join(dataFolder(), 'recipes'));
}

/** A recipe by its name, or from a file. @throws invalid-argument for a file that is none; file-not-found */
export async function findRecipe(asked: string): Promise<Recipe> {
  const isPath = /[\\/]|\.json$/i.test(asked);
  if (isPath) return readRecipe(asked);
  const byName = await recipeStore()
    .get(asked)
    .catch((error: unknown) => error as LangevinError);
  if (!(byName instanceof LangevinError)) return byName;
  if (existsSync(asked)) return readRecipe(asked);
  throw byName;
}

const SAID_BY_RECIPES = {
  task: '--task',
  damage: '--damage',
  scale: '--scale',
  blurSigma: '--blur-sigma',
  kernel: '--kernel',
  noise: '--noise',
  angles: '--angles',
  anglesFile: '--angles-file',
  slice: '--slice',
} as const satisfies Partial<Record<keyof DamageFlags, string>>;

/** @throws invalid-argument for flags that say what a recipe says */
export function assertRecipeAlone(flags: Omit<DamageFlags, 'mask'>): void {
  const given = Object.entries(SAID_BY_RECIPES).filter(
    ([key]) => flags[key as keyof typeof SAID_BY_RECIPES] !== undefined,
  );
  if (given.length === 0) return;
  throw new LangevinError(
    'invalid-argument',
    `A recipe says what is wrong with the picture: leave ${given.map(([, name]) => name).join(', ')} out, or write a recipe of your own (langevin recipes NAME -o FILE gives one to begin with).`,
  );
}
