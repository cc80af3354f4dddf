import { Fft2, multiplyComplex } from '../tensor/fft.ts';
import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import type { BlurKernel } from './blur-kernel.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import type { Spectrum } from './operator.ts';

/**
 * Singular values below this part of the largest count as 0 in pseudo-inverses and spectra of blurs. Measurements are
 * float32: dividing by less would amplify their rounding to the size of the picture.
 */
export const BLUR_RANK_TOLERANCE = 1e-4;

/** Factors of the discrete Fourier transform of a real kernel. */
interface Response {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Convolution of every channel with a kernel, the image continued periodically; diagonal in the Fourier basis. The
 * spectrum's coefficients are the real and imaginary parts of the transform, each pair of conjugate frequencies
 * holding √2·Re at the one and √2·Im at the other, which is orthonormal.
 */
export class CircularBlur extends CheckedOperator {
  readonly name = 'blur';
  readonly norm: number;
  readonly spectrum: Spectrum;
  readonly #fft: Fft2;
  readonly #response: Response;
  /** |H| at every frequency, 0 where below the rank tolerance. */
  readonly #magnitude: Float64Array;

  constructor(inputShape: ImageShape, kernel: BlurKernel) {
    super(inputShape, inputShape);
    const [c, h, w] = inputShape;
    this.#fft = new Fft2(h, w);
    this.#response = periodicResponse(kernel, this.#fft);
    const { re, im } = this.#response;
    const exact = re.map((v, i) => Math.hypot(v, im[i]));
    this.norm = exact.reduce((largest, v) => Math.max(largest, v), 0);
    this.#magnitude = exact.map((v) => (v < BLUR_RANK_TOLERANCE * this.norm ? 0 : v));
    const singularValues = new Float32Array(imageSize(inputShape));
    for (let j = 0; j < c; j++) singularValues.set(this.#magnitude, j * h * w);
    this.spectrum = {
      singularValues,
      toSpectrum: (x) => this.#toCoefficients(x),
      fromSpectrum: (coefficients) => this.#fromCoefficients(coefficients),
      measurementToSpectrum: (y) => this.#toCoefficients(y, this.#phase()),
    };
  }

  protected override forward(x: Tensor): Tensor {
    return filterCircular(x, this.#fft, this.#response);
  }

  protected override transpose(y: Tensor): Tensor {
    return filterCircular(y, this.#fft, { re: this.#response.re, im: this.#response.im.map((v) => -v) });
  }

  protected override invert(y: Tensor): Tensor {
    return filterCircular(
      y,
      this.#fft,
      this.#conjugateTimes((s) => 1 / s ** 2),
    );
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    const re = this.#magnitude.map((s) => (s === 0 && sigmaY2 === 0 ? 0 : 1 / (sigmaY2 + k * s * s)));
    return filterCircular(r, this.#fft, { re, im: new Float64Array(re.length) });
  }

  /** conj(H)·gain(|H|), 0 in the null space. */
  #conjugateTimes(gain: (s: number) => number): Response {
    const { re, im } = this.#response;
    const factor = this.#magnitude.map((s) => (s === 0 ? 0 : gain(s)));
    return { re: re.map((v, i) => v * factor[i]), im: im.map((v, i) => -v * factor[i]) };
  }

  /** conj(H)/|H|: Uᵀ is Vᵀ after turning every frequency by the phase of the kernel. */
  #phase(): Response {
    return this.#conjugateTimes((s) => 1 / s);
  }

  #toCoefficients(x: Tensor, factors?: Response): Tensor {
    expectShape(x, this.inputShape, 'The image or measurement of blur');
    const out = zeros(x.shape);
    const size = this.#magnitude.length;
    const norm = 1 / Math.sqrt(size);
    for (let start = 0; start < out.data.length; start += size) {
      const re = Float64Array.from(x.data.subarray(start, start + size));
      const im = new Float64Array(size);
      this.#fft.forward(re, im);
      if (factors !== undefined) multiplyComplex(re, im, factors.re, factors.im);
      this.#eachFrequency((i, mirror) => {
        if (i === mirror) out.data[start + i] = norm * re[i];
        else {
          out.data[start + i] = Math.SQRT2 * norm * re[i];
          out.data[start + mirror] = Math.SQRT2 * norm * im[i];
        }
      });
    }
    return out;
  }

  #fromCoefficients(coefficients: Tensor): Tensor {
    expectShape(coefficients, this.inputShape, 'The spectrum of blur');
    const out = zeros(coefficients.shape);
    const size = this.#magnitude.length;
    const norm = Math.sqrt(size);
    const { data } = coefficients;
    for (let start = 0; start < out.data.length; start += size) {
      const re = new Float64Array(size);
      const im = new Float64Array(size);
      this.#eachFrequency((i, mirror) => {
        if (i === mirror) re[i] = norm * data[start + i];
        else {
          re[i] = re[mirror] = Math.SQRT1_2 * norm * data[start + i];
          im[i] = Math.SQRT1_2 * norm * data[start + mirror];
          im[mirror] = -im[i];
        }
      });
      this.#fft.inverse(re, im);
      out.data.set(re, start);
    }
    return out;
  }

  /** Visits every pair of conjugate frequencies once, by the index of each. */
  #eachFrequency(visit: (i: number, mirror: number) => void): void {
    const { height: h, width: w } = this.#fft;
    for (let k = 0; k < h; k++) {
      for (let l = 0; l < w; l++) {
        const i = k * w + l;
        const mirror = ((h - k) % h) * w + ((w - l) % w);
        if (i <= mirror) visit(i, mirror);
      }
    }
  }
}

/** Fourier transform of a kernel laid with its centre on the origin of a periodic image; larger kernels wrap round. */
export function periodicResponse(kernel: BlurKernel, fft: Fft2): Response {
  const { height: h, width: w } = fft;
  const re = new Float64Array(h * w);
  const im = new Float64Array(h * w);
  const modulo = (i: number, n: number): number => ((i % n) + n) % n;
  for (let i = 0; i < kernel.height; i++) {
    for (let j = 0; j < kernel.width; j++) {
      const row = modulo(i - Math.floor(kernel.height / 2), h);
      const col = modulo(j - Math.floor(kernel.width / 2), w);
      re[row * w + col] += kernel.data[i * kernel.width + j];
    }
  }
  fft.forward(re, im);
  return { re, im };
}

/**
 * Multiplies the Fourier transform of every plane by the response of a real kernel. Two planes of one sample share a
 * complex transform; samples never do, so that the batch never changes a result.
 */
export function filterCircular(x: Tensor, fft: Fft2, response: Response): Tensor {
  const out = zeros(x.shape);
  const [n, c] = x.shape;
  const size = fft.height * fft.width;
  const im = new Float64Array(size);
  for (let s = 0; s < n; s++) {
    for (let j = 0; j < c; j += 2) {
      const start = (s * c + j) * size;
      const paired = j + 1 < c;
      const re = Float64Array.from(x.data.subarray(start, start + size));
      if (paired) im.set(x.data.subarray(start + size, start + 2 * size));
      else im.fill(0);
      fft.forward(re, im);
      multiplyComplex(re, im, response.re, response.im);
      fft.inverse(re, im);
      out.data.set(re, start);
      if (paired) out.data.set(im, start + size);
    }
  }
  return out;
}
