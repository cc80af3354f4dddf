import { CosineTransform } from '../tensor/dct.ts';
import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { BLUR_RANK_TOLERANCE } from './circular-blur.ts';
import type { BlurKernel } from './blur-kernel.ts';
import type { Spectrum } from './operator.ts';

/**
 * A filter that is diagonal in the cosine basis of every channel, the image continued by half-sample reflection
 * (… b a | a b c …): symmetric, and closed in all (Strang 1999).
 */
export abstract class CosineFilter extends CheckedOperator {
  readonly norm: number;
  readonly spectrum: Spectrum;
  readonly #dct: CosineTransform;
  readonly #response: Float64Array;
  /** |response|, 0 where below the rank tolerance. */
  readonly #magnitude: Float64Array;

  /** @param response  the factor of each of the h·w cosines. */
  constructor(inputShape: ImageShape, response: Float64Array) {
    super(inputShape, inputShape);
    const [c, h, w] = inputShape;
    this.#dct = new CosineTransform(h, w);
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
    expectShape(x, this.inputShape, `The image or measurement of ${this.name}`);
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
export function cosineResponse(kernel: BlurKernel, h: number, w: number): Float64Array {
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
