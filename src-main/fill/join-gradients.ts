import type { Tensor } from '../tensor/tensor.ts';

/** For each pixel of a height × width picture the shift to the pixel that it is copied from. */
export interface Shifts {
  readonly x: Int16Array;
  readonly y: Int16Array;
}

/** Pull of the copied values themselves against that of their differences. */
const VALUE_WEIGHT = 0.002;
/** A difference at the rim this far from the copied one, on [−1, 1], is an edge rather than a seam: it counts half. */
const EDGE = 0.25;
const ITERATIONS = 120;
const TOLERANCE = 1e-3;

/**
 * Copies unknown pixels by their shifts so that no seam shows: the differences between neighbours are the sources', and
 * the values go over into the known pixels around (Pérez et al. 2003; between two regions with different shifts the
 * larger of both differences, their mixed gradients, so that detail is not averaged away). The fill u, with s the copied values, minimises
 *
 *     Σ_pairs w (u_i − u_j − g_ij)² + λ Σ_i (u_i − s_i)²
 *
 * by conjugate gradients. w falls where the rim contradicts the copy by far, so that an edge which ends there does not
 * bleed into the fill.
 * @param x  [1, c, h, w]; values at unknown pixels are ignored.
 * @param unknown  h × w, non-zero = unknown; their shifts must lead to known pixels.
 */
export function joinGradients(x: Tensor, unknown: Uint8Array, shifts: Shifts): Tensor {
  const [, channels, height, width] = x.shape;
  const plane = height * width;
  const pairs = new Pairs(unknown, shifts, width, height);
  const planes = Array.from({ length: channels }, (_, c) => x.data.subarray(c * plane, (c + 1) * plane));
  const differences = planes.map((values) => pairs.differences(values));
  const weights = pairs.weights(planes, differences);
  const data = x.data.slice();
  planes.forEach((values, c) => {
    const filled = pairs.solve(values, differences[c], weights);
    pairs.pixels.forEach((pixel, k) => (data[c * plane + pixel] = filled[k]));
  });
  return { shape: x.shape, data };
}

/** Neighbours of which at least one is unknown. */
class Pairs {
  /** The unknown pixels, ascending. */
  readonly pixels: Int32Array;
  readonly #sources: Int32Array;
  /** Of every pair: number of its first, unknown pixel; its second pixel; the number of that or −1 where it is known. */
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  readonly #link: Int32Array;
  /** The source of the first pixel's neighbour and of the second's, −1 where there is none. */
  readonly #besideFirst: Int32Array;
  readonly #besideSecond: Int32Array;

  constructor(unknown: Uint8Array, shifts: Shifts, width: number, height: number) {
    const position = new Int32Array(unknown.length).fill(-1);
    const pixels: number[] = [];
    unknown.forEach((u, pixel) => {
      if (u !== 0) position[pixel] = pixels.push(pixel) - 1;
    });
    this.pixels = Int32Array.from(pixels);
    this.#sources = this.pixels.map((pixel) => pixel + shifts.y[pixel] * width + shifts.x[pixel]);
    const known = (x: number, y: number): number =>
      x >= 0 && y >= 0 && x < width && y < height && unknown[y * width + x] === 0 ? y * width + x : -1;
    // At most four pairs a pixel.
    const most = NEIGHBOURS.length * pixels.length;
    const columns = Array.from({ length: 5 }, () => new Int32Array(most));
    const [first, second, link, besideFirst, besideSecond] = columns;
    let count = 0;
    for (const [k, pixel] of pixels.entries()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      for (const [dx, dy] of NEIGHBOURS) {
        if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
        const other = pixel + dy * width + dx;
        // Two unknown pixels are one pair.
        if (unknown[other] !== 0 && other < pixel) continue;
        first[count] = k;
        second[count] = other;
        link[count] = position[other];
        besideFirst[count] = known(x + shifts.x[pixel] + dx, y + shifts.y[pixel] + dy);
        besideSecond[count] = unknown[other] === 0 ? -1 : known(x + shifts.x[other], y + shifts.y[other]);
        count++;
      }
    }
    [this.#first, this.#second, this.#link, this.#besideFirst, this.#besideSecond] = columns.map((column) =>
      column.subarray(0, count),
    );
  }

  /** What the sources say of first − second. */
  differences(values: Float32Array): Float64Array {
    const sources = this.#sources;
    return Float64Array.from(this.#first, (k, e) => {
      const link = this.#link[e];
      const [a, b] = [this.#besideFirst[e], this.#besideSecond[e]];
      const first = a < 0 ? undefined : values[sources[k]] - values[a];
      const second = b < 0 || link < 0 ? undefined : values[b] - values[sources[link]];
      if (first === undefined) return second ?? 0;
      return second === undefined || Math.abs(first) > Math.abs(second) ? first : second;
    });
  }

  /** 1; less at the rim where the copied values, taken over the rim, are far from the known ones. */
  weights(planes: readonly Float32Array[], differences: readonly Float64Array[]): Float64Array {
    return Float64Array.from(this.#first, (k, e) => {
      if (this.#link[e] >= 0) return 1;
      let squares = 0;
      planes.forEach((values, c) => {
        squares += (values[this.#sources[k]] - differences[c][e] - values[this.#second[e]]) ** 2;
      });
      return 1 / (1 + squares / planes.length / EDGE ** 2);
    });
  }

  /** Conjugate gradients from the copied values. */
  solve(values: Float32Array, differences: Float64Array, weights: Float64Array): Float64Array {
    const n = this.pixels.length;
    const start = Float64Array.from(this.#sources, (source) => values[source]);
    const u = start.slice();
    const r = new Float64Array(n);
    for (let e = 0; e < weights.length; e++) {
      const k = this.#first[e];
      const link = this.#link[e];
      const other = link < 0 ? values[this.#second[e]] : u[link];
      const lack = weights[e] * (differences[e] - (u[k] - other));
      r[k] += lack;
      if (link >= 0) r[link] -= lack;
    }
    const p = r.slice();
    const product = new Float64Array(n);
    let energy = dot(r, r);
    const enough = TOLERANCE ** 2 * energy;
    for (let i = 0; i < ITERATIONS && energy > enough; i++) {
      this.#apply(p, weights, product);
      const step = energy / dot(p, product);
      for (let k = 0; k < n; k++) {
        u[k] += step * p[k];
        r[k] -= step * product[k];
      }
      const next = dot(r, r);
      const keep = next / energy;
      for (let k = 0; k < n; k++) p[k] = r[k] + keep * p[k];
      energy = next;
    }
    return u;
  }

  #apply(p: Float64Array, weights: Float64Array, out: Float64Array): void {
    for (let k = 0; k < p.length; k++) out[k] = VALUE_WEIGHT * p[k];
    for (let e = 0; e < weights.length; e++) {
      const k = this.#first[e];
      const link = this.#link[e];
      const flow = weights[e] * (link < 0 ? p[k] : p[k] - p[link]);
      out[k] += flow;
      if (link >= 0) out[link] -= flow;
    }
  }
}

const NEIGHBOURS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
