import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { issueSentences } from '../issue-sentences.ts';
import { adjustmentSchema } from './adjustment.ts';
import { findOptionsSchema } from './find.ts';
import { damageSchema, restoreOptionsSchema, TASKS, type Damage } from './restore-options.ts';

/** What a recipe can be for: pictures, not scans. */
export const RECIPE_TASKS = TASKS.filter((task) => task !== 'reconstruct');

/** A recipe is a page of text; what is larger is none. */
export const LARGEST_RECIPE = 65_536;

type DamagePart = keyof Damage;

/** A chain of damages that is found anew in each picture: `auto` is what `inspect` says of it, and no such part where it says nothing. */
export type RecipeDamage = { readonly [Part in DamagePart]?: Damage[Part] | 'auto' };

const recipeDamageSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(damageSchema.shape).map(([part, schema]) => [
      part,
      z.union([z.literal('auto'), schema.unwrap()]).optional(),
    ]),
  ),
) as unknown as z.ZodType<RecipeDamage, RecipeDamage>;

/** Everything of a restoration that does not belong to one picture alone. */
const recipeOptionsSchema = restoreOptionsSchema
  .omit({
    recipe: true,
    task: true,
    damage: true,
    seed: true,
    samples: true,
    slice: true,
    page: true,
    angles: true,
    acceptDamage: true,
  })
  .extend({
    task: z.enum(RECIPE_TASKS),
    samples: z.int().min(1).max(256).optional(),
    damage: recipeDamageSchema.optional(),
  });

/** What people call a recipe: one line without characters that control terminals. */
export const recipeNameSchema = z
  .string()
  .min(1)
  .max(60)
  .regex(/^\P{C}+$/u, 'may not contain control characters')
  .refine((name) => name.trim() === name && recipeKey(name) !== '', 'must be words');

/** Tones before anything is looked for or undone. */
const recipeAdjustSchema = z.strictObject({
  /** The picture is a film negative; `auto`: where it has the orange of colour negatives. */
  negative: z.union([z.boolean(), z.literal('auto')]).optional(),
  /** `auto`: levels and balance as `Auto` suggests them. */
  tones: z.union([z.literal('auto'), adjustmentSchema.pick({ balance: true, levels: true, curve: true })]).optional(),
});

/** How to restore pictures of one kind, as a file of its own: the same in the app, on the command line and in batches. */
export const recipeSchema = z
  .strictObject({
    format: z.literal('langevin-recipe'),
    version: z.literal(1),
    name: recipeNameSchema,
    description: z
      .string()
      .max(400)
      .regex(/^\P{C}*$/u, 'may not contain control characters')
      .optional(),
    adjust: recipeAdjustSchema.optional(),
    /** Damage is looked for, and what is found is filled. */
    find: findOptionsSchema.optional(),
    /** Name of an installed network; absent: the usual one. */
    model: z
      .string()
      .max(100)
      .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be the name of an installed model')
      .optional(),
    options: recipeOptionsSchema,
  })
  .superRefine(({ find, options: { task, damage } }, context) => {
    const say = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (damage !== undefined && task !== 'compound') {
      say(['options', 'damage'], `several damages at once are the task compound, not ${task}`);
    }
    if (find !== undefined && task !== 'compound' && task !== 'inpaint') {
      say(['find'], `what is found is filled by the tasks inpaint and compound, not by ${task}`);
    }
    if (task === 'compound' && find === undefined && Object.keys(damage ?? {}).length === 0) {
      say(['options', 'damage'], 'names nothing to undo, and nothing is looked for');
    }
  });
export type Recipe = z.output<typeof recipeSchema>;
export type RecipeInput = z.input<typeof recipeSchema>;

/** Options by a recipe before a picture is known: its chain is not yet among them. */
export function recipeOptions({
  name,
  options,
}: Recipe): Omit<Recipe['options'], 'damage'> & { readonly recipe: string } {
  const { damage: _chain, ...others } = options;
  return { ...others, recipe: name };
}

/** What two names have in common that mean the same recipe, and how its file is called: "Old photo" → "old-photo". */
export function recipeKey(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/**
 * Reads the text of a recipe.
 * @param where  for messages, such as the name of its file.
 * @throws invalid-argument, naming what is wrong and where.
 */
export function parseRecipe(text: string, where: string): Recipe {
  if (text.length > LARGEST_RECIPE) {
    throw notOne(where, `it has ${text.length} characters; recipes have ${LARGEST_RECIPE} at most`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notOne(where, 'it is not valid JSON');
  }
  const { format, version } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  if (format !== 'langevin-recipe') throw notOne(where, 'it does not begin with {"format": "langevin-recipe"}');
  if (version !== 1) {
    const shown = typeof version === 'number' ? `version ${version}` : 'a version that is no number';
    throw new LangevinError(
      'invalid-argument',
      `The recipe in ${where} has ${shown}; this program reads version 1. Use the program that wrote it, or a newer one.`,
    );
  }
  return checkRecipe(value, `The recipe in ${where}`);
}

/** A recipe from its parts. @param what  begins the message. @throws invalid-argument, naming what is wrong. */
export function checkRecipe(value: unknown, what: string): Recipe {
  const checked = recipeSchema.safeParse(value);
  if (checked.success) return checked.data;
  const issues = issueSentences(checked.error, value, 'the recipe').slice(0, 600);
  throw new LangevinError('invalid-argument', `${what} is not valid: ${issues}.`);
}

/** The text of a recipe's file. */
export function recipeText(recipe: RecipeInput): string {
  return `${JSON.stringify(recipe, undefined, 2)}\n`;
}

function notOne(where: string, why: string): LangevinError {
  return new LangevinError(
    'invalid-argument',
    `${where} is no recipe: ${why}. "langevin recipes" shows what recipes look like.`,
  );
}
