import { z } from 'zod';
import { invalidArgument } from '../errors.ts';
import { scale, zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { defineOperator } from './definition.ts';
import type { Spectrum } from './operator.ts';

/** Luma weights of ITU-R BT.601, applied to the sRGB-encoded values as JPEG and most grey conversions do. */
export const REC601: readonly number[] = [0.299, 0.587, 0.114];

/** Luma weights of ITU-R BT.709. */
export const REC709: readonly number[] = [0.2126, 0.7152, 0.0722];

/**
 * Colourization: y = Σ_c w_c x_c at every pixel, one channel. A⁺ = w/‖w‖², A Aᵀ = ‖w‖² I. With weights that sum to 1
 * the measurement has the picture's range [−1, 1]. The spectrum is a Householder reflection of the channels that
 * takes the first axis to w/‖w‖: channel 0 of the coefficients is measured, the others are the null space.
 */
export class LumaOperator extends CheckedOperator {
  readonly name = 'luma';
  readonly norm: number;
  readonly rowGram: number;
  readonly spectrum: Spectrum;
  readonly weights: readonly number[];

  /**
   * @param weights  one weight per channel, default Rec. 601.
   * @throws invalid-argument when their number is not that of the channels, or all are 0.
   */
  constructor(inputShape: ImageShape, weights: readonly number[] = REC601) {
    super(inputShape, [1, inputShape[1], inputShape[2]]);
    if (weights.length !== inputShape[0]) {
      throw invalidArgument('weights', `one weight for each of the ${inputShape[0]} channels`, [...weights]);
    }
    this.rowGram = weights.reduce((sum, w) => sum + w * w, 0);
    if (!(this.rowGram > 0 && this.rowGram < Infinity)) {
      throw invalidArgument('weights', 'finite weights that are not all 0', [...weights]);
    }
    this.weights = weights;
    this.norm = Math.sqrt(this.rowGram);
    const reflect = channelReflection(weights.map((w) => w / this.norm));
    const rotate = (x: Tensor): Tensor => {
      expectShape(x, inputShape, 'The spectrum of luma');
      return reflect(x);
    };
    const singularValues = new Float32Array(imageSize(inputShape));
    this.spectrum = {
      singularValues: singularValues.fill(this.norm, 0, inputShape[1] * inputShape[2]),
      toSpectrum: rotate,
      fromSpectrum: rotate,
      measurementToSpectrum: (y) => {
        expectShape(y, this.outputShape, 'The measurement of luma');
        return this.#spread(y, [1]);
      },
    };
  }

  protected override forward(x: Tensor): Tensor {
    const out = zeros([x.shape[0], ...this.outputShape]);
    const [c, h, w] = this.inputShape;
    const plane = h * w;
    for (let n = 0; n < x.shape[0]; n++) {
      for (let i = 0; i < plane; i++) {
        let sum = 0;
        for (let j = 0; j < c; j++) sum += this.weights[j] * x.data[(n * c + j) * plane + i];
        out.data[n * plane + i] = sum;
      }
    }
    return out;
  }

  protected override transpose(y: Tensor): Tensor {
    return this.#spread(y, this.weights);
  }

  protected override invert(y: Tensor): Tensor {
    return this.#spread(
      y,
      this.weights.map((w) => w / this.rowGram),
    );
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return scale(1 / (sigmaY2 + k * this.rowGram), r);
  }

  /** Channel j of the result is factors[j]·y; channels without a factor are 0. */
  #spread(y: Tensor, factors: readonly number[]): Tensor {
    const [c, h, w] = this.inputShape;
    const out = zeros([y.shape[0], c, h, w]);
    const plane = h * w;
    for (let n = 0; n < y.shape[0]; n++) {
      factors.forEach((factor, j) => {
        for (let i = 0; i < plane; i++) out.data[(n * c + j) * plane + i] = factor * y.data[n * plane + i];
      });
    }
    return out;
  }
}

/** The reflection I − 2vvᵀ of the channels that exchanges the first axis with the unit vector `first`. */
function channelReflection(first: readonly number[]): (x: Tensor) => Tensor {
  const difference = first.map((f, j) => (j === 0 ? f - 1 : f));
  const length = Math.hypot(...difference);
  const v = difference.map((d) => (length === 0 ? 0 : d / length));
  return (x) => {
    const [n, c, h, w] = x.shape;
    const out = x.data.slice();
    for (let s = 0; s < n; s++) {
      for (let i = s * c * h * w, end = i + h * w; i < end; i++) {
        let dot = 0;
        for (let j = 0; j < c; j++) dot += v[j] * x.data[i + j * h * w];
        for (let j = 0; j < c; j++) out[i + j * h * w] -= 2 * dot * v[j];
      }
    }
    return { shape: x.shape, data: out };
  };
}

export const lumaDefinition = defineOperator({
  name: 'luma',
  summary: 'Reduces colour to luma (Rec. 601 weights on the encoded values unless stated); colourization inverts it.',
  options: z.strictObject({
    weights: z
      .array(z.number())
      .min(1)
      .default([...REC601]),
  }),
  create: (inputShape, { weights }) => new LumaOperator(inputShape, weights),
});
