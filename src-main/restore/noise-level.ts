import type { Tensor } from '../tensor/tensor.ts';

/** The median of |z| for a standard normal z. */
const NORMAL_MEDIAN = 0.6744897501960817;

/**
 * Standard deviation of the noise of a picture, in its own units, from the picture alone: the median absolute value
 * of the finest diagonal Haar coefficients (Donoho & Johnstone 1994, §4.2), of all channels together. Edges are few,
 * so the median hardly feels them; fine texture is taken for noise, which overestimates by a little.
 * Flat coefficients (both differences 0, as in clipped skies) say nothing and are left out.
 * @param x  [n, c, h, w]; pictures narrower than 2 pixels give 0.
 */
export function estimateNoise(x: Tensor): number {
  const [n, c, h, w] = x.shape;
  const found: number[] = [];
  for (let plane = 0; plane < n * c; plane++) {
    const start = plane * h * w;
    for (let i = 0; i + 1 < h; i += 2) {
      for (let j = 0; j + 1 < w; j += 2) {
        const at = start + i * w + j;
        const [a, b, d, e] = [x.data[at], x.data[at + 1], x.data[at + w], x.data[at + w + 1]];
        if (a === b && d === e) continue;
        found.push(Math.abs(a - b - d + e) / 2);
      }
    }
  }
  if (found.length === 0) return 0;
  const sorted = Float64Array.from(found).sort();
  return sorted[sorted.length >> 1] / NORMAL_MEDIAN;
}
