import { z } from 'zod';
import { maskPatchSchema } from '../../../contract/app/values.ts';
import { placedFileSchema, type PlacedFile } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { displayedSize, toStored } from '../../../images/orientation.ts';
import { atStrength, comparable, type Strength } from '../../../restore/strength.ts';
import type { Picture } from '../../../tensor/picture.ts';
import { contentsOf } from '../../engine/placed-files.ts';
import { writeFileAtomically } from '../../files/write-file.ts';

export const strengthenSchema = z.strictObject({
  /** What the result was made of. */
  before: placedFileSchema,
  result: placedFileSchema,
  /** 0…1, outside of the mask; and inside, in proportion to its coverage. */
  strength: z.number().min(0).max(1),
  within: z.strictObject({ mask: maskPatchSchema, strength: z.number().min(0).max(1) }).optional(),
  /** Where the file goes. */
  path: z.string().min(1),
});

/**
 * A result part of the way from the picture before, to the bit, written as a PNG file.
 * @throws mask-size; internal when the pictures do not match; what `decodePicture` throws.
 */
export async function strengthenResult(job: z.output<typeof strengthenSchema>): Promise<void> {
  const [before, result] = [await decoded(job.before), await decoded(job.result)];
  const gain = result.width / before.width;
  if (!Number.isInteger(gain) || result.height !== gain * before.height || result.bitDepth !== before.bitDepth) {
    throw new LangevinError('internal', 'The result is no picture of the same place, so it has no strength.');
  }
  const { width, height, mode, bitDepth, data, metadata } = result;
  const like: Picture = { width, height, mode, bitDepth, data, metadata };
  const blended = atStrength(comparable(before, like), like, strengthOf(job, before), gain);
  await writeFileAtomically(job.path, await encodePicture(blended, { format: 'png' }));
}

function strengthOf({ strength, within }: z.output<typeof strengthenSchema>, before: Picture): Strength {
  if (within === undefined) return { all: strength };
  const { width, height } = displayedSize(before);
  const shares = new Uint8Array(width * height).fill(Math.round(255 * strength));
  const { mask } = within;
  if (mask.x + mask.width > width || mask.y + mask.height > height) {
    throw new LangevinError('mask-size', 'The mask leaves the picture; mark within it.');
  }
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const share = strength + ((within.strength - strength) * mask.coverage[y * mask.width + x]) / 255;
      shares[(mask.y + y) * width + mask.x + x] = Math.round(255 * share);
    }
  }
  return { all: 1, map: toStored(shares, width, height, 1, before.metadata.orientation) };
}

async function decoded(file: PlacedFile): Promise<DecodedPicture> {
  const { name, bytes } = await contentsOf(file);
  return decodePicture(bytes, name, { isTrusted: true, damage: 'accept' });
}
