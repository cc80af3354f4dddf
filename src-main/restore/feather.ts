/** Widest strip in which the new fades in, pixels: half of the thickest depth that is looked at. */
const DEEPEST = 12;

/**
 * How much of the restored picture each pixel takes, 0…1: 0 outside of the mask, and inside of it rising from its edge
 * to 1 over half of the mask's depth there, at most 6 pixels. The join so lies inside of the mask; a line one or two
 * pixels wide is replaced wholly. The picture's border is no edge.
 * @param mask  height × width, non-zero = painted.
 */
export function featherInside(mask: Uint8Array, width: number, height: number): Float32Array {
  const depth = depths(mask, width, height);
  const thickness = localMaximum(depth, width, height);
  return Float32Array.from(depth, (d, i) => (d === 0 ? 0 : Math.min(1, d / Math.max(1, thickness[i] / 2))));
}

/** Chessboard distance to the nearest pixel that is not painted, at most `DEEPEST`; two passes. */
function depths(mask: Uint8Array, width: number, height: number): Uint8Array {
  const depth = new Uint8Array(mask.length);
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? DEEPEST : depth[y * width + x];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (mask[i] === 0) continue;
      depth[i] = Math.min(DEEPEST, 1 + Math.min(at(x - 1, y), at(x - 1, y - 1), at(x, y - 1), at(x + 1, y - 1)));
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      if (mask[i] === 0) continue;
      depth[i] = Math.min(depth[i], 1 + Math.min(at(x + 1, y), at(x + 1, y + 1), at(x, y + 1), at(x - 1, y + 1)));
    }
  }
  return depth;
}

/** The largest depth within `DEEPEST` pixels of each painted pixel, along rows and then columns. */
function localMaximum(depth: Uint8Array, width: number, height: number): Uint8Array {
  const across = new Uint8Array(depth.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (depth[i] === 0) continue;
      const [first, last] = [Math.max(0, x - DEEPEST), Math.min(width - 1, x + DEEPEST)];
      for (let k = first; k <= last; k++) across[i] = Math.max(across[i], depth[y * width + k]);
    }
  }
  const out = new Uint8Array(depth.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (depth[i] === 0) continue;
      const [first, last] = [Math.max(0, y - DEEPEST), Math.min(height - 1, y + DEEPEST)];
      for (let k = first; k <= last; k++) out[i] = Math.max(out[i], across[k * width + x]);
    }
  }
  return out;
}
