import type { FindingBounds } from '../../contract/find.ts';

/** Part of a picture: 1 where a pixel belongs to something. */
export interface Bitmap {
  readonly bounds: FindingBounds;
  /** bounds.height × bounds.width. */
  readonly data: Uint8Array;
}

/** The bitmap of pixels of a picture `width` wide, with `margin` empty pixels around them where the picture has them. */
export function bitmapOf(
  pixels: Int32Array,
  bounds: FindingBounds,
  margin: number,
  width: number,
  height: number,
): Bitmap {
  const left = Math.max(0, bounds.x - margin);
  const top = Math.max(0, bounds.y - margin);
  const right = Math.min(width, bounds.x + bounds.width + margin);
  const bottom = Math.min(height, bounds.y + bounds.height + margin);
  const inner = { x: left, y: top, width: right - left, height: bottom - top };
  const data = new Uint8Array(inner.width * inner.height);
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width);
    data[(y - top) * inner.width + pixel - y * width - left] = 1;
  }
  return { bounds: inner, data };
}

/** Everything within `radius` of the bitmap's pixels, by the Euclidean distance; the bounds stay. */
export function dilated({ bounds, data }: Bitmap, radius: number): Bitmap {
  const { width, height } = bounds;
  const reach = Math.floor(radius);
  const grown = new Uint8Array(data.length);
  const across = Array.from({ length: reach + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (data[at] === 0) continue;
      // Pixels inside add nothing.
      if (x > 0 && x < width - 1 && y > 0 && y < height - 1) {
        if (data[at - 1] + data[at + 1] + data[at - width] + data[at + width] === 4) {
          grown[at] = 1;
          continue;
        }
      }
      for (let dy = Math.max(-reach, -y); dy <= Math.min(reach, height - 1 - y); dy++) {
        const half = across[Math.abs(dy)];
        const row = (y + dy) * width;
        grown.fill(1, row + Math.max(0, x - half), row + Math.min(width, x + half + 1));
      }
    }
  }
  return { bounds, data: grown };
}

/** Rows of the bitmap as triples y, first x, x after the last, of the whole picture, in reading order. */
export function runsOf({ bounds, data }: Bitmap): Int32Array {
  const runs: number[] = [];
  for (let y = 0; y < bounds.height; y++) {
    const row = y * bounds.width;
    for (let x = 0; x < bounds.width; x++) {
      if (data[row + x] === 0) continue;
      const first = x;
      while (x < bounds.width && data[row + x] !== 0) x++;
      runs.push(bounds.y + y, bounds.x + first, bounds.x + x);
    }
  }
  return Int32Array.from(runs);
}

/**
 * Mean distance of the bitmap's pixels to what is outside, in pixels: chamfer distances with weights 3 and 4 (Borgefors,
 * 1986). Beyond the bounds is outside.
 */
export function meanDepth({ bounds, data }: Bitmap): number {
  const width = bounds.width + 2;
  const height = bounds.height + 2;
  const distance = new Int32Array(width * height);
  for (let y = 0; y < bounds.height; y++) {
    for (let x = 0; x < bounds.width; x++) {
      distance[(y + 1) * width + x + 1] = data[y * bounds.width + x] === 0 ? 0 : 1 << 28;
    }
  }
  const lower = (at: number, neighbour: number, weight: number): void => {
    const candidate = distance[neighbour] + weight;
    if (candidate < distance[at]) distance[at] = candidate;
  };
  for (let at = width + 1; at < width * (height - 1) - 1; at++) {
    if (distance[at] === 0) continue;
    lower(at, at - 1, 3);
    lower(at, at - width, 3);
    lower(at, at - width - 1, 4);
    lower(at, at - width + 1, 4);
  }
  let sum = 0;
  let count = 0;
  for (let at = width * (height - 1) - 2; at > width; at--) {
    if (distance[at] === 0) continue;
    lower(at, at + 1, 3);
    lower(at, at + width, 3);
    lower(at, at + width + 1, 4);
    lower(at, at + width - 1, 4);
    sum += distance[at];
    count++;
  }
  return count === 0 ? 0 : sum / 3 / count;
}
