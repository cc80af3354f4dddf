/**
 * Padding by reflection to a multiple of the network's stride, and cropping back. Rows and columns are added below
 * and to the right, so that pixel (0, 0) keeps its place on the network's grid. Both maps are linear; the adjoints
 * are exact, and serve vector–Jacobian products: D = crop ∘ N ∘ pad gives Jᵀ = padᵀ ∘ J_Nᵀ ∘ cropᵀ.
 *
 * All functions work on `planes` = samples × channels planes of contiguous rows.
 */

/** Smallest multiples of `stride` that hold height × width. */
export function paddedSize(height: number, width: number, stride: number): [height: number, width: number] {
  return [Math.ceil(height / stride) * stride, Math.ceil(width / stride) * stride];
}

/** out = factor · pad(x) + offset: planes of height × width → planes of outHeight × outWidth. Every value of `out` is written. */
export function padReflect(
  x: Float32Array,
  planes: number,
  [height, width]: readonly [number, number],
  out: Float32Array,
  [outHeight, outWidth]: readonly [number, number],
  factor: number,
  offset = 0,
): void {
  const rows = reflectedIndices(height, outHeight);
  const columns = reflectedIndices(width, outWidth);
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < outHeight; i++) {
      const from = (p * height + rows[i]) * width;
      const to = (p * outHeight + i) * outWidth;
      for (let j = 0; j < outWidth; j++) out[to + j] = factor * x[from + columns[j]] + offset;
    }
  }
}

/** out += factor · padᵀ(g): planes of paddedHeight × paddedWidth are folded back onto planes of height × width. */
export function addPadReflectAdjoint(
  g: Float32Array,
  planes: number,
  [paddedHeight, paddedWidth]: readonly [number, number],
  out: Float32Array,
  [height, width]: readonly [number, number],
  factor: number,
): void {
  const rows = reflectedIndices(height, paddedHeight);
  const columns = reflectedIndices(width, paddedWidth);
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < paddedHeight; i++) {
      const from = (p * paddedHeight + i) * paddedWidth;
      const to = (p * height + rows[i]) * width;
      for (let j = 0; j < paddedWidth; j++) out[to + columns[j]] += factor * g[from + j];
    }
  }
}

/** out = skip · base + factor · crop(x) + offset, rounded after each product: the top left height × width of every padded plane. */
export function setCrop(
  x: Float32Array,
  planes: number,
  [paddedHeight, paddedWidth]: readonly [number, number],
  out: Float32Array,
  [height, width]: readonly [number, number],
  factor: number,
  skip: number,
  base: Float32Array,
  offset = 0,
): void {
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < height; i++) {
      const from = (p * paddedHeight + i) * paddedWidth;
      const to = (p * height + i) * width;
      if (skip === 0) for (let j = 0; j < width; j++) out[to + j] = factor * x[from + j];
      else for (let j = 0; j < width; j++) out[to + j] = Math.fround(skip * base[to + j]) + factor * x[from + j];
    }
  }
  if (offset !== 0) for (let i = 0; i < out.length; i++) out[i] += offset;
}

/** out = factor · cropᵀ(v): v in the top left corner, zeros elsewhere. Every value of `out` is written. */
export function cropAdjoint(
  v: Float32Array,
  planes: number,
  [height, width]: readonly [number, number],
  out: Float32Array,
  [paddedHeight, paddedWidth]: readonly [number, number],
  factor: number,
): void {
  out.fill(0);
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < height; i++) {
      const from = (p * height + i) * width;
      const to = (p * paddedHeight + i) * paddedWidth;
      for (let j = 0; j < width; j++) out[to + j] = factor * v[from + j];
    }
  }
}

/**
 * Where each of `m` padded positions comes from in `n` ≤ m: reflection about the last sample without repeating it,
 * continued back and forth with period 2(n − 1) when the padding is longer than the row; n = 1 repeats the sample.
 */
function reflectedIndices(n: number, m: number): Int32Array {
  const period = Math.max(1, 2 * (n - 1));
  return Int32Array.from({ length: m }, (_, i) => {
    const k = i % period;
    return k < n ? k : period - k;
  });
}
