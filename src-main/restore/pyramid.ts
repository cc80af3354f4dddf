import { zeros, type Tensor } from '../tensor/tensor.ts';
import type { Rect } from './region.ts';

/**
 * How far, in pixels, the deepest unknown pixel is from a known one (chessboard distance, two passes); the hole's
 * thickness is about twice that. Pixels beyond the border count as unknown: they cannot help.
 */
export function holeDepth(unknown: Uint8Array, width: number, height: number): number {
  const far = width + height;
  const distance = new Uint16Array(unknown.length);
  let deepest = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (unknown[i] === 0) continue;
      let d = far;
      if (x > 0) d = Math.min(d, distance[i - 1]);
      if (y > 0) {
        d = Math.min(d, distance[i - width]);
        if (x > 0) d = Math.min(d, distance[i - width - 1]);
        if (x < width - 1) d = Math.min(d, distance[i - width + 1]);
      }
      distance[i] = d + 1;
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      if (unknown[i] === 0) continue;
      let d = distance[i] - 1;
      if (x < width - 1) d = Math.min(d, distance[i + 1]);
      if (y < height - 1) {
        d = Math.min(d, distance[i + width]);
        if (x < width - 1) d = Math.min(d, distance[i + width + 1]);
        if (x > 0) d = Math.min(d, distance[i + width - 1]);
      }
      distance[i] = d + 1;
      if (distance[i] > deepest) deepest = distance[i];
    }
  }
  return Math.min(deepest, far);
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
  frame: Rect,
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
