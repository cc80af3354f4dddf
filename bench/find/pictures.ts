import { channelCount, type Picture } from '../../src-main/tensor/picture.ts';

/** What a person sees of a scan: polylines along cracks, and boxes of sound things that look like damage. */
export interface Marks {
  readonly damage: readonly (readonly (readonly [x: number, y: number])[])[];
  readonly sound: readonly (readonly [x0: number, y0: number, x1: number, y1: number])[];
}

/** 1 within `reach` pixels (Euclidean) of what is not 0 in a mask. */
export function near(mask: Uint8Array, width: number, height: number, reach: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] === 0) continue;
      for (let dy = Math.max(-reach, -y); dy <= Math.min(reach, height - 1 - y); dy++) {
        const half = Math.floor(Math.sqrt(reach * reach - dy * dy));
        const row = (y + dy) * width;
        out.fill(1, row + Math.max(0, x - half), row + Math.min(width, x + half + 1));
      }
    }
  }
  return out;
}

/** The picture from right to left. */
export function mirrored(picture: Picture): Picture {
  const { width, data } = picture;
  const channels = channelCount(picture.mode);
  const out = data.slice();
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    const x = pixel % width;
    out[(pixel - x + width - 1 - x) * channels + (i % channels)] = data[i];
  }
  return { ...picture, data: out };
}

/** The picture enlarged by a whole factor: bicubic (Keys, 1981, a = −1/2), the border repeated. */
export function resized(picture: Picture, factor: number): Picture {
  const channels = channelCount(picture.mode);
  const across = enlargeRows(picture.data, picture.height, picture.width, channels, factor);
  const width = picture.width * factor;
  // Columns by the same, on rows as pixels of many channels.
  const down = enlargeRows(across, 1, picture.height, width * channels, factor);
  const data = Uint8Array.from(down, (value) => Math.max(0, Math.min(255, Math.round(value))));
  return { ...picture, width, height: picture.height * factor, data };
}

function enlargeRows(
  data: ArrayLike<number>,
  rows: number,
  length: number,
  channels: number,
  factor: number,
): Float32Array {
  const out = new Float32Array(rows * length * factor * channels);
  for (let x = 0; x < length * factor; x++) {
    const centre = (x + 0.5) / factor - 0.5;
    const first = Math.floor(centre) - 1;
    const weights = [0, 1, 2, 3].map((k) => cubic(centre - first - k));
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) {
          const from = Math.max(0, Math.min(length - 1, first + k));
          sum += weights[k] * data[(row * length + from) * channels + c];
        }
        out[(row * length * factor + x) * channels + c] = sum;
      }
    }
  }
  return out;
}

function cubic(t: number): number {
  const u = Math.abs(t);
  if (u < 1) return 1.5 * u ** 3 - 2.5 * u ** 2 + 1;
  return u < 2 ? -0.5 * u ** 3 + 2.5 * u ** 2 - 4 * u + 2 : 0;
}
