import { decodePicture } from '../../images/decode.ts';
import { readTensor } from '../../restore/picture-tensor.ts';
import { readInputFile } from '../files/read-file.ts';

/**
 * Pictures as [1, channels, h, w] tensors in [−1, 1], at most 512 pixels on a side (the centre of larger ones).
 * @throws what reading and decoding throw, naming the file.
 */
export async function readPictureTensors(
  paths: readonly string[],
  channels: 1 | 3,
): Promise<{ shape: [1, number, number, number]; data: Float32Array<ArrayBuffer> }[]> {
  const tensors: { shape: [1, number, number, number]; data: Float32Array<ArrayBuffer> }[] = [];
  for (const path of paths) {
    const picture = await decodePicture(await readInputFile(path), path);
    const width = Math.min(512, picture.width);
    const height = Math.min(512, picture.height);
    const rect = { x: (picture.width - width) >> 1, y: (picture.height - height) >> 1, width, height };
    const { x } = readTensor(picture, undefined, rect, 1, channels);
    tensors.push({ shape: [1, channels, height, width], data: x.data.slice() });
  }
  return tensors;
}
