import { z } from 'zod';
import { LangevinError, invalidArgument } from '../errors.ts';
import { sampleSize, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { defineOperator } from './definition.ts';
import type { Spectrum } from './operator.ts';

/**
 * Pixels that are known, but not all equally well: A = diag(w). With noise σ_y a pixel of weight w is known to σ_y/w, so
 * that measurements of different noise become one of equal noise (whitening); 0 = not known at all. Values of y where
 * the weight is 0 are ignored by `adjoint`, `pseudoInverse` and the spectrum.
 */
export class WeightedOperator extends CheckedOperator {
  readonly name = 'weighted';
  readonly norm: number;
  readonly spectrum: Spectrum;
  readonly #weights: Float32Array;

  /**
   * @param weights  for each of the h·w pixels, or for each of the c·h·w values.
   * @throws invalid-shape when the length is neither; invalid-argument for a weight that is negative or not finite.
   */
  constructor(inputShape: ImageShape, weights: Float32Array) {
    super(inputShape, inputShape);
    const [c, h, w] = inputShape;
    if (weights.length !== h * w && weights.length !== c * h * w) {
      throw new LangevinError(
        'invalid-shape',
        `There are ${weights.length} weights, but a picture of ${w}×${h} with ${c} channels needs ${h * w} or ${c * h * w}.`,
      );
    }
    let norm = 0;
    weights.forEach((weight, i) => {
      if (!(weight >= 0 && weight < Infinity)) throw invalidArgument(`weights[${i}]`, 'a number ≥ 0', weight);
      norm = Math.max(norm, weight);
    });
    this.norm = norm;
    this.#weights = Float32Array.from({ length: imageSize(inputShape) }, (_, i) => weights[i % weights.length]);
    this.spectrum = {
      singularValues: this.#weights,
      toSpectrum: (x) => this.#copy(x),
      fromSpectrum: (coefficients) => this.#copy(coefficients),
      measurementToSpectrum: (y) => times(y, (w) => (w === 0 ? 0 : 1), this.#weights),
    };
  }

  protected override forward(x: Tensor): Tensor {
    return times(x, (w) => w, this.#weights);
  }

  protected override transpose(y: Tensor): Tensor {
    return times(y, (w) => w, this.#weights);
  }

  protected override invert(y: Tensor): Tensor {
    return times(y, (w) => (w === 0 ? 0 : 1 / w), this.#weights);
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return times(r, (w) => (w === 0 && sigmaY2 === 0 ? 0 : 1 / (sigmaY2 + k * w * w)), this.#weights);
  }

  #copy(x: Tensor): Tensor {
    expectShape(x, this.inputShape, 'The spectrum of weighted');
    return { shape: x.shape, data: x.data.slice() };
  }
}

/** Every sample of `x` times a function of the weights. A zero factor gives 0 even for NaN or ±∞ in x. */
function times(x: Tensor, factor: (weight: number) => number, weights: Float32Array): Tensor {
  const size = sampleSize(x.shape);
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < size; i++) {
    const gain = factor(weights[i]);
    if (gain !== 0) for (let at = i; at < out.length; at += size) out[at] = data[at] * gain;
  }
  return { shape: x.shape, data: out };
}

export const weightedDefinition = defineOperator({
  name: 'weighted',
  summary: 'Every pixel times a weight: pixels that are known with different noise; weight 0 is unknown.',
  options: z.strictObject({ weights: z.instanceof(Float32Array) }),
  create: (inputShape, { weights }) => new WeightedOperator(inputShape, weights),
});
