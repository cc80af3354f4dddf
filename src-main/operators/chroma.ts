import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { scale, zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { decoupleColors, recoupleColors } from './color-decoupling.ts';
import { defineOperator } from './definition.ts';
import type { Spectrum } from './operator.ts';

/**
 * The colour of every pixel without its brightness: the two latent channels of `COLOR_DECOUPLING` that grey has none of,
 * y = [n, 2, h, w]. Adding the same to red, green and blue changes nothing of it. The rows are orthonormal: A⁺ = Aᵀ.
 */
export class ChromaOperator extends CheckedOperator {
  readonly name = 'chroma';
  readonly norm = 1;
  readonly rowGram = 1;
  readonly spectrum: Spectrum;

  /** @throws invalid-shape unless the picture has three channels. */
  constructor(inputShape: ImageShape) {
    super(inputShape, [2, inputShape[1], inputShape[2]]);
    if (inputShape[0] !== 3) {
      throw new LangevinError('invalid-shape', `The colour of a picture needs 3 channels, not ${inputShape[0]}.`);
    }
    const plane = inputShape[1] * inputShape[2];
    this.spectrum = {
      singularValues: new Float32Array(imageSize(inputShape)).fill(1, plane),
      toSpectrum: decoupleColors,
      fromSpectrum: recoupleColors,
      measurementToSpectrum: (y) => {
        expectShape(y, this.outputShape, 'The measurement of chroma');
        return this.#padded(y);
      },
    };
  }

  protected override forward(x: Tensor): Tensor {
    const latent = decoupleColors(x);
    const out = zeros([x.shape[0], ...this.outputShape]);
    const plane = this.inputShape[1] * this.inputShape[2];
    for (let n = 0; n < x.shape[0]; n++) {
      out.data.set(latent.data.subarray((3 * n + 1) * plane, (3 * n + 3) * plane), 2 * n * plane);
    }
    return out;
  }

  protected override transpose(y: Tensor): Tensor {
    return recoupleColors(this.#padded(y));
  }

  protected override invert(y: Tensor): Tensor {
    return this.transpose(y);
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return scale(1 / (sigmaY2 + k), r);
  }

  /** Latent channels with a brightness of 0. */
  #padded(y: Tensor): Tensor {
    const out = zeros([y.shape[0], ...this.inputShape]);
    const plane = this.inputShape[1] * this.inputShape[2];
    for (let n = 0; n < y.shape[0]; n++) {
      out.data.set(y.data.subarray(2 * n * plane, 2 * (n + 1) * plane), (3 * n + 1) * plane);
    }
    return out;
  }
}

export const chromaDefinition = defineOperator({
  name: 'chroma',
  summary: 'The colour of every pixel without its brightness; with weights, colours that are known at some places.',
  options: z.strictObject({}),
  create: (inputShape) => new ChromaOperator(inputShape),
});
