import { channelCount, type Picture } from '../src-main/tensor/picture.ts';

/** Kernels by which programs change the size of pictures; support in pixels on each side, and weight at a distance. */
const WEIGHTS = {
  nearest: { support: 0.5, at: (x: number) => (x >= -0.5 && x < 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: bicubic },
  Lanczos: { support: 3, at: (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const;
export type Kernel = keyof typeof WEIGHTS;
export const KERNELS = Object.keys(WEIGHTS) as Kernel[];

/** A square picture of another size, centres aligned; reduced ones are averaged over what a pixel covers. */
export function resized(picture: Picture, side: number, kernel: Kernel): Picture {
  const channels = channelCount(picture.mode);
  const rows = alongRows(Float64Array.from(picture.data), picture.width, picture.height, side, channels, kernel);
  const turned = transposed(rows, side, picture.height, channels);
  const both = alongRows(turned, picture.height, side, side, channels, kernel);
  const data = Uint8Array.from(transposed(both, side, side, channels), (v) =>
    Math.min(255, Math.max(0, Math.round(v))),
  );
  return { ...picture, width: side, height: side, data };
}

function alongRows(
  data: Float64Array,
  width: number,
  height: number,
  side: number,
  channels: number,
  kernel: Kernel,
): Float64Array {
  const step = width / side;
  const reach = Math.max(1, step);
  const { support, at } = WEIGHTS[kernel];
  const out = new Float64Array(side * height * channels);
  for (let x = 0; x < side; x++) {
    const centre = (x + 0.5) * step - 0.5;
    const taps: [number, number][] = [];
    for (let i = Math.ceil(centre - support * reach); i <= centre + support * reach; i++) {
      taps.push([Math.min(width - 1, Math.max(0, i)), at((i - centre) / reach)]);
    }
    const sum = taps.reduce((total, [, weight]) => total + weight, 0);
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        let value = 0;
        for (const [i, weight] of taps) value += weight * data[(y * width + i) * channels + c];
        out[(y * side + x) * channels + c] = value / sum;
      }
    }
  }
  return out;
}

function transposed(data: Float64Array, width: number, height: number, channels: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) out[(x * height + y) * channels + c] = data[(y * width + x) * channels + c];
    }
  }
  return out;
}

/** Keys (1981) with a = −½, that of Catmull and Rom. */
function bicubic(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

function sinc(x: number): number {
  return Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
