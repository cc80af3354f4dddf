import { z } from 'zod';
import type { Sent } from '../../../contract/app/parts.ts';
import { maskPatchSchema, type PictureContent } from '../../../contract/app/values.ts';
import { OUTPUT_FORMATS, placedFileSchema } from '../../../contract/jobs.ts';
import { makeThumbnail } from '../../../batch/thumbnail.ts';
import { decodePicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { decodeMask } from '../../../images/mask.ts';
import { profileOf } from '../../../images/metadata/carry.ts';
import { readHeader } from '../../../images/header.ts';
import { displayedPicture, displayedSize } from '../../../images/orientation.ts';
import type { Picture, PictureMetadata } from '../../../tensor/picture.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { displayedMask } from '../../engine/jobs/mask-patch.ts';
import { contentsOf, isSmall, leaveIn, partsPlaceSchema } from '../../engine/placed-files.ts';
import { pictureContent, pictureFacts, shownPixels } from './screen-pixels.ts';

export const readPictureSchema = z.strictObject({
  file: placedFileSchema,
  /** Absent: the pixels are in the result, however many they are. */
  into: partsPlaceSchema.optional(),
  isResult: z.boolean().default(false),
});

/** What is in a picture file, for a screen. */
export async function readPicture({
  file,
  into,
  isResult,
}: z.output<typeof readPictureSchema>): Promise<Sent<PictureContent>> {
  const { name, bytes } = await contentsOf(file);
  // A person sees the damage, and the notice that says what is missing.
  const picture = await decodePicture(bytes, name, { damage: 'accept', isTrusted: isResult });
  if (into === undefined || isSmall(4 * picture.width * picture.height)) return pictureContent(picture);
  const { width, height, pixels } = await shownPixels(picture);
  const data = await leaveIn(into, 4 * width * height, (from, to) => pixels(from / 4, to / 4));
  return { ...pictureFacts(picture), width, height, data };
}

export const thumbnailSchema = z.strictObject({ file: placedFileSchema, isResult: z.boolean().default(false) });

/** A small JPEG file of a picture as displayed. @throws what `decodePicture` throws. */
export async function pictureThumbnail({ file, isResult }: z.output<typeof thumbnailSchema>): Promise<Uint8Array> {
  const { name, bytes } = await contentsOf(file);
  return makeThumbnail(await decodePicture(bytes, name, { damage: 'accept', isTrusted: isResult }));
}

export const readMaskSchema = z.strictObject({
  file: placedFileSchema,
  into: partsPlaceSchema,
  /** Of the picture as displayed. */
  width: z.int().min(1),
  height: z.int().min(1),
});

/** Coverage of the whole picture as displayed, 0 or 255. @throws what `decodeMask` throws. */
export async function readMask({
  file,
  width,
  height,
  into,
}: z.output<typeof readMaskSchema>): Promise<Sent<Uint8Array>> {
  const { name, bytes } = await contentsOf(file);
  const mask = await decodeMask(bytes, name, { width, height, metadata: { orientation: 1 } });
  return leaveIn(into, mask.length, (from, to) => mask.subarray(from, to).map((value) => value * 255));
}

export const encodeMaskSchema = z.strictObject({
  mask: maskPatchSchema,
  width: z.int().min(1),
  height: z.int().min(1),
});

/** A mask as a grey PNG file of the picture's displayed size, 255 = restore. @throws mask-size */
export async function encodeMask({ mask, width, height }: z.output<typeof encodeMaskSchema>): Promise<Uint8Array> {
  const data = displayedMask(mask, width, height).map((value) => value * 255);
  return encodePicture(
    { width, height, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } },
    { format: 'png' },
  );
}

export const encodeResultSchema = z.strictObject({
  /** Without loss. */
  png: placedFileSchema,
  /** Where the file goes where it is large, or `path`, where it goes in any case; the result then is empty. */
  into: z.union([partsPlaceSchema, z.strictObject({ path: z.string().min(1) })]),
  metadata: z.custom<PictureMetadata>((value) => typeof value === 'object' && value !== null, 'must be metadata'),
  format: z.enum(OUTPUT_FORMATS),
  quality: z.int().min(1).max(100).optional(),
  keep: z.enum(['keep', 'none']),
});

/** JPEG quality where neither the user nor the original says. */
const DEFAULT_QUALITY = 92;

/**
 * A result in the format it is saved in. Without metadata only the colour profile goes along, and the samples are turned
 * as displayed, because nothing would tell how to turn them. 16-bit samples are rounded where the format has 8.
 * @throws what `encodePicture` and `writeFileAtomically` throw.
 */
export async function encodeResult(job: z.output<typeof encodeResultSchema>): Promise<Sent<Uint8Array>> {
  const { png, metadata, into, ...how } = job;
  const { name, bytes } = await contentsOf(png);
  const picture = await decodePicture(bytes, name, { isTrusted: true });
  return deliver(await encodeForSaving({ ...picture, metadata }, how), into);
}

/** Puts a file where it is wanted. @see encodeResultSchema */
export async function deliver(
  file: Uint8Array,
  into: z.output<typeof encodeResultSchema>['into'],
): Promise<Sent<Uint8Array>> {
  if ('id' in into) return leaveIn(into, file.length, (from, to) => file.subarray(from, to));
  await writeFileAtomically(into.path, file);
  return new Uint8Array();
}

/** @see encodeResult */
export async function encodeForSaving(
  whole: Picture,
  { format, quality, keep }: Omit<z.output<typeof encodeResultSchema>, 'png' | 'metadata' | 'into'>,
): Promise<Uint8Array> {
  const { metadata } = whole;
  const picture = keep === 'keep' ? whole : withoutMetadata(displayedPicture(whole));
  const byDefault = format === 'jpeg' && metadata.jpeg === undefined ? DEFAULT_QUALITY : undefined;
  const asked = quality ?? byDefault;
  return encodePicture(picture, { format, reduceTo8Bit: true, ...(asked === undefined ? {} : { quality: asked }) });
}

function withoutMetadata<P extends Pick<Picture, 'metadata' | 'mode'>>(picture: P): P {
  const { jpeg } = picture.metadata;
  const icc = profileOf(picture.metadata, picture.mode);
  return { ...picture, metadata: { orientation: 1, ...(icc && { icc }), ...(jpeg && { jpeg }) } };
}

export const pictureSizeSchema = z.strictObject({ file: placedFileSchema });

/** What a plan needs to know of a picture. */
export interface PictureSize {
  /** As stored. */
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
}

export async function pictureSize({ file }: z.output<typeof pictureSizeSchema>): Promise<PictureSize> {
  const { name, bytes } = await contentsOf(file);
  const { width, height, orientation } = readHeader(bytes, name);
  return { width, height, orientation };
}

/** As displayed. */
export function shownSize({ width, height, orientation }: PictureSize): { width: number; height: number } {
  return displayedSize({ width, height, metadata: { orientation } });
}
