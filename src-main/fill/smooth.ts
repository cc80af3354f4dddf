import { zeros, type Tensor } from '../tensor/tensor.ts';
import { enlarge, halve } from './reduce.ts';

/** How a smooth fill bends: `biharmonic` continues slopes into the hole, `harmonic` only values. */
export type Smoothness = 'biharmonic' | 'harmonic';

/** Largest number of conjugate gradient steps at one scale; the coarser scale has done the long waves. */
const ITERATIONS = 120;
/** A scale is done when its residual fell to this share of that of a start from zero. */
const TOLERANCE = 1e-5;

/**
 * The smooth continuation of the known pixels into the unknown ones: the fill of least Σ(Δu)² (biharmonic; Damelin &
 * Hoang 2018) or Σ|∇u|² (harmonic), the picture continued by reflection beyond its border. Solved by conjugate gradients,
 * coarse to fine (cascadic multigrid, Bornemann & Deuflhard 1996). Known pixels are returned as they are; where
 * nothing is known, the fill is 0.
 * @param x        [1, c, h, w].
 * @param unknown  h × w, non-zero = unknown; values of x there are ignored.
 */
export function smoothFill(x: Tensor, unknown: Uint8Array, smoothness: Smoothness = 'biharmonic'): Tensor {
  const [, channels, height, width] = x.shape;
  if (!unknown.some((value) => value !== 0)) return { shape: x.shape, data: x.data.slice() };
  if (!unknown.includes(0)) return zeros(x.shape);
  const half = halve({ x, unknown });
  const guess = enlarge(smoothFill(half.x, half.unknown, smoothness), { x: 0, y: 0 }, 2, { x: 0, y: 0, width, height });
  const plane = height * width;
  for (let i = 0; i < plane; i++) {
    if (unknown[i] === 0) for (let c = 0; c < channels; c++) guess.data[c * plane + i] = x.data[c * plane + i];
  }
  const system = new FillSystem(unknown, width, height, smoothness);
  for (let c = 0; c < channels; c++) system.improve(guess.data.subarray(c * plane, (c + 1) * plane));
  return guess;
}

/**
 * The normal equations of a fill on its unknown pixels: −Δ u = 0 or Δ² u = 0 with the graph Laplacian of the pixel grid,
 * which is symmetric and continues the picture by reflection.
 */
class FillSystem {
  readonly #biharmonic: boolean;
  /** Pixels whose Laplacian sees an unknown pixel: the unknown ones first. */
  readonly #pixels: Int32Array;
  readonly #unknownCount: number;
  /** Four neighbours of each in the picture (itself beyond the border), and in the list (its length = not in it). */
  readonly #neighbours: Int32Array;
  readonly #links: Int32Array;
  readonly #laplacian: Float64Array;

  constructor(unknown: Uint8Array, width: number, height: number, smoothness: Smoothness) {
    this.#biharmonic = smoothness === 'biharmonic';
    const position = new Int32Array(width * height).fill(-1);
    const pixels: number[] = [];
    for (let i = 0; i < unknown.length; i++) {
      if (unknown[i] !== 0) position[i] = pixels.push(i) - 1;
    }
    this.#unknownCount = pixels.length;
    const around = (i: number): number[] => {
      const column = i % width;
      return [
        column > 0 ? i - 1 : i,
        column < width - 1 ? i + 1 : i,
        i >= width ? i - width : i,
        i + width < unknown.length ? i + width : i,
      ];
    };
    if (this.#biharmonic) {
      for (let k = 0; k < this.#unknownCount; k++) {
        for (const j of around(pixels[k])) if (position[j] < 0) position[j] = pixels.push(j) - 1;
      }
    }
    this.#pixels = Int32Array.from(pixels);
    this.#neighbours = new Int32Array(4 * pixels.length);
    this.#links = new Int32Array(4 * pixels.length);
    pixels.forEach((pixel, k) => {
      around(pixel).forEach((j, side) => {
        this.#neighbours[4 * k + side] = j;
        this.#links[4 * k + side] = position[j] < 0 ? pixels.length : position[j];
      });
    });
    this.#laplacian = new Float64Array(pixels.length + 1);
  }

  /** Conjugate gradients from the values that `u` has; only its unknown pixels change. */
  improve(u: Float32Array): void {
    const n = this.#unknownCount;
    const r = new Float64Array(n);
    const scale = this.#residual(u, r);
    const p = new Float64Array(this.#pixels.length + 1);
    const product = new Float64Array(n);
    const change = new Float64Array(n);
    p.set(r);
    let energy = dot(r, r, n);
    for (let k = 0; k < ITERATIONS && energy > TOLERANCE ** 2 * scale; k++) {
      this.#apply(p, product);
      const step = energy / dot(p, product, n);
      for (let i = 0; i < n; i++) {
        change[i] += step * p[i];
        r[i] -= step * product[i];
      }
      const next = dot(r, r, n);
      const keep = next / energy;
      for (let i = 0; i < n; i++) p[i] = r[i] + keep * p[i];
      energy = next;
    }
    for (let i = 0; i < n; i++) u[this.#pixels[i]] += change[i];
  }

  /** Right-hand side minus the operator at `u`, into `r`; returns the square of what the known pixels contribute. */
  #residual(u: Float32Array, r: Float64Array): number {
    const n = this.#unknownCount;
    const pixels = this.#pixels;
    const neighbours = this.#neighbours;
    const links = this.#links;
    const laplacian = this.#laplacian;
    const known = new Float64Array(pixels.length + 1);
    for (let k = 0; k < pixels.length; k++) {
      const here = u[pixels[k]];
      let sum = 0;
      let fixed = 0;
      for (let side = 4 * k; side < 4 * k + 4; side++) {
        const difference = u[neighbours[side]] - here;
        sum += difference;
        if (links[side] >= n) fixed += difference;
      }
      laplacian[k] = sum;
      known[k] = fixed;
    }
    const norm = dot(known, known, pixels.length);
    if (!this.#biharmonic) {
      for (let k = 0; k < n; k++) r[k] = laplacian[k];
      return norm;
    }
    for (let k = 0; k < n; k++) {
      const at = 4 * k;
      r[k] =
        4 * laplacian[k] -
        laplacian[links[at]] -
        laplacian[links[at + 1]] -
        laplacian[links[at + 2]] -
        laplacian[links[at + 3]];
    }
    return norm;
  }

  /** The operator on fills that are 0 in known pixels; entries of `p` behind the unknown ones are 0. */
  #apply(p: Float64Array, out: Float64Array): void {
    const n = this.#unknownCount;
    const links = this.#links;
    if (!this.#biharmonic) {
      for (let k = 0, at = 0; k < n; k++, at += 4) {
        out[k] = 4 * p[k] - p[links[at]] - p[links[at + 1]] - p[links[at + 2]] - p[links[at + 3]];
      }
      return;
    }
    const laplacian = this.#laplacian;
    const count = this.#pixels.length;
    for (let k = 0, at = 0; k < count; k++, at += 4) {
      laplacian[k] = p[links[at]] + p[links[at + 1]] + p[links[at + 2]] + p[links[at + 3]] - 4 * p[k];
    }
    for (let k = 0, at = 0; k < n; k++, at += 4) {
      out[k] =
        laplacian[links[at]] +
        laplacian[links[at + 1]] +
        laplacian[links[at + 2]] +
        laplacian[links[at + 3]] -
        4 * laplacian[k];
    }
  }
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}
