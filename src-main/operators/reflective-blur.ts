import { Fft2 } from '../tensor/fft.ts';
import type { ImageShape, Tensor } from '../tensor/tensor.ts';
import type { BlurKernel } from './blur-kernel.ts';
import { filterCircular, periodicResponse } from './circular-blur.ts';
import type { IterationLimits } from './conjugate-gradient.ts';
import { IterativeOperator } from './iterative-operator.ts';
import { ValidConvolution } from './valid-convolution.ts';

/**
 * Convolution of every channel with any kernel, the image continued by half-sample reflection (… b a | a b c …).
 * `apply` extends and convolves; `adjoint` runs the same steps transposed, folding the reflections back. `solve` is
 * preconditioned by the circular blur, which differs near the border only.
 */
export class ReflectiveBlur extends IterativeOperator {
  readonly name = 'blur';
  protected readonly normBound: number;
  readonly #convolution: ValidConvolution;
  /** Where each row and column of the extended image comes from. */
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #circularFft: Fft2;
  readonly #circularPower: Float64Array;

  constructor(inputShape: ImageShape, kernel: BlurKernel, limits: IterationLimits) {
    super(inputShape, inputShape, limits);
    const [, h, w] = inputShape;
    this.#convolution = new ValidConvolution(h, w, kernel);
    this.#rows = extension(h, kernel.height);
    this.#columns = extension(w, kernel.width);
    // ‖A‖² ≤ ‖A‖₁‖A‖∞: rows sum to Σ|k|, columns to at most that for every place they are reflected to.
    const sum = kernel.data.reduce((total, v) => total + Math.abs(v), 0);
    const copies = (source: Int32Array, n: number): number => {
      const counts = new Int32Array(n);
      for (const at of source) counts[at]++;
      return counts.reduce((largest, count) => Math.max(largest, count), 0);
    };
    this.normBound = sum * Math.sqrt(copies(this.#rows, h) * copies(this.#columns, w));
    this.#circularFft = new Fft2(h, w);
    const circular = periodicResponse(kernel, this.#circularFft);
    const power = circular.re.map((v, i) => v * v + circular.im[i] ** 2);
    // Near the border A Aᵀ does not vanish where the kernel's spectrum does.
    const floor = 0.01 * power.reduce((largest, v) => Math.max(largest, v), 0);
    this.#circularPower = power.map((v) => v + floor);
  }

  protected override forward(x: Tensor): Tensor {
    return this.#eachPair(x, (planes) => this.#convolution.apply(planes.map((plane) => this.#extend(plane))));
  }

  protected override transpose(y: Tensor): Tensor {
    return this.#eachPair(y, (planes) => this.#convolution.adjoint(planes).map((plane) => this.#fold(plane)));
  }

  protected override precondition(r: Tensor, sigmaY2: number, k: number): Tensor {
    const re = this.#circularPower.map((power) => 1 / (sigmaY2 + k * power));
    return filterCircular(r, this.#circularFft, { re, im: new Float64Array(re.length) });
  }

  #extend(plane: Float64Array): Float64Array {
    const w = this.inputShape[2];
    const columns = this.#columns;
    const extended = new Float64Array(this.#rows.length * columns.length);
    this.#rows.forEach((row, i) => {
      const to = i * columns.length;
      for (let j = 0; j < columns.length; j++) extended[to + j] = plane[row * w + columns[j]];
    });
    return extended;
  }

  /** The transpose of `#extend`. */
  #fold(extended: Float64Array): Float64Array {
    const [, h, w] = this.inputShape;
    const columns = this.#columns;
    const plane = new Float64Array(h * w);
    this.#rows.forEach((row, i) => {
      const from = i * columns.length;
      for (let j = 0; j < columns.length; j++) plane[row * w + columns[j]] += extended[from + j];
    });
    return plane;
  }

  /** Maps the planes of every sample, two at a time where there are two. */
  #eachPair(x: Tensor, map: (planes: Float64Array[]) => Float64Array[]): Tensor {
    const out = new Float32Array(x.data.length);
    const [n, c, h, w] = x.shape;
    const size = h * w;
    for (let s = 0; s < n; s++) {
      for (let j = 0; j < c; j += 2) {
        const starts = [j, j + 1].filter((channel) => channel < c).map((channel) => (s * c + channel) * size);
        const planes = starts.map((start) => Float64Array.from(x.data.subarray(start, start + size)));
        map(planes).forEach((plane, i) => out.set(plane, starts[i]));
      }
    }
    return { shape: x.shape, data: out };
  }
}

/** Index of the sample that each of the n + side − 1 positions seen by a kernel of `side` weights reflects to. */
function extension(n: number, side: number): Int32Array {
  const before = side - 1 - Math.floor(side / 2);
  return Int32Array.from({ length: n + side - 1 }, (_, i) => {
    const phase = (((i - before) % (2 * n)) + 2 * n) % (2 * n);
    return phase < n ? phase : 2 * n - 1 - phase;
  });
}
