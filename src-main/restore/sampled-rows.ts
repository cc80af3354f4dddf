import type { Picture } from '../tensor/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { colourChannels, readTensor } from './picture-tensor.ts';

/** Pixels from which noise and earlier compression can be told as well as from more. */
const ENOUGH_PIXELS = 12e6;
/** Rows that are read together; a multiple of the side of JPEG's blocks, so that these stay whole. */
const BAND = 64;

/**
 * A picture as a tensor for those who estimate what it is like: of a large one bands of 64 rows, evenly spread and one
 * below the other, so that the memory it takes has a bound.
 * @param channels  default: those of its colours.
 * @returns [1, c, rows, width] in [−1, 1].
 */
export function sampledRows(picture: Picture, channels: 1 | 3 = colourChannels(picture)): Tensor {
  const { width, height } = picture;
  const bands = Math.max(1, Math.floor(ENOUGH_PIXELS / (BAND * width)));
  if (bands * BAND >= height) return readTensor(picture, undefined, { x: 0, y: 0, width, height }, 1, channels).x;
  const plane = bands * BAND * width;
  const data = new Float32Array(channels * plane);
  const places = Math.floor(height / BAND);
  for (let band = 0; band < bands; band++) {
    const y = Math.floor((band * places) / bands) * BAND;
    const { x } = readTensor(picture, undefined, { x: 0, y, width, height: BAND }, 1, channels);
    for (let c = 0; c < channels; c++) {
      const from = c * BAND * width;
      data.set(x.data.subarray(from, from + BAND * width), c * plane + band * BAND * width);
    }
  }
  return { shape: [1, channels, bands * BAND, width], data };
}
