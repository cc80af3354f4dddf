import { invalidArgument } from '../errors.ts';
import { Fft } from './fft.ts';

/**
 * Orthonormal discrete cosine transform of type II along rows: X_k = c_k Σ_j x_j cos(π(2j+1)k/2n), c_0 = √(1/n),
 * else √(2/n). Its basis is that of images continued by half-sample reflection. By one complex FFT for two rows
 * (Makhoul 1980).
 */
class RowCosineTransform {
  readonly #n: number;
  readonly #fft: Fft;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(n: number) {
    this.#n = n;
    this.#fft = new Fft(n);
    const norm = (k: number): number => Math.sqrt((k === 0 ? 1 : 2) / n);
    this.#cos = Float64Array.from({ length: n }, (_, k) => norm(k) * Math.cos((Math.PI * k) / (2 * n)));
    this.#sin = Float64Array.from({ length: n }, (_, k) => norm(k) * Math.sin((Math.PI * k) / (2 * n)));
    this.#re = new Float64Array(n);
    this.#im = new Float64Array(n);
  }

  /** Transforms the rows at offsets a and b of `x` in place; a = b transforms one row. */
  forward(x: Float64Array, a: number, b: number): void {
    const n = this.#n;
    const re = this.#re;
    const im = this.#im;
    for (let j = 0; j < n; j++) {
      const at = reordered(j, n);
      re[j] = x[a + at];
      im[j] = x[b + at];
    }
    this.#fft.forward(re, im);
    for (let k = 0; k < n; k++) {
      // The spectra of the two real rows are the even and odd parts of the packed one.
      const mirror = k === 0 ? 0 : n - k;
      const pr = (re[k] + re[mirror]) / 2;
      const pi = (im[k] - im[mirror]) / 2;
      const qr = (im[k] + im[mirror]) / 2;
      const qi = (re[mirror] - re[k]) / 2;
      x[a + k] = pr * this.#cos[k] + pi * this.#sin[k];
      x[b + k] = qr * this.#cos[k] + qi * this.#sin[k];
    }
  }

  /** The inverse (= transpose) of `forward`. */
  inverse(x: Float64Array, a: number, b: number): void {
    const n = this.#n;
    const re = this.#re;
    const im = this.#im;
    for (let k = 0; k < n; k++) {
      // V_k = (X_k − i X_{n−k}) e^{iπk/2n} / (norm·n) for each row; the packed spectrum is V_a + i V_b.
      const mirror = n - k;
      const factor = k === 0 ? 1 : 0.5;
      const c = this.#cos[k] * factor;
      const s = this.#sin[k] * factor;
      const ar = x[a + k];
      const ai = k === 0 ? 0 : -x[a + mirror];
      const br = x[b + k];
      const bi = k === 0 ? 0 : -x[b + mirror];
      const pr = ar * c - ai * s;
      const pi = ar * s + ai * c;
      const qr = br * c - bi * s;
      const qi = br * s + bi * c;
      re[k] = pr - qi;
      im[k] = pi + qr;
    }
    this.#fft.inverse(re, im);
    for (let j = 0; j < n; j++) {
      const at = reordered(j, n);
      x[a + at] = re[j] * n;
      x[b + at] = im[j] * n;
    }
  }
}

/** Even positions upwards, then odd ones downwards. */
function reordered(j: number, n: number): number {
  return 2 * j < n ? 2 * j : 2 * (n - j) - 1;
}

/** Two-dimensional orthonormal DCT-II of height × width arrays in row order, in place. */
export class CosineTransform {
  readonly height: number;
  readonly width: number;
  readonly #rows: RowCosineTransform;
  readonly #columns: RowCosineTransform;

  /** @throws invalid-argument unless both are integers ≥ 1. */
  constructor(height: number, width: number) {
    this.height = height;
    this.width = width;
    this.#rows = new RowCosineTransform(width);
    this.#columns = height === width ? this.#rows : new RowCosineTransform(height);
  }

  forward(x: Float64Array): void {
    this.#both(x, (transform, rows, a, b) => transform.forward(rows, a, b));
  }

  /** The inverse (= transpose) of `forward`. */
  inverse(x: Float64Array): void {
    this.#both(x, (transform, rows, a, b) => transform.inverse(rows, a, b));
  }

  #both(x: Float64Array, run: (transform: RowCosineTransform, rows: Float64Array, a: number, b: number) => void): void {
    const { height: h, width: w } = this;
    if (x.length !== h * w) throw invalidArgument('x', `${h * w} values`, x.length);
    for (let row = 0; row < h; row += 2) run(this.#rows, x, row * w, Math.min(row + 1, h - 1) * w);
    const columns = transposed(x, h, w);
    for (let col = 0; col < w; col += 2) run(this.#columns, columns, col * h, Math.min(col + 1, w - 1) * h);
    x.set(transposed(columns, w, h));
  }
}

/** The transpose of a height × width array, in blocks that stay in the cache. */
function transposed(x: Float64Array, height: number, width: number): Float64Array {
  const out = new Float64Array(x.length);
  const block = 16;
  for (let top = 0; top < height; top += block) {
    for (let left = 0; left < width; left += block) {
      const bottom = Math.min(top + block, height);
      const right = Math.min(left + block, width);
      for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) out[j * height + i] = x[i * width + j];
    }
  }
  return out;
}
