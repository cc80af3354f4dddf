import { z } from 'zod';
import { VOLUME_FORMATS } from '../../contract/batch.ts';
import { LangevinError } from '../../errors.ts';
import { readNpy, writeNpy } from '../../images/npy.ts';
import { writeNifti } from '../../images/nifti.ts';
import { writeTiffStack } from '../../images/tiff-stack.ts';
import { stackSlices, type Volume } from '../../images/volume.ts';
import { readInputFile } from '../files/read-file.ts';
import { writeFileAtomically } from '../files/write-file.ts';

const vector = z.tuple([z.number(), z.number(), z.number()]);

/** Job `write-volume`: slices that lie in files of values become one file. */
export const writeVolumeSchema = z.strictObject({
  /** Paths of `.npy` files, each a slice or a stack of them, from the first slice to the last. */
  slices: z.array(z.string().min(1)).min(1),
  place: z.strictObject({ origin: vector, steps: z.tuple([vector, vector, vector]) }),
  format: z.enum(VOLUME_FORMATS),
  into: z.string().min(1),
});
export type WriteVolumeJob = z.output<typeof writeVolumeSchema>;

/** @throws invalid-shape for slices of different sizes; file-unwritable, file-not-found */
export async function writeVolume({ slices, place, format, into }: WriteVolumeJob): Promise<void> {
  const read: { width: number; height: number; data: Float32Array }[] = [];
  for (const path of slices) read.push(...slicesOf(await readInputFile(path), path));
  await writeFileAtomically(into, await encoded(stackSlices(read, place), format));
}

function slicesOf(bytes: Uint8Array, path: string): { width: number; height: number; data: Float32Array }[] {
  const { shape, data } = readNpy(bytes, path);
  if (shape.length < 2 || shape.length > 3) {
    throw new LangevinError('invalid-shape', `${path} has the shape (${shape.join(', ')}), which is no slice.`);
  }
  const [count, height, width] = shape.length === 2 ? [1, ...shape] : shape;
  const size = width * height;
  return Array.from({ length: count }, (_, i) => {
    return { width, height, data: Float32Array.from(data.subarray(i * size, (i + 1) * size)) };
  });
}

async function encoded(volume: Volume, format: WriteVolumeJob['format']): Promise<Uint8Array> {
  switch (format) {
    case 'nifti':
      return writeNifti(volume, true);
    case 'tiff':
      return writeTiffStack(volume);
    case 'npy':
      return writeNpy({ shape: [volume.depth, volume.height, volume.width], data: volume.data });
  }
}
