import type { FindOptions } from '../../src-main/contract/find.ts';
import type { Inspection } from '../../src-main/contract/inspect.ts';
import { checkRecipe, type Recipe } from '../../src-main/contract/recipe.ts';
import type { Damage, RestoreOptions } from '../../src-main/contract/restore-options.ts';

export interface RecipeParts {
  readonly name: string;
  readonly description: string;
  readonly options: RestoreOptions;
  /** Name of the network. */
  readonly model: string;
  /** How damage is to be looked for; absent: it is not. */
  readonly find: FindOptions | undefined;
  /** What was found in the picture that the options are of: such values are found anew in each picture. */
  readonly found: Damage | undefined;
}

/** What only means something for one picture or one run. */
const OWN = ['seed', 'samples', 'slice', 'page', 'angles', 'acceptDamage', 'recipe', 'damage'] as const;

/** A recipe of what is set. @throws invalid-argument, in words */
export function recipeOf({ name, description, options, model, find, found }: RecipeParts): Recipe {
  const kept = Object.entries(options).filter(([key]) => !(OWN as readonly string[]).includes(key));
  const recipe = {
    format: 'langevin-recipe',
    version: 1,
    name: name.trim(),
    ...(description.trim() !== '' && { description: description.trim() }),
    ...(find && { find }),
    ...(model !== 'photo' && { model }),
    options: {
      ...Object.fromEntries(kept),
      ...(options.samples > 1 && { samples: options.samples }),
      ...(options.task === 'compound' && options.damage && { damage: anew(options.damage, found) }),
    },
  };
  return checkRecipe(recipe, 'This recipe');
}

/** Values that were found are those of one picture. */
function anew(damage: Damage, found: Inspection['damage']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(damage).map(([part, value]) => [
      part,
      isSame(value, found?.[part as keyof Damage]) ? 'auto' : value,
    ]),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
