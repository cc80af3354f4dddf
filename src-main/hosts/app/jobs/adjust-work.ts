import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { placedFileSchema, type PlacedFile } from '../../../contract/jobs.ts';
import { adjusted } from '../../../adjust/adjust.ts';
import { placedSize, withPlaces } from '../../../adjust/geometry.ts';
import { positive } from '../../../adjust/negative.ts';
import { reduced } from '../../../adjust/reduce.ts';
import { histogram, suggestedTones } from '../../../adjust/suggest.ts';
import { adjustmentSchema, type Adjustment } from '../../../contract/adjustment.ts';
import type { AdjustmentPreview, SuggestedTones } from '../../../contract/app/adjusting.ts';
import { maskPatchSchema, type MaskPatch } from '../../../contract/app/values.ts';
import { decodePicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { displayedPicture } from '../../../images/orientation.ts';
import type { Picture } from '../../../tensor/picture.ts';
import { displayedMask } from '../../engine/jobs/mask-patch.ts';
import { healedAs, pixelLayerSchema } from '../../engine/jobs/pixel-layers.ts';
import { contentsOf } from '../../engine/placed-files.ts';
import { screenPixels } from './screen-pixels.ts';

const adjustingSchema = z.strictObject({
  file: placedFileSchema,
  /** What has been healed of it. */
  layers: z.array(pixelLayerSchema).optional(),
  adjustment: adjustmentSchema,
});
type Adjusting = z.output<typeof adjustingSchema>;

/** Longest side of a preview, pixels. */
const PREVIEW_SIDE = 1280;

interface Preview {
  readonly key: string;
  readonly picture: Picture;
  /** Of the picture itself, as displayed. */
  readonly size: { readonly width: number; readonly height: number };
}

/** The picture whose preview was asked for last: sliders ask many times for one. */
let last: Preview | undefined;

export const previewAdjustmentSchema = adjustingSchema;

/** A reduced picture as adjusted. @throws invalid-argument for bad corners; what `decodePicture` throws */
export async function previewAdjustment(job: Adjusting): Promise<AdjustmentPreview> {
  const { picture, size } = await previewOf(job);
  const shown = adjusted(picture, job.adjustment);
  return {
    ...(await screenPixels(shown)),
    full: placedSize(size, job.adjustment),
    histogram: histogram(shown).map((bins) => [...bins]),
  };
}

export const suggestAdjustmentSchema = adjustingSchema.omit({ adjustment: true }).extend({ negative: z.boolean() });

/** Levels and balance that would suit a picture. @throws what `decodePicture` throws */
export async function suggestAdjustment(job: z.output<typeof suggestAdjustmentSchema>): Promise<SuggestedTones> {
  const { picture } = await previewOf(job);
  return suggestedTones(job.negative ? positive(picture) : picture);
}

export const adjustPictureSchema = adjustingSchema.extend({ mask: maskPatchSchema.optional() });

export interface AdjustedBytes {
  /** In all its depth, with its metadata. */
  readonly png: Uint8Array;
  readonly mask: MaskPatch | undefined;
}

/**
 * The picture as adjusted, and the mask moved with its pixels.
 * @throws invalid-argument for bad corners; mask-size; what `decodePicture` throws
 */
export async function adjustPicture(job: z.output<typeof adjustPictureSchema>): Promise<AdjustedBytes> {
  const picture = await shownPicture(job);
  const mask = job.mask && movedMask(job.mask, picture, job.adjustment);
  return { png: await encodePicture(adjusted(picture, job.adjustment), { format: 'png' }), mask };
}

async function previewOf(job: Omit<Adjusting, 'adjustment'>): Promise<Preview> {
  const key = await keyOf(job.file, job.layers);
  if (last?.key === key) return last;
  const picture = await shownPicture(job);
  const { width, height } = picture;
  last = { key, picture: reduced(picture, PREVIEW_SIDE), size: { width, height } };
  return last;
}

async function keyOf(file: PlacedFile, layers: Adjusting['layers']): Promise<string> {
  if ('bytes' in file) return '';
  const { mtimeMs, size } = await stat(file.path);
  return [file.path, mtimeMs, size, ...(layers ?? []).map(({ id, opacity }) => `${id} ${opacity}`)].join('|');
}

/** As displayed, with what has been healed. */
async function shownPicture({ file, layers }: Omit<Adjusting, 'adjustment'>): Promise<Picture> {
  const { name, bytes } = await contentsOf(file);
  const decoded = await decodePicture(bytes, name, { damage: 'accept' });
  return displayedPicture(layers === undefined ? decoded : healedAs(decoded, layers));
}

function movedMask(patch: MaskPatch, picture: Picture, adjustment: Adjustment): MaskPatch | undefined {
  const data = displayedMask(patch, picture.width, picture.height).map((value) => value * 255);
  const size = { width: picture.width, height: picture.height };
  const moved = withPlaces({ ...size, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } }, adjustment);
  return patchOf(moved);
}

/** The part of a mask that is not empty. */
function patchOf({ width, height, data }: Picture): MaskPatch | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] < 128) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  if (right === 0) return undefined;
  const rect = { x: left, y: top, width: right - left, height: bottom - top };
  const coverage = new Uint8Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++) {
    const from = (top + y) * width + left;
    coverage.set(data.subarray(from, from + rect.width) as Uint8Array, y * rect.width);
  }
  return { ...rect, coverage };
}
