import { z } from 'zod';
import type { MaskSource } from '../../batch/masks/mask-finder.ts';
import { maskPicture } from '../../batch/masks/picture-mask.ts';
import { makeThumbnail } from '../../batch/thumbnail.ts';
import { encodingSchema, placedFileSchema } from '../../contract/jobs.ts';
import type { RecipeMeaning } from '../../contract/app/recipes.ts';
import { recipeSchema } from '../../contract/recipe.ts';
import { restoreOptionsSchema, type RestoreOptions } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import { decodePicture } from '../../images/decode.ts';
import { assertEncodable, encodePicture } from '../../images/encode.ts';
import { recompressionNotice } from '../../images/formats.ts';
import { carryNotice } from '../../images/metadata/carry.ts';
import type { Picture } from '../../tensor/picture.ts';
import { readSinogram } from '../engine/jobs/sinogram-files.ts';
import { readSlice } from '../engine/jobs/slice-files.ts';
import { encodeOptions } from '../engine/jobs/encode-options.ts';
import { applyRecipe, recipeSentence } from '../engine/jobs/apply-recipe.ts';
import { decodeOptions } from '../engine/jobs/restore-input.ts';
import { plannedResult } from '../engine/jobs/restore-job.ts';
import { contentsOf } from '../engine/placed-files.ts';
import {
  leaveBytes,
  leavePicture,
  placedBytesSchema,
  placedPictureSchema,
  takeBytes,
  takePicture,
  type PlacedBytes,
  type PlacedPicture,
} from '../engine/placed-pixels.ts';

const colorPart = z.int().min(0).max(255);
const maskSourceSchema: z.ZodType<Exclude<MaskSource, { kind: 'auto' }>> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('file'), file: placedFileSchema }),
  z.strictObject({ kind: z.literal('alpha') }),
  z.strictObject({
    kind: z.literal('color'),
    color: z.tuple([colorPart, colorPart, colorPart]),
    tolerance: colorPart,
  }),
]);

/** Job `prepare`: a file to be restored, and what its mask is made from. */
export const prepareJobSchema = z.strictObject({
  file: placedFileSchema,
  mask: maskSourceSchema,
  options: restoreOptionsSchema,
  /** What it leaves to the picture is found, and its tones are adjusted. */
  recipe: recipeSchema.optional(),
  encoding: encodingSchema,
  /** Where what is large is left: new names are made of it. */
  into: z.string().min(1),
});
export type PrepareJob = z.output<typeof prepareJobSchema>;

/** What a recipe means for a picture. */
export interface RecipeOfPicture {
  readonly options: RestoreOptions;
  /** Whether anything is undone besides what the search finds. */
  readonly undoes: boolean;
  /** Whether its tones are adjusted, so that there is a result in any case. */
  readonly isAdjusted: boolean;
}

export interface PreparedPicture {
  readonly picture: Picture;
  /** height × width as stored, 1 = restore. */
  readonly mask?: Uint8Array;
  /** Where a recipe says what is done. */
  readonly byRecipe?: RecipeOfPicture;
  /** Small JPEG file of the picture as it was. */
  readonly thumbnail: Uint8Array;
  readonly notices: readonly string[];
}

/**
 * Everything before the network: decodes a picture and its mask, and checks that the result can be written. The work
 * blocks its thread.
 * @throws what `decodePicture`, `maskPicture` and `assertEncodable` throw.
 */
export async function preparePicture(job: Omit<PrepareJob, 'into'>): Promise<PreparedPicture> {
  const { mask, recipe, encoding } = job;
  const file = await contentsOf(job.file);
  const read = await decodePicture(file.bytes, file.name, decodeOptions(job.options));
  const { format } = read;
  const { task: _task, damage: _damage, recipe: _name, ...own } = job.options;
  const { picture: decoded, applied } =
    recipe === undefined ? { picture: read, applied: undefined } : applyRecipe(read, recipe, own);
  const options = applied?.options ?? job.options;
  if (applied !== undefined) assertSomethingToDo(applied, mask.kind === 'none', file.name);
  assertEncodable(plannedResult({ picture: decoded, options }), encodeOptions(encoding));
  const { format: _format, lossy: _lossy, converted: _converted, pages: _pages, notices: found, ...picture } = decoded;
  const source = mask.kind === 'file' ? { ...mask, file: await contentsOf(mask.file) } : mask;
  const masked = await maskPicture(picture, file.name, source);
  const recompressed = recompressionNotice(format, encoding.format, encoding.quality === undefined);
  const byRecipe = applied && {
    options,
    undoes: applied.undoes,
    isAdjusted: applied.adjustment !== undefined,
  };
  return {
    ...masked,
    ...(byRecipe && { byRecipe }),
    thumbnail: await makeThumbnail(picture),
    notices: [
      ...found,
      applied && recipeSentence(applied),
      recompressed,
      carryNotice(picture.metadata, encoding.format),
    ].filter((notice) => notice !== undefined),
  };
}

/** @throws nothing-to-do where a recipe finds nothing to undo in a picture, and does not look for damage */
function assertSomethingToDo(
  { options, find, undoes, adjustment }: RecipeMeaning,
  hasNoMask: boolean,
  name: string,
): void {
  if (undoes || !hasNoMask || find !== undefined || adjustment !== undefined) return;
  throw new LangevinError('nothing-to-do', `The recipe ${options.recipe} finds nothing to undo in ${name}.`);
}

/** A prepared picture on its way to the process that restores it. */
export type PlacedPreparation = Omit<PreparedPicture, 'picture' | 'mask'> & {
  readonly picture: PlacedPicture;
  readonly mask?: PlacedBytes;
};

/** Job `prepare`. @throws what `preparePicture` throws. */
export async function prepareInto({ into, ...job }: PrepareJob): Promise<PlacedPreparation> {
  const { picture, mask, ...others } = await preparePicture(job);
  return {
    ...others,
    picture: await leavePicture(picture, `${into}.picture`),
    ...(mask === undefined ? {} : { mask: await leaveBytes(mask, `${into}.mask`) }),
  };
}

/** Job `check-slice`: a slice, or a sinogram, that is to be reconstructed. */
export const checkSliceSchema = z.strictObject({ file: placedFileSchema, isSinogram: z.boolean() });
export type CheckSliceJob = z.output<typeof checkSliceSchema>;

/** Reads a slice or a sinogram to see whether it can be, and how many there are. @throws what their readers throw. */
export async function checkSlice({ file: place, isSinogram }: CheckSliceJob): Promise<{ readonly slices: number }> {
  const file = await contentsOf(place);
  const { slices } = await (isSinogram ? readSinogram(file) : readSlice(file));
  return { slices };
}

/** Job `finish`: all samples of a picture. */
export const finishJobSchema = z.strictObject({
  pictures: z.array(placedPictureSchema).min(1),
  encoding: encodingSchema,
  /** The picture as it was and the mask that was found in it, as stored, for a thumbnail that shows it. */
  marked: z
    .strictObject({
      picture: placedPictureSchema,
      mask: placedBytesSchema,
    })
    .optional(),
  /** Where large files are left: new names are made of it. */
  into: z.string().min(1),
});
export type FinishJob = z.output<typeof finishJobSchema>;

export interface FinishedPicture {
  /** Encoded files, one for each sample. */
  readonly files: readonly PlacedBytes[];
  /** Small JPEG file of the first sample. */
  readonly thumbnail: Uint8Array;
  /** … and of the damage that was found. */
  readonly marked?: Uint8Array;
}

/** Everything after the network: encodes the samples of a picture. The work blocks its thread. */
export async function finishPicture({ pictures, encoding, marked, into }: FinishJob): Promise<FinishedPicture> {
  const files: PlacedBytes[] = [];
  let thumbnail: Uint8Array = new Uint8Array();
  for (const [i, placed] of pictures.entries()) {
    const picture = await takePicture(placed);
    files.push(await leaveBytes(await encodePicture(picture, encodeOptions(encoding)), `${into}.file-${i}`));
    if (i === 0) thumbnail = await makeThumbnail(picture);
  }
  return {
    files,
    thumbnail,
    ...(marked === undefined
      ? {}
      : { marked: await makeThumbnail(await takePicture(marked.picture), await takeBytes(marked.mask)) }),
  };
}
