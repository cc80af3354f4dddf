import { invalidArgument } from '../errors.ts';
import { RandomGenerator } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * What sets of pictures are compared by: fixed random features. Pictures are averaged to 16 × 16, mapped by 64 random
 * 5 × 5 kernels with a rectifier, and pooled over quarters: 256 numbers, and with them 64 of the coarse picture itself.
 * It needs no network and is the same everywhere; it is not the Inception embedding, so the distances are no FID and can only
 * be compared with one another.
 * @param x  [n, c, h, w] on [−1, 1], h, w ≥ 16; channels are averaged.
 * @returns n vectors of FEATURES values.
 */
export function randomFeatures(x: Tensor): Float64Array[] {
  const [n, c, h, w] = x.shape;
  if (h < SIDE || w < SIDE) throw invalidArgument('the size of a picture', `at least ${SIDE} × ${SIDE}`, `${h} × ${w}`);
  return Array.from({ length: n }, (_, i) =>
    featuresOf(coarse(x.data.subarray(i * c * h * w, (i + 1) * c * h * w), c, h, w)),
  );
}

const SIDE = 16;
const KERNEL = 5;
const KERNELS = 64;
const COARSE = 8;
/** Length of an embedding. */
export const FEATURES = 4 * KERNELS + COARSE * COARSE;

const kernels = (() => {
  const random = new RandomGenerator(20_211);
  return Array.from({ length: KERNELS }, () => {
    const weights = Float64Array.from({ length: KERNEL * KERNEL }, () => random.normal());
    const mean = weights.reduce((sum, value) => sum + value, 0) / weights.length;
    // Half of what a kernel sees is the mean; the rest would say the same thing 64 times.
    return { weights: weights.map((value) => (value - mean / 2) / KERNEL), bias: 0.3 * random.normal() };
  });
})();

function coarse(data: Float32Array, c: number, h: number, w: number): Float64Array {
  const out = new Float64Array(SIDE * SIDE);
  const counts = new Float64Array(SIDE * SIDE);
  for (let k = 0; k < c; k++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const at = Math.floor((y * SIDE) / h) * SIDE + Math.floor((x * SIDE) / w);
        out[at] += data[(k * h + y) * w + x];
        counts[at]++;
      }
    }
  }
  return out.map((sum, i) => sum / counts[i]);
}

function featuresOf(small: Float64Array): Float64Array {
  const out = new Float64Array(FEATURES);
  const inner = SIDE - KERNEL + 1;
  kernels.forEach(({ weights, bias }, k) => {
    for (let y = 0; y < inner; y++) {
      for (let x = 0; x < inner; x++) {
        let sum = bias;
        for (let v = 0; v < KERNEL; v++) {
          for (let u = 0; u < KERNEL; u++) sum += weights[v * KERNEL + u] * small[(y + v) * SIDE + x + u];
        }
        const quarter = (2 * y < inner ? 0 : 2) + (2 * x < inner ? 0 : 1);
        if (sum > 0) out[4 * k + quarter] += (4 * sum) / (inner * inner);
      }
    }
  });
  const step = SIDE / COARSE;
  for (let i = 0; i < COARSE * COARSE; i++) {
    const [y, x] = [step * Math.floor(i / COARSE), step * (i % COARSE)];
    let sum = 0;
    for (let v = 0; v < step; v++) for (let u = 0; u < step; u++) sum += small[(y + v) * SIDE + x + u];
    out[4 * KERNELS + i] = sum / step ** 2 / COARSE;
  }
  return out;
}

/** How near a set of pictures is to another, by their embeddings. */
export interface SetComparison {
  /**
   * Kernel distance, the unbiased estimate of the squared maximum mean discrepancy with the kernel (x·y/d + 1)³ of Bińkowski
   * et al. 2018 on standardised features; 0 for sets of the same law, and a little below it by chance.
   */
  readonly distance: number;
  /** Share of the drawn that lie where the real ones do, and of the real that are reached (Kynkäänniemi et al. 2019). */
  readonly precision: number;
  readonly recall: number;
}

/**
 * A feature that hardly changes among the real pictures, such as the border of digits, is standardised as if it had this
 * share of the features' mean variance: otherwise a trace of noise there would outweigh everything that is to be seen.
 */
const LEAST_VARIANCE = 0.01;

/** The radius of a picture's neighbourhood reaches the K-th of its own set. */
const NEIGHBOURS = 3;

/**
 * Compares drawn pictures with real ones by their embeddings.
 * @throws invalid-argument for sets of fewer than 5 pictures
 */
export function compareSets(real: readonly Float64Array[], drawn: readonly Float64Array[]): SetComparison {
  for (const set of [real, drawn]) {
    if (set.length < NEIGHBOURS + 2) throw invalidArgument('the number of pictures', `≥ ${NEIGHBOURS + 2}`, set.length);
  }
  const d = real[0].length;
  const mean = new Float64Array(d);
  const square = new Float64Array(d);
  for (const vector of real) {
    vector.forEach((value, i) => {
      mean[i] += value / real.length;
      square[i] += value ** 2 / real.length;
    });
  }
  const variance = square.map((value, i) => value - mean[i] ** 2);
  const floor = Math.max(1e-12, (LEAST_VARIANCE * variance.reduce((sum, value) => sum + value, 0)) / d);
  const scale = variance.map((value) => 1 / Math.sqrt(Math.max(value, floor)));
  const standard = (set: readonly Float64Array[]): Float64Array[] => {
    return set.map((vector) => vector.map((value, i) => (value - mean[i]) * scale[i]));
  };
  const [a, b] = [standard(real), standard(drawn)];
  return {
    distance: meanKernel(a, a) + meanKernel(b, b) - 2 * meanKernel(a, b),
    precision: covered(b, a),
    recall: covered(a, b),
  };
}

/** Mean of the kernel over pairs; of a set with itself without the pairs of equals. */
function meanKernel(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  let [sum, count] = [0, 0];
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      if (a === b && i === j) return;
      let inner = 0;
      for (let k = 0; k < x.length; k++) inner += x[k] * y[k];
      sum += (inner / x.length + 1) ** 3;
      count++;
    });
  });
  return sum / count;
}

/** Share of `points` that lie in the neighbourhood of one of `set`. */
function covered(points: readonly Float64Array[], set: readonly Float64Array[]): number {
  const radii = set.map((x) => set.map((y) => squaredDistance(x, y)).sort((p, q) => p - q)[NEIGHBOURS]);
  const inside = points.filter((point) => set.some((x, i) => squaredDistance(point, x) <= radii[i]));
  return inside.length / points.length;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
