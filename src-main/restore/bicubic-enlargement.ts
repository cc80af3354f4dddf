import { channelCount, type Picture } from '../tensor/picture.ts';
import { colourChannels, maxSample } from './picture-tensor.ts';
import { enlarge } from '../fill/reduce.ts';
import { zeros, type Tensor } from '../tensor/tensor.ts';

/** What each of four neighbours contributes to a sample, for one place between pixels. */
type Taps = { readonly first: number; readonly weights: readonly number[] };

/**
 * The plain classical enlargement by a whole factor: cubic convolution (Keys 1981, a = −½) with pixel centres aligned
 * and the border continued; alpha bilinearly. Depth, mode and metadata are those of the picture.
 * @param scale  2, 3 or 4.
 */
export function bicubicEnlargement(picture: Picture, scale: number): Picture {
  const stride = channelCount(picture.mode);
  const colours = colourChannels(picture);
  const [width, height] = [picture.width * scale, picture.height * scale];
  const top = maxSample(picture);
  const data =
    picture.bitDepth === 8 ? new Uint8Array(width * height * stride) : new Uint16Array(width * height * stride);
  const columns = tapsOf(picture.width, scale);
  const rows = tapsOf(picture.height, scale);
  const line = new Float32Array(picture.width);
  for (let c = 0; c < colours; c++) {
    for (let y = 0; y < height; y++) {
      const row = rows[y];
      for (let x = 0; x < picture.width; x++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) {
          const from = clamp(row.first + k, picture.height);
          sum += row.weights[k] * picture.data[(from * picture.width + x) * stride + c];
        }
        line[x] = sum;
      }
      for (let x = 0; x < width; x++) {
        const { first, weights } = columns[x];
        let sum = 0;
        for (let k = 0; k < 4; k++) sum += weights[k] * line[clamp(first + k, picture.width)];
        data[(y * width + x) * stride + c] = Math.min(top, Math.max(0, Math.round(sum)));
      }
    }
  }
  const alpha = enlargedAlpha(picture, scale);
  if (alpha !== undefined) for (let i = 0; i < width * height; i++) data[i * stride + colours] = alpha[i];
  return { ...picture, width, height, data };
}

/** The same of a tensor [1, c, h, w], whose values are neither rounded nor clipped. */
export function enlargeTensor({ shape: [, channels, h, w], data }: Tensor, scale: number): Tensor {
  const [height, width] = [h * scale, w * scale];
  const out = zeros([1, channels, height, width]);
  const columns = tapsOf(w, scale);
  const rows = tapsOf(h, scale);
  const line = new Float32Array(w);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      line.fill(0);
      rows[y].weights.forEach((weight, k) => {
        const from = (c * h + clamp(rows[y].first + k, h)) * w;
        for (let x = 0; x < w; x++) line[x] += weight * data[from + x];
      });
      const to = (c * height + y) * width;
      for (let x = 0; x < width; x++) {
        const { first, weights } = columns[x];
        for (let k = 0; k < 4; k++) out.data[to + x] += weights[k] * line[clamp(first + k, w)];
      }
    }
  }
  return out;
}

/** The alpha samples of the enlarged picture, bilinearly; undefined when there is none. */
export function enlargedAlpha(picture: Picture, scale: number): ArrayLike<number> | undefined {
  const stride = channelCount(picture.mode);
  const colours = colourChannels(picture);
  if (stride === colours) return undefined;
  const { width, height } = picture;
  const data = Float32Array.from({ length: width * height }, (_, i) => picture.data[i * stride + colours]);
  const frame = { x: 0, y: 0, width: width * scale, height: height * scale };
  return enlarge({ shape: [1, 1, height, width], data }, { x: 0, y: 0 }, scale, frame).data.map(Math.round);
}

function tapsOf(length: number, scale: number): Taps[] {
  return Array.from({ length: length * scale }, (_, i) => {
    const centre = (i + 0.5) / scale - 0.5;
    const first = Math.floor(centre) - 1;
    return { first, weights: [0, 1, 2, 3].map((k) => keys(centre - (first + k))) };
  });
}

/** Keys 1981, equation 4 with a = −½. */
function keys(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

function clamp(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}
