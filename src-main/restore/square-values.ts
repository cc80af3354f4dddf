import type { Picture } from '../tensor/picture.ts';
import { channelCount } from '../tensor/picture.ts';
import { colourChannels, maxSample } from './picture-tensor.ts';

/**
 * The square in the middle of a picture as RGB values on [−1, 1], [3, side, side], averaged over areas. Grey pictures
 * have three equal channels; squares smaller than `side` are enlarged by repetition.
 */
export function squareValues(picture: Picture, side: number): Float32Array {
  const { width, height, mode, data } = picture;
  const length = Math.min(width, height);
  const [left, top] = [(width - length) >> 1, (height - length) >> 1];
  const [stride, colours] = [channelCount(mode), colourChannels(picture)];
  const gain = 2 / maxSample(picture);
  const edge = (i: number): number => Math.floor((i * length) / side);
  const out = new Float32Array(3 * side * side);
  for (let y = 0; y < side; y++) {
    const [y0, y1] = [edge(y), Math.max(edge(y + 1), edge(y) + 1)];
    for (let x = 0; x < side; x++) {
      const [x0, x1] = [edge(x), Math.max(edge(x + 1), edge(x) + 1)];
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let v = y0; v < y1; v++) {
          for (let u = x0; u < x1; u++) {
            sum += data[((top + v) * width + left + u) * stride + Math.min(c, colours - 1)];
          }
        }
        out[(c * side + y) * side + x] = (gain * sum) / ((y1 - y0) * (x1 - x0)) - 1;
      }
    }
  }
  return out;
}
