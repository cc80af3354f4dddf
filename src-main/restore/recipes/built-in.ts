import { recipeSchema, type Recipe, type RecipeInput } from '../../contract/recipe.ts';

const head = { format: 'langevin-recipe', version: 1 } as const;

const inputs: readonly RecipeInput[] = [
  {
    ...head,
    name: 'Old photo',
    description:
      'A scanned print: scratches, dust and stains are found and filled, and fading, grain and JPEG blocks undone at once.',
    find: {},
    options: { task: 'compound', damage: { fading: 'auto', noise: 'auto', jpeg: 'auto' } },
  },
  {
    ...head,
    name: 'Phone photo at night',
    description:
      'Strong noise under JPEG compression; a tenth of the noise stays, so that skin and walls do not look like wax.',
    options: { task: 'compound', damage: { noise: 'auto', jpeg: 'auto' }, strength: 0.9 },
  },
  {
    ...head,
    name: 'Small web JPEG',
    description: 'Twice as large, without the blocks and fringes of compression.',
    options: { task: 'super-resolve', scale: 2 },
  },
  {
    ...head,
    name: 'Negative or slide scan',
    description:
      'Colour negatives become positives, tones are evened out, and dust, hairs and scratches filled; grain stays.',
    adjust: { negative: 'auto', tones: 'auto' },
    find: { kinds: ['line', 'speck', 'crack'] },
    options: { task: 'inpaint' },
  },
  {
    ...head,
    name: 'Screenshot text removal',
    description: 'Captions, subtitles and date stamps are found and filled; every other pixel stays.',
    find: { kinds: ['text'], sensitivity: 0.6 },
    options: { task: 'inpaint' },
  },
];

/** The recipes that come with the program. */
export const BUILT_IN_RECIPES: readonly Recipe[] = inputs.map((recipe) => recipeSchema.parse(recipe));
