import { z } from 'zod';
import { markedBlurSchema, type MarkedBlur, type RecipeMeaning } from '../../../contract/app/recipes.ts';
import type { BlurMarks, Inspection } from '../../../contract/inspect.ts';
import { placedFileSchema } from '../../../contract/jobs.ts';
import { recipeSchema } from '../../../contract/recipe.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { markedLine } from '../../../restore/estimate/marked-line.ts';
import { applyRecipe } from '../../engine/jobs/apply-recipe.ts';
import { inspect } from '../../engine/jobs/inspect-job.ts';
import { contentsOf } from '../../engine/placed-files.ts';

export const inspectPictureSchema = z.strictObject({
  file: placedFileSchema,
  marked: markedBlurSchema.optional(),
});

/** @throws invalid-argument for marks that are of nothing; what reading and decoding throw */
export async function inspectPicture({ marked, ...job }: z.output<typeof inspectPictureSchema>): Promise<Inspection> {
  return inspect(await decoded(job), marked && marksOf(marked));
}

function marksOf({ as, mask }: MarkedBlur): BlurMarks {
  if (as === 'streak') return { streak: markedLine(mask) };
  const { coverage: _all, ...edge } = mask;
  return { edge };
}

export const pictureRecipeSchema = z.strictObject({ file: placedFileSchema, recipe: recipeSchema });

/** @throws what reading and decoding throw */
export async function recipeOfPicture({
  recipe,
  ...job
}: z.output<typeof pictureRecipeSchema>): Promise<RecipeMeaning> {
  return applyRecipe(await decoded(job), recipe).applied;
}

async function decoded({ file }: Pick<z.output<typeof inspectPictureSchema>, 'file'>): Promise<DecodedPicture> {
  const { name, bytes } = await contentsOf(file);
  return decodePicture(bytes, name, { damage: 'accept' });
}
