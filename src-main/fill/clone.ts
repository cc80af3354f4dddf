import type { Tensor } from '../tensor/tensor.ts';
import { smoothFill } from './smooth.ts';

/**
 * Copies the picture from `offset` pixels away into the hole and shifts its colours so that no edge shows: seamless
 * cloning (Pérez et al. 2003), the differences at the rim continued harmonically.
 * @param x       [1, c, h, w].
 * @param unknown h × w, non-zero = unknown.
 * @param offset  from a pixel of the hole to the one that it is sampled from, pixels.
 * @param reachable  h × w, non-zero where a pixel may be sampled.
 * @returns undefined where a pixel would be sampled outside the picture or from one that is not reachable.
 */
export function cloneFill(
  x: Tensor,
  unknown: Uint8Array,
  offset: { readonly x: number; readonly y: number },
  reachable: Uint8Array,
): Tensor | undefined {
  const [, channels, height, width] = x.shape;
  const plane = height * width;
  const difference = new Float32Array(x.data.length);
  const missing = new Uint8Array(plane).fill(1);
  const sampled = new Int32Array(plane).fill(-1);
  for (let y = 0; y < height; y++) {
    for (let px = 0; px < width; px++) {
      const i = y * width + px;
      const [u, v] = [px + offset.x, y + offset.y];
      const from = u >= 0 && v >= 0 && u < width && v < height ? v * width + u : -1;
      if (from < 0 || reachable[from] === 0) {
        if (unknown[i] !== 0) return undefined;
        continue;
      }
      sampled[i] = from;
      if (unknown[i] !== 0) continue;
      missing[i] = 0;
      for (let c = 0; c < channels; c++) difference[c * plane + i] = x.data[c * plane + i] - x.data[c * plane + from];
    }
  }
  const shift = smoothFill({ shape: x.shape, data: difference }, missing, 'harmonic').data;
  const data = x.data.slice();
  for (let i = 0; i < plane; i++) {
    if (unknown[i] === 0) continue;
    for (let c = 0; c < channels; c++) data[c * plane + i] = x.data[c * plane + sampled[i]] + shift[c * plane + i];
  }
  return { shape: x.shape, data };
}
