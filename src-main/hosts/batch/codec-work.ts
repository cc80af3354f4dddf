import { z } from 'zod';
import { maskPicture, type ReadMaskSource } from '../../batch/masks/picture-mask.ts';
import { makeThumbnail } from '../../batch/thumbnail.ts';
import { encodingSchema, fileSchema } from '../../contract/jobs.ts';
import { restoreOptionsSchema } from '../../contract/restore-options.ts';
import { decodePicture } from '../../images/decode.ts';
import { assertEncodable, encodePicture } from '../../images/encode.ts';
import { recompressionNotice } from '../../images/formats.ts';
import { carryNotice } from '../../images/metadata/carry.ts';
import type { Picture } from '../../tensor/picture.ts';
import { readSinogram, readSlice } from '../engine/jobs/slice-files.ts';
import { pictureSchema } from '../engine/jobs/restore-decoded-job.ts';
import { encodeOptions } from '../engine/jobs/encode-options.ts';
import { decodeOptions } from '../engine/jobs/restore-input.ts';
import { plannedResult } from '../engine/jobs/restore-job.ts';

const colorPart = z.int().min(0).max(255);
const maskSourceSchema: z.ZodType<ReadMaskSource> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('file'), file: fileSchema }),
  z.strictObject({ kind: z.literal('alpha') }),
  z.strictObject({
    kind: z.literal('color'),
    color: z.tuple([colorPart, colorPart, colorPart]),
    tolerance: colorPart,
  }),
]);

/** Job `prepare`: a file to be restored, and what its mask is made from. */
export const prepareJobSchema = z.strictObject({
  file: fileSchema,
  mask: maskSourceSchema,
  options: restoreOptionsSchema,
  encoding: encodingSchema,
});
export type PrepareJob = z.output<typeof prepareJobSchema>;

export interface PreparedPicture {
  readonly picture: Picture;
  /** height × width as stored, 1 = restore. */
  readonly mask?: Uint8Array;
  /** Small JPEG file of the picture as it was. */
  readonly thumbnail: Uint8Array;
  readonly notices: readonly string[];
}

/**
 * Everything before the network: decodes a picture and its mask, and checks that the result can be written. The work
 * blocks its thread.
 * @throws what `decodePicture`, `maskPicture` and `assertEncodable` throw.
 */
export async function preparePicture({ file, mask, options, encoding }: PrepareJob): Promise<PreparedPicture> {
  const decoded = await decodePicture(file.bytes, file.name, decodeOptions(options));
  assertEncodable(plannedResult({ picture: decoded, options }), encodeOptions(encoding));
  const { format, lossy: _lossy, converted: _converted, pages: _pages, notices: found, ...picture } = decoded;
  const masked = await maskPicture(picture, file.name, mask);
  const recompressed = recompressionNotice(format, encoding.format, encoding.quality === undefined);
  return {
    ...masked,
    thumbnail: await makeThumbnail(picture),
    notices: [...found, recompressed, carryNotice(picture.metadata, encoding.format)].filter(
      (notice) => notice !== undefined,
    ),
  };
}

/** Job `check-slice`: a slice, or a sinogram, that is to be reconstructed. */
export const checkSliceSchema = z.strictObject({ file: fileSchema, isSinogram: z.boolean() });
export type CheckSliceJob = z.output<typeof checkSliceSchema>;

/** Reads a slice or a sinogram to see whether it can be. @throws what their readers throw. */
export async function checkSlice({ file, isSinogram }: CheckSliceJob): Promise<void> {
  if (isSinogram) await readSinogram(file, (rows) => new Array<number>(rows).fill(0), 0);
  else await readSlice(file);
}

/** Job `finish`: all samples of a picture. */
export const finishJobSchema = z.strictObject({
  pictures: z.array(pictureSchema).min(1),
  encoding: encodingSchema,
  /** The picture as it was and the mask that was found in it, as stored, for a thumbnail that shows it. */
  marked: z
    .strictObject({
      picture: pictureSchema,
      mask: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array'),
    })
    .optional(),
});
export type FinishJob = z.output<typeof finishJobSchema>;

export interface FinishedPicture {
  /** Encoded files, one for each sample. */
  readonly files: readonly Uint8Array[];
  /** Small JPEG file of the first sample. */
  readonly thumbnail: Uint8Array;
  /** … and of the damage that was found. */
  readonly marked?: Uint8Array;
}

/** Everything after the network: encodes the samples of a picture. The work blocks its thread. */
export async function finishPicture({ pictures, encoding, marked }: FinishJob): Promise<FinishedPicture> {
  const files: Uint8Array[] = [];
  for (const picture of pictures) files.push(await encodePicture(picture, encodeOptions(encoding)));
  return {
    files,
    thumbnail: await makeThumbnail(pictures[0]),
    ...(marked === undefined ? {} : { marked: await makeThumbnail(marked.picture, marked.mask) }),
  };
}
