import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '../src-main/images/decode.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';
import { SHARED_DATA } from './shipped-network.ts';

/**
 * The middle of the first `count` validation photographs.
 * @param most    side of the square, pixels; smaller where a photograph is.
 * @param factor  the side is a multiple of it.
 */
export async function validationCrops(count: number, most: number, factor = 1): Promise<Picture[]> {
  const photos = join(SHARED_DATA, 'val-photos');
  const names = (await readdir(photos)).filter((name) => name.endsWith('.png')).sort();
  return Promise.all(
    names.slice(0, count).map(async (name) => {
      const whole = await decodePicture(await readFile(join(photos, name)), name);
      const channels = channelCount(whole.mode);
      const side = factor * Math.floor(Math.min(most, whole.width, whole.height) / factor);
      const [left, top] = [(whole.width - side) >> 1, (whole.height - side) >> 1];
      const data = new Uint8Array(side * side * channels);
      for (let y = 0; y < side; y++) {
        const from = ((top + y) * whole.width + left) * channels;
        data.set(whole.data.subarray(from, from + side * channels), y * side * channels);
      }
      return { width: side, height: side, mode: whole.mode, bitDepth: 8 as const, data, metadata: { orientation: 1 } };
    }),
  );
}
