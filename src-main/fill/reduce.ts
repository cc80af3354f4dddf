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

/**
 * Bilinear enlargement of a coarse result into the pixels of a finer frame, pixel centres aligned; beyond its edge the
 * coarse result is continued.
 * @param coarse  [1, c, h, w].
 * @param origin  its top left pixel, in coarse pixels.
 * @param ratio   size of a coarse pixel in fine ones, e.g. 2.
 * @param frame   rectangle in fine pixels.
 */
export function enlarge(
  coarse: Tensor,
  origin: { readonly x: number; readonly y: number },
  ratio: number,
  frame: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Tensor {
  const [, channels, ch, cw] = coarse.shape;
  const { width, height } = frame;
  const out = zeros([1, channels, height, width]);
  for (let y = 0; y < height; y++) {
    const cy = clamp((frame.y + y + 0.5) / ratio - 0.5 - origin.y, ch - 1);
    const y0 = Math.floor(cy);
    const y1 = Math.min(y0 + 1, ch - 1);
    const fy = cy - y0;
    for (let x = 0; x < width; x++) {
      const cx = clamp((frame.x + x + 0.5) / ratio - 0.5 - origin.x, cw - 1);
      const x0 = Math.floor(cx);
      const x1 = Math.min(x0 + 1, cw - 1);
      const fx = cx - x0;
      for (let c = 0; c < channels; c++) {
        const plane = c * ch * cw;
        const top = coarse.data[plane + y0 * cw + x0] * (1 - fx) + coarse.data[plane + y0 * cw + x1] * fx;
        const bottom = coarse.data[plane + y1 * cw + x0] * (1 - fx) + coarse.data[plane + y1 * cw + x1] * fx;
        out.data[(c * height + y) * width + x] = top * (1 - fy) + bottom * fy;
      }
    }
  }
  return out;
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
