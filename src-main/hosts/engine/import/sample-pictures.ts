import { decodePicture } from '../../../images/decode.ts';
import { readTensor } from '../../../restore/picture-tensor.ts';
import { zeros, type Tensor } from '../../../tensor/tensor.ts';
import { sampleSheet } from './sample-sheet.ts';

/** Side of each of the four photographs of the sheet. */
const SIDE = 128;

/**
 * The photographs that networks are tried on, [1, channels, size, size] in [−1, 1].
 * @param size  of the pictures: a divisor of 128 gives all of each, reduced; others a part of it, or more by reflection.
 */
export async function samplePictures(channels: 1 | 3, [height, width]: readonly [number, number]): Promise<Tensor[]> {
  const picture = await decodePicture(Buffer.from(sampleSheet.join(''), 'base64'), 'the sample pictures');
  // The largest reduction that leaves enough pixels.
  const factor = Math.max(1, Math.floor(SIDE / Math.max(height, width)));
  // The most colourful first: they tell an order of colours from another.
  return [2, 0, 1, 3].map((i) => {
    const rect = { x: (i % 2) * SIDE, y: (i >> 1) * SIDE, width: SIDE, height: SIDE };
    return cropOrReflect(readTensor(picture, undefined, rect, factor, channels).x, height, width);
  });
}

function cropOrReflect({ shape: [, channels, rows, columns], data }: Tensor, height: number, width: number): Tensor {
  const out = zeros([1, channels, height, width]);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const from = (c * rows + reflected(i, rows)) * columns + reflected(j, columns);
        out.data[(c * height + i) * width + j] = data[from];
      }
    }
  }
  return out;
}

function reflected(i: number, n: number): number {
  const k = i % (2 * n);
  return k < n ? k : 2 * n - 1 - k;
}
