import type { PixelSource, Rect } from '../canvas/geometry.ts';

/** Halvings that are made at once: sums of 64 samples fit beside each other into an integer. */
export const MOST_HALVINGS = 3;

/**
 * A part of a picture at half, a quarter or an eighth of its size, by means of blocks: each pixel is read once, and by two
 * channels at a time, so that the first look at a large picture does not wait for surfaces of all of it.
 * @param level  halvings, 1…`MOST_HALVINGS`.
 * @returns RGBA; undefined where a pixel is not opaque: those the canvas reduces, which weighs colours by their opacity.
 */
export function reduceOpaque(
  { width, data }: PixelSource,
  rect: Rect,
  level: number,
): Uint8ClampedArray<ArrayBuffer> | undefined {
  if (data.byteOffset % 4 !== 0) return undefined;
  const pixels = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  const side = 1 << level;
  const [right, bottom] = [rect.x + rect.width, rect.y + rect.height];
  const out = new Uint8ClampedArray(Math.ceil(rect.width / side) * Math.ceil(rect.height / side) * 4);
  let to = 0;
  for (let top = rect.y; top < bottom; top += side) {
    const rows = Math.min(side, bottom - top);
    for (let left = rect.x; left < right; left += side) {
      const columns = Math.min(side, right - left);
      // Red and blue, green and opacity: 16 bits each.
      let even = 0;
      let odd = 0;
      for (let y = 0; y < rows; y++) {
        const begin = (top + y) * width + left;
        for (let at = begin; at < begin + columns; at++) {
          const pixel = pixels[at];
          even += pixel & 0xff00ff;
          odd += (pixel >>> 8) & 0xff00ff;
        }
      }
      const count = rows * columns;
      if (odd >>> 16 !== 255 * count) return undefined;
      out[to] = (even & 0xffff) / count;
      out[to + 1] = (odd & 0xffff) / count;
      out[to + 2] = (even >>> 16) / count;
      out[to + 3] = 255;
      to += 4;
    }
  }
  return out;
}
