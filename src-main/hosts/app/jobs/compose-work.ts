import { z } from 'zod';
import { maskPatchSchema } from '../../../contract/app/values.ts';
import { placedFileSchema, type PlacedFile } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { decodePicture, type DecodedPicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { channelCount } from '../../../tensor/picture.ts';
import { storedMask } from '../../engine/jobs/mask-patch.ts';
import { contentsOf } from '../../engine/placed-files.ts';
import { writeFileAtomically } from '../../files/write-file.ts';

export const composeResultSchema = z.strictObject({
  /** What to begin with: pictures of one size, depth and orientation, by their files. */
  base: placedFileSchema,
  sources: z.array(placedFileSchema).max(1000),
  /** Blocks to copy, one over the other. */
  parts: z.array(z.strictObject({ mask: maskPatchSchema, source: z.int().min(0) })).min(1),
  /** Where the file goes. */
  path: z.string().min(1),
});

/**
 * A picture with the marked pixels of others, sample by sample as they are stored, written as a PNG file.
 * @throws mask-size when a mask leaves the picture; internal when the pictures do not match; what `decodePicture` throws.
 */
export async function composeResult(job: z.output<typeof composeResultSchema>): Promise<void> {
  const picture = await decodePlaced(job.base);
  const data = picture.data.slice();
  const decoded = new Map<number, DecodedPicture>();
  for (const { mask, source } of job.parts) {
    const file = job.sources[source];
    if (file === undefined) throw new LangevinError('invalid-argument', `There is no source ${source} to copy from.`);
    const from = decoded.get(source) ?? (await decodePlaced(file));
    decoded.set(source, from);
    assertMatching(picture, from);
    const channels = channelCount(picture.mode);
    storedMask(mask, picture).forEach((isMarked, pixel) => {
      if (isMarked === 0) return;
      for (let i = pixel * channels; i < (pixel + 1) * channels; i++) data[i] = from.data[i];
    });
  }
  const { width, height, mode, bitDepth, metadata } = picture;
  const png = await encodePicture({ width, height, mode, bitDepth, data, metadata }, { format: 'png' });
  await writeFileAtomically(job.path, png);
}

async function decodePlaced(file: PlacedFile): Promise<DecodedPicture> {
  const { name, bytes } = await contentsOf(file);
  return decodePicture(bytes, name, { isTrusted: true });
}

function assertMatching(a: DecodedPicture, b: DecodedPicture): void {
  const keys = ['width', 'height', 'mode', 'bitDepth'] as const;
  const other = keys.find((key) => a[key] !== b[key]);
  if (other === undefined) return;
  throw new LangevinError(
    'internal',
    `A result and its original differ in ${other} (${a[other]} and ${b[other]}), so places of it cannot be taken back.`,
  );
}
