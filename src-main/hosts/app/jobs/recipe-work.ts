import { z } from 'zod';
import type { RecipeMeaning } from '../../../contract/app/recipes.ts';
import type { Inspection } from '../../../contract/inspect.ts';
import { placedFileSchema } from '../../../contract/jobs.ts';
import { recipeSchema } from '../../../contract/recipe.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { applyRecipe } from '../../engine/jobs/apply-recipe.ts';
import { inspect } from '../../engine/jobs/inspect-job.ts';
import { contentsOf } from '../../engine/placed-files.ts';

export const inspectPictureSchema = z.strictObject({ file: placedFileSchema });

/** @throws what reading and decoding throw */
export async function inspectPicture(job: z.output<typeof inspectPictureSchema>): Promise<Inspection> {
  return inspect(await decoded(job));
}

export const pictureRecipeSchema = inspectPictureSchema.extend({ recipe: recipeSchema });

/** @throws what reading and decoding throw */
export async function recipeOfPicture({
  recipe,
  ...job
}: z.output<typeof pictureRecipeSchema>): Promise<RecipeMeaning> {
  return applyRecipe(await decoded(job), recipe).applied;
}

async function decoded({ file }: z.output<typeof inspectPictureSchema>): Promise<DecodedPicture> {
  const { name, bytes } = await contentsOf(file);
  return decodePicture(bytes, name, { damage: 'accept' });
}
