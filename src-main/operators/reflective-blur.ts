import { CosineTransform } from '../tensor/dct.ts';
import { Fft2, fastLength, multiplyComplex } from '../tensor/fft.ts';
import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import type { BlurKernel } from './blur-kernel.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { BLUR_RANK_TOLERANCE, filterCircular, periodicResponse } from './circular-blur.ts';
import type { IterationLimits } from './conjugate-gradient.ts';
import { IterativeOperator } from './iterative-operator.ts';
import type { Spectrum } from './operator.ts';

/**
 * Convolution of every channel with a kernel that is even along both axes, the image continued by half-sample
 * reflection (… b a | a b c …). Such blurs are symmetric and diagonal in the cosine basis (Strang 1999), so all is
 * closed.
 */
export class EvenReflectiveBlur extends CheckedOperator {
  readonly name = 'blur';
  readonly norm: number;
  readonly spectrum: Spectrum;
  readonly #dct: CosineTransform;
  readonly #response: Float64Array;
  /** |response|, 0 where below the rank tolerance. */
  readonly #magnitude: Float64Array;

  constructor(inputShape: ImageShape, kernel: BlurKernel) {
    super(inputShape, inputShape);
    const [c, h, w] = inputShape;
    this.#dct = new CosineTransform(h, w);
    const response = cosineResponse(kernel, h, w);
    this.#response = response;
    this.norm = response.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
    this.#magnitude = response.map((v) => (Math.abs(v) < BLUR_RANK_TOLERANCE * this.norm ? 0 : Math.abs(v)));
    const singularValues = new Float32Array(imageSize(inputShape));
    for (let j = 0; j < c; j++) singularValues.set(this.#magnitude, j * h * w);
    const sign = this.#magnitude.map((s, i) => (s === 0 ? 0 : Math.sign(response[i])));
    this.spectrum = {
      singularValues,
      toSpectrum: (x) => this.#eachPlane(x, (plane) => this.#dct.forward(plane)),
      fromSpectrum: (coefficients) => this.#eachPlane(coefficients, (plane) => this.#dct.inverse(plane)),
      measurementToSpectrum: (y) =>
        this.#eachPlane(y, (plane) => {
          this.#dct.forward(plane);
          for (let i = 0; i < plane.length; i++) plane[i] *= sign[i];
        }),
    };
  }

  protected override forward(x: Tensor): Tensor {
    return this.#filter(x, this.#response);
  }

  protected override transpose(y: Tensor): Tensor {
    return this.#filter(y, this.#response);
  }

  protected override invert(y: Tensor): Tensor {
    return this.#filter(
      y,
      this.#response.map((v, i) => (this.#magnitude[i] === 0 ? 0 : 1 / v)),
    );
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return this.#filter(
      r,
      this.#magnitude.map((s) => (s === 0 && sigmaY2 === 0 ? 0 : 1 / (sigmaY2 + k * s * s))),
    );
  }

  #filter(x: Tensor, factors: Float64Array): Tensor {
    return this.#eachPlane(x, (plane) => {
      this.#dct.forward(plane);
      for (let i = 0; i < plane.length; i++) plane[i] *= factors[i];
      this.#dct.inverse(plane);
    });
  }

  #eachPlane(x: Tensor, change: (plane: Float64Array) => void): Tensor {
    expectShape(x, this.inputShape, 'The image or measurement of blur');
    const out = zeros(x.shape);
    const size = this.#response.length;
    for (let start = 0; start < out.data.length; start += size) {
      const plane = Float64Array.from(x.data.subarray(start, start + size));
      change(plane);
      out.data.set(plane, start);
    }
    return out;
  }
}

/** Eigenvalues of an even kernel at the cosine frequencies: Σ k[i, j] cos(πki/h) cos(πlj/w), offsets from the centre. */
function cosineResponse(kernel: BlurKernel, h: number, w: number): Float64Array {
  const { height, width, data } = kernel;
  const middle = new Float64Array(height * w);
  for (let i = 0; i < height; i++) {
    for (let l = 0; l < w; l++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += data[i * width + j] * Math.cos((Math.PI * l * (j - (width - 1) / 2)) / w);
      middle[i * w + l] = sum;
    }
  }
  const out = new Float64Array(h * w);
  for (let k = 0; k < h; k++) {
    for (let i = 0; i < height; i++) {
      const cosine = Math.cos((Math.PI * k * (i - (height - 1) / 2)) / h);
      for (let l = 0; l < w; l++) out[k * w + l] += cosine * middle[i * w + l];
    }
  }
  return out;
}

/**
 * Convolution of every channel with any kernel, the image continued by half-sample reflection. `apply` extends,
 * convolves and crops; `adjoint` runs the same three steps transposed, folding the reflections back. `solve` is
 * preconditioned by the circular blur, which differs near the border only.
 */
export class ReflectiveBlur extends IterativeOperator {
  readonly name = 'blur';
  protected readonly normBound: number;
  readonly #kernel: BlurKernel;
  readonly #fft: Fft2;
  readonly #response: { readonly re: Float64Array; readonly im: Float64Array };
  /** Where each row and column of the extended image comes from. */
  readonly #rows: readonly number[];
  readonly #columns: readonly number[];
  readonly #circularFft: Fft2;
  readonly #circularPower: Float64Array;

  constructor(inputShape: ImageShape, kernel: BlurKernel, limits: IterationLimits) {
    super(inputShape, inputShape, limits);
    const [, h, w] = inputShape;
    this.#kernel = kernel;
    this.#rows = extension(h, kernel.height);
    this.#columns = extension(w, kernel.width);
    this.#fft = new Fft2(fastLength(this.#rows.length), fastLength(this.#columns.length));
    const size = this.#fft.height * this.#fft.width;
    this.#response = { re: new Float64Array(size), im: new Float64Array(size) };
    for (let i = 0; i < kernel.height; i++) {
      for (let j = 0; j < kernel.width; j++) {
        this.#response.re[i * this.#fft.width + j] = kernel.data[i * kernel.width + j];
      }
    }
    this.#fft.forward(this.#response.re, this.#response.im);
    // ‖A‖² ≤ ‖A‖₁‖A‖∞. Rows sum to Σ|k|; a column collects at most one reflection of it per border and axis.
    const sum = kernel.data.reduce((total, v) => total + Math.abs(v), 0);
    const copies = (source: readonly number[], n: number): number =>
      Math.max(...Array.from({ length: n }, (_, i) => source.filter((at) => at === i).length));
    this.normBound = sum * Math.sqrt(copies(this.#rows, h) * copies(this.#columns, w));
    this.#circularFft = new Fft2(h, w);
    const circular = periodicResponse(kernel, this.#circularFft);
    this.#circularPower = circular.re.map((v, i) => v * v + circular.im[i] ** 2);
  }

  protected override forward(x: Tensor): Tensor {
    return this.#eachPlane(x, (plane, re, im) => {
      const { width } = this.#fft;
      const [, , w] = this.inputShape;
      this.#rows.forEach((from, row) => {
        this.#columns.forEach((column, col) => {
          re[row * width + col] = plane[from * w + column];
        });
      });
      this.#fft.forward(re, im);
      multiplyComplex(re, im, this.#response.re, this.#response.im);
      this.#fft.inverse(re, im);
      this.#eachOutput((at, i) => {
        plane[i] = re[at];
      });
    });
  }

  protected override transpose(y: Tensor): Tensor {
    return this.#eachPlane(y, (plane, re, im) => {
      const { width } = this.#fft;
      const [, , w] = this.inputShape;
      this.#eachOutput((at, i) => {
        re[at] = plane[i];
      });
      this.#fft.forward(re, im);
      // Correlation: the conjugate response, by conjugating before and after.
      for (let i = 0; i < im.length; i++) im[i] = -im[i];
      multiplyComplex(re, im, this.#response.re, this.#response.im);
      for (let i = 0; i < im.length; i++) im[i] = -im[i];
      this.#fft.inverse(re, im);
      plane.fill(0);
      this.#rows.forEach((from, row) => {
        this.#columns.forEach((column, col) => {
          plane[from * w + column] += re[row * width + col];
        });
      });
    });
  }

  protected override precondition(r: Tensor, sigmaY2: number, k: number): Tensor {
    const re = this.#circularPower.map((power) => 1 / (sigmaY2 + k * power));
    return filterCircular(r, this.#circularFft, { re, im: new Float64Array(re.length) });
  }

  /** Visits every pixel i of the result and its place in the padded convolution. */
  #eachOutput(visit: (at: number, i: number) => void): void {
    const [, h, w] = this.inputShape;
    const top = this.#kernel.height - 1;
    const left = this.#kernel.width - 1;
    for (let row = 0; row < h; row++) {
      for (let col = 0; col < w; col++) visit((row + top) * this.#fft.width + col + left, row * w + col);
    }
  }

  #eachPlane(x: Tensor, change: (plane: Float64Array, re: Float64Array, im: Float64Array) => void): Tensor {
    const out = zeros(x.shape);
    const [, h, w] = this.inputShape;
    const re = new Float64Array(this.#fft.height * this.#fft.width);
    const im = new Float64Array(re.length);
    for (let start = 0; start < out.data.length; start += h * w) {
      re.fill(0);
      im.fill(0);
      const plane = Float64Array.from(x.data.subarray(start, start + h * w));
      change(plane, re, im);
      out.data.set(plane, start);
    }
    return out;
  }
}

/** Index of the sample that each of the n + side − 1 positions seen by a kernel of `side` weights reflects to. */
function extension(n: number, side: number): number[] {
  const before = side - 1 - Math.floor(side / 2);
  return Array.from({ length: n + side - 1 }, (_, i) => {
    const phase = (((i - before) % (2 * n)) + 2 * n) % (2 * n);
    return phase < n ? phase : 2 * n - 1 - phase;
  });
}
