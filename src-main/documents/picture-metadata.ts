import { z } from 'zod';
import { bytesSchema } from '../contract/app/values.ts';
import type { PictureMetadata } from '../tensor/picture.ts';

/** Bytes of a block that is carried over; a profile or a maker note has less. */
const MOST_BYTES = 16 * 2 ** 20;

const block = bytesSchema.refine((bytes) => bytes.length <= MOST_BYTES, 'a block of metadata has at most 16 MiB');
const pair = z.strictObject({ x: z.number().positive().max(1e6), y: z.number().positive().max(1e6) });
const steps = z.array(z.int().min(1).max(65_535)).length(64);

/** Metadata of a result as a project holds them. */
export const pictureMetadataSchema: z.ZodType<PictureMetadata> = z.strictObject({
  exif: block.exactOptional(),
  icc: block.exactOptional(),
  xmp: block.exactOptional(),
  photoshop: block.exactOptional(),
  iptc: block.exactOptional(),
  orientation: z.int().min(1).max(8),
  dpi: pair.exactOptional(),
  pixelAspect: pair.exactOptional(),
  native: z
    .strictObject({
      format: z.enum(['png', 'jpeg', 'tiff', 'gif']),
      blocks: z.array(z.strictObject({ type: z.string().max(64), data: block })).max(1000),
    })
    .exactOptional(),
  jpeg: z.strictObject({ quality: z.int().min(1).max(100), chroma: z.enum(['4:4:4', '4:2:0']) }).exactOptional(),
  quantization: z
    .strictObject({
      luma: steps,
      chroma: steps,
      sampling: z.tuple([z.int().min(1).max(4), z.int().min(1).max(4)]),
    })
    .exactOptional(),
});
