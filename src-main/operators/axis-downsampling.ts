/** The anti-aliasing filters of downsampling. */
export type DownsamplingFilter = 'area' | 'bicubic';

/**
 * Downsampling of one axis as a sparse m × n matrix, m = ⌈n/factor⌉: output i is centred on the block of input samples
 * i·factor … i·factor + factor − 1 and weighs the samples round it, the axis continued by half-sample reflection.
 * `area` averages the block; `bicubic` uses the Keys (1981) kernel with a = −½ stretched by the factor, as
 * anti-aliased resizing does elsewhere. Every row sums to 1.
 */
export class AxisDownsampling {
  readonly inputLength: number;
  readonly outputLength: number;
  readonly factor: number;
  /** The same weights for every output sample, symmetric about its centre. */
  readonly weights: Float64Array;
  /** For every output sample, the input sample of each weight. */
  readonly #sources: Int32Array;

  constructor(inputLength: number, factor: number, filter: DownsamplingFilter) {
    this.inputLength = inputLength;
    this.outputLength = Math.ceil(inputLength / factor);
    this.factor = factor;
    const taps = filter === 'area' ? factor : factor % 2 === 0 ? 4 * factor : 4 * factor - 1;
    const raw = Float64Array.from({ length: taps }, (_, t) =>
      filter === 'area' ? 1 : keysCubic((t - (taps - 1) / 2) / factor),
    );
    const sum = raw.reduce((total, v) => total + v, 0);
    this.weights = raw.map((v) => v / sum);
    const first = (factor - taps) / 2;
    this.#sources = Int32Array.from({ length: this.outputLength * taps }, (_, at) =>
      reflected(Math.floor(at / taps) * factor + first + (at % taps), inputLength),
    );
  }

  /** Whether the factor divides the axis, so that the reflection falls on the border of a block. */
  get aligned(): boolean {
    return this.inputLength % this.factor === 0;
  }

  /** Adds B x to `out` for `count` interleaved sequences: sample i of sequence q is at i·count + q. */
  apply(x: Float64Array, out: Float64Array, count: number): void {
    const taps = this.weights.length;
    for (let i = 0; i < this.outputLength; i++) {
      for (let t = 0; t < taps; t++) {
        const weight = this.weights[t];
        const from = this.#sources[i * taps + t] * count;
        for (let q = 0, to = i * count; q < count; q++) out[to + q] += weight * x[from + q];
      }
    }
  }

  /** Adds Bᵀ y to `out`, the same walk with source and target exchanged. */
  adjoint(y: Float64Array, out: Float64Array, count: number): void {
    const taps = this.weights.length;
    for (let i = 0; i < this.outputLength; i++) {
      for (let t = 0; t < taps; t++) {
        const weight = this.weights[t];
        const to = this.#sources[i * taps + t] * count;
        for (let q = 0, from = i * count; q < count; q++) out[to + q] += weight * y[from + q];
      }
    }
  }

  /** ‖B‖₂ by power iteration on the matrix of this axis, raised by 0.1 % because it approaches from below. */
  estimateNorm(): number {
    let y = Float64Array.from({ length: this.outputLength }, (_, i) => 1 + 0.1 * Math.sin(i + 1));
    let estimate = 0;
    for (let iteration = 0; iteration < 2000; iteration++) {
      const length = Math.hypot(...y);
      const x = new Float64Array(this.inputLength);
      const next = new Float64Array(this.outputLength);
      this.adjoint(
        y.map((v) => v / length),
        x,
        1,
      );
      this.apply(x, next, 1);
      const eigenvalue = Math.hypot(...next);
      if (Math.abs(eigenvalue - estimate) <= 1e-9 * eigenvalue) break;
      estimate = eigenvalue;
      y = next;
    }
    return 1.001 * Math.sqrt(estimate);
  }
}

/** Cubic convolution kernel of Keys 1981, equation 4 with a = −½. */
function keysCubic(x: number): number {
  const d = Math.abs(x);
  if (d <= 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** The sample that position i of an axis of n samples reflects to (half-sample symmetry, as often as needed). */
function reflected(i: number, n: number): number {
  const phase = ((i % (2 * n)) + 2 * n) % (2 * n);
  return phase < n ? phase : 2 * n - 1 - phase;
}
