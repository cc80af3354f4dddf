import { zeros, type Tensor } from '../tensor/tensor.ts';

/** A picture with its unknown pixels at one scale. */
export interface Plane {
  /** [1, c, h, w]. */
  readonly x: Tensor;
  /** h × w, 1 = unknown. */
  readonly unknown: Uint8Array;
}

/** Half the size: means over the known pixels of 2 × 2 blocks; a block is unknown where no pixel of it is known. */
export function halve({ x, unknown }: Plane): Plane {
  const [, channels, height, width] = x.shape;
  const w2 = Math.ceil(width / 2);
  const h2 = Math.ceil(height / 2);
  const half = zeros([1, channels, h2, w2]);
  const halfUnknown = new Uint8Array(w2 * h2);
  for (let y = 0; y < h2; y++) {
    for (let column = 0; column < w2; column++) {
      const at = y * w2 + column;
      let known = 0;
      for (let py = 2 * y; py < Math.min(2 * y + 2, height); py++) {
        for (let px = 2 * column; px < Math.min(2 * column + 2, width); px++) {
          if (unknown[py * width + px] !== 0) continue;
          known++;
          for (let c = 0; c < channels; c++) half.data[c * h2 * w2 + at] += x.data[(c * height + py) * width + px];
        }
      }
      if (known === 0) halfUnknown[at] = 1;
      else for (let c = 0; c < channels; c++) half.data[c * h2 * w2 + at] /= known;
    }
  }
  return { x: half, unknown: halfUnknown };
}

/** Bilinear enlargement of a halved picture to [1, c, height, width], pixel centres aligned. */
export function enlargeTwice(half: Tensor, height: number, width: number): Tensor {
  const [, channels, h2, w2] = half.shape;
  const out = zeros([1, channels, height, width]);
  for (let y = 0; y < height; y++) {
    const cy = Math.min(h2 - 1, Math.max(0, (y + 0.5) / 2 - 0.5));
    const y0 = Math.floor(cy);
    const y1 = Math.min(y0 + 1, h2 - 1);
    const fy = cy - y0;
    for (let x = 0; x < width; x++) {
      const cx = Math.min(w2 - 1, Math.max(0, (x + 0.5) / 2 - 0.5));
      const x0 = Math.floor(cx);
      const x1 = Math.min(x0 + 1, w2 - 1);
      const fx = cx - x0;
      for (let c = 0; c < channels; c++) {
        const plane = c * h2 * w2;
        const top = half.data[plane + y0 * w2 + x0] * (1 - fx) + half.data[plane + y0 * w2 + x1] * fx;
        const bottom = half.data[plane + y1 * w2 + x0] * (1 - fx) + half.data[plane + y1 * w2 + x1] * fx;
        out.data[(c * height + y) * width + x] = top * (1 - fy) + bottom * fy;
      }
    }
  }
  return out;
}
