/**
 * Euclidean distance in pixels from every unknown pixel to the nearest known one, 0 at known ones (exact, Felzenszwalb &
 * Huttenlocher 2012). Beyond the border nothing is known. Where nothing at all is known, the distance is width + height.
 * @param unknown  height × width, non-zero = unknown.
 */
export function distanceToKnown(unknown: Uint8Array, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height);
  // With one line of known pixels around them: whatever is known beyond is farther away.
  const { left, top, right, bottom } = boundsOf(unknown, width, height, 1);
  if (right <= left) return out;
  const [w, h] = [right - left, bottom - top];
  const far = (width + height) ** 2;
  const squared = new Float64Array(w * h);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0, at = (top + y) * width + left; x < w; x++, i++, at++) squared[i] = unknown[at] === 0 ? 0 : far;
  }
  const envelope = new LowerEnvelope(Math.max(w, h));
  for (let x = 0; x < w; x++) envelope.transform(squared, x, w, h);
  for (let y = 0; y < h; y++) envelope.transform(squared, y * w, 1, w);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0, at = (top + y) * width + left; x < w; x++, i++, at++) out[at] = Math.sqrt(squared[i]);
  }
  return out;
}

/** The smallest rectangle that holds all unknown pixels, grown by `margin` within the picture; empty without any. */
export function boundsOf(
  unknown: Uint8Array,
  width: number,
  height: number,
  margin: number,
): { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = unknown.subarray(y * width, (y + 1) * width);
    const first = row.findIndex((u) => u !== 0);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, row.findLastIndex((u) => u !== 0) + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  if (right === 0) return { left: 0, top: 0, right: 0, bottom: 0 };
  return {
    left: Math.max(0, left - margin),
    top: Math.max(0, top - margin),
    right: Math.min(width, right + margin),
    bottom: Math.min(height, bottom + margin),
  };
}

/**
 * How wide the unknown area is around each of its pixels: the diameter, in pixels, of the largest disk of unknown pixels
 * that covers it (local thickness, Hildebrand & Rüegsegger 1997), so that a scratch keeps its width where it joins a
 * blot. 0 at known pixels.
 * @param distance  of `distanceToKnown`.
 */
export function localWidth(distance: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(distance.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const d = distance[i];
      if (d === 0) continue;
      const diameter = 2 * d - 1;
      if (out[i] < diameter) out[i] = diameter;
      if (d > 1 && isRidge(distance, x, y, width, height)) stampDisk(out, x, y, d, width, height);
    }
  }
  return out;
}

function isRidge(distance: Float32Array, x: number, y: number, width: number, height: number): boolean {
  const here = distance[y * width + x];
  for (let py = Math.max(0, y - 1); py <= Math.min(height - 1, y + 1); py++) {
    for (let px = Math.max(0, x - 1); px <= Math.min(width - 1, x + 1); px++) {
      if (distance[py * width + px] > here) return false;
    }
  }
  return true;
}

function stampDisk(out: Float32Array, x: number, y: number, radius: number, width: number, height: number): void {
  const reach = Math.ceil(radius) - 1;
  const diameter = 2 * radius - 1;
  for (let py = Math.max(0, y - reach); py <= Math.min(height - 1, y + reach); py++) {
    const half = Math.sqrt(radius * radius - (py - y) ** 2);
    const end = Math.min(width - 1, Math.ceil(x + half) - 1);
    for (let px = Math.max(0, Math.floor(x - half) + 1); px <= end; px++) {
      const i = py * width + px;
      if (out[i] < diameter) out[i] = diameter;
    }
  }
}

/** One-dimensional squared distance transform: the lower envelope of the parabolas f(q) + (p − q)². */
class LowerEnvelope {
  readonly #values: Float64Array;
  readonly #vertex: Int32Array;
  readonly #from: Float64Array;

  constructor(longest: number) {
    this.#values = new Float64Array(longest);
    this.#vertex = new Int32Array(longest);
    this.#from = new Float64Array(longest + 1);
  }

  /** Transforms the `length` values at start, start + step, … in place. */
  transform(data: Float64Array, start: number, step: number, length: number): void {
    const values = this.#values;
    const vertex = this.#vertex;
    const from = this.#from;
    // Most rows and columns of a picture have no unknown pixel.
    let longest = 0;
    for (let q = 0; q < length; q++) longest = Math.max(longest, data[start + q * step]);
    if (longest === 0) return;
    let top = 0;
    vertex[0] = 0;
    from[0] = -Infinity;
    from[1] = Infinity;
    for (let q = 0; q < length; q++) values[q] = data[start + q * step];
    for (let q = 1; q < length; q++) {
      for (;;) {
        const p = vertex[top];
        const crossing = (values[q] + q * q - values[p] - p * p) / (2 * (q - p));
        if (crossing > from[top]) {
          vertex[++top] = q;
          from[top] = crossing;
          from[top + 1] = Infinity;
          break;
        }
        top--;
      }
    }
    for (let q = 0, k = 0; q < length; q++) {
      while (from[k + 1] < q) k++;
      data[start + q * step] = values[vertex[k]] + (q - vertex[k]) ** 2;
    }
  }
}
