import { z } from 'zod';
import { LangevinError, invalidArgument } from '../errors.ts';
import { assertSameShape, sampleSize, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { defineOperator } from './definition.ts';
import type { Spectrum } from './operator.ts';

/**
 * Inpainting: A = diag(1 − m), where m is 1 at painted (unknown) and 0 at kept pixels. The measurement is shaped like
 * the image, with zeros at unknown pixels, so A = Aᵀ = A⁺ = A². Values of y at unknown pixels are ignored by
 * `adjoint`, `pseudoInverse` and the spectrum.
 */
export class MaskOperator extends CheckedOperator {
  readonly name = 'mask';
  readonly norm: number;
  readonly spectrum: Spectrum;
  /** 1 − m for every value of one image, channel by channel. */
  readonly kept: Float32Array;

  /**
   * @param mask  0 (kept) or 1 (unknown) for each of the h·w pixels, or for each of the c·h·w values.
   * @throws mask-size when the length is neither; invalid-argument for any other value.
   */
  constructor(inputShape: ImageShape, mask: Uint8Array | Float32Array) {
    super(inputShape, inputShape);
    const [c, h, w] = inputShape;
    if (mask.length !== h * w && mask.length !== c * h * w) {
      throw new LangevinError(
        'mask-size',
        `The mask has ${mask.length} values, but a picture of ${w}×${h} with ${c} channels needs ${h * w} or ${c * h * w}.`,
      );
    }
    const kept = new Float32Array(imageSize(inputShape));
    for (let i = 0; i < kept.length; i++) {
      const m = mask[i % mask.length];
      if (m !== 0 && m !== 1) throw invalidArgument(`mask[${i % mask.length}]`, '0 (kept) or 1 (unknown)', m);
      kept[i] = 1 - m;
    }
    this.kept = kept;
    this.norm = kept.includes(1) ? 1 : 0;
    this.spectrum = {
      singularValues: kept,
      toSpectrum: (x) => this.#copy(x),
      fromSpectrum: (coefficients) => this.#copy(coefficients),
      measurementToSpectrum: (y) => this.adjoint(y),
    };
  }

  /** @throws invalid-shape when y or x is not [n, ...inputShape]. */
  residual(y: Tensor, x: Tensor): Tensor {
    const { known, value, out, size } = this.#passOver(y, x);
    const { kept } = this;
    for (let start = 0; start < out.length; start += size) {
      for (let i = 0, at = start; i < size; i++, at++) out[at] = kept[i] === 0 ? known[at] : known[at] - value[at];
    }
    return { shape: x.shape, data: out };
  }

  /** @throws invalid-shape when y or x is not [n, ...inputShape]. */
  consistent(y: Tensor, x: Tensor): Tensor {
    const { known, value, out, size } = this.#passOver(y, x);
    const { kept } = this;
    for (let start = 0; start < out.length; start += size) {
      for (let i = 0, at = start; i < size; i++, at++) {
        out[at] = value[at] + (kept[i] === 0 ? 0 : Math.fround(known[at] - value[at]));
      }
    }
    return { shape: x.shape, data: out };
  }

  protected override forward(x: Tensor): Tensor {
    return weighted(x, this.kept);
  }

  protected override transpose(y: Tensor): Tensor {
    return weighted(y, this.kept);
  }

  protected override invert(y: Tensor): Tensor {
    return weighted(y, this.kept);
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    const inverse = this.kept.map((a) => (a === 0 && sigmaY2 === 0 ? 0 : 1 / (sigmaY2 + k * a)));
    return weighted(r, inverse);
  }

  #passOver(y: Tensor, x: Tensor) {
    expectShape(x, this.inputShape, 'The input of mask');
    assertSameShape(y, x, 'The measurement and the picture of mask');
    return { known: y.data, value: x.data, out: new Float32Array(x.data.length), size: sampleSize(x.shape) };
  }

  #copy(x: Tensor): Tensor {
    expectShape(x, this.inputShape, 'The spectrum of mask');
    return { shape: x.shape, data: x.data.slice() };
  }
}

/** Every sample of `x` times `weights`, elementwise. A zero weight gives 0 even for NaN or ±∞ in x. */
function weighted(x: Tensor, weights: Float32Array): Tensor {
  const size = sampleSize(x.shape);
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let start = 0; start < out.length; start += size) {
    for (let i = 0; i < size; i++) {
      const weight = weights[i];
      if (weight !== 0) out[start + i] = data[start + i] * weight;
    }
  }
  return { shape: x.shape, data: out };
}

export const maskDefinition = defineOperator({
  name: 'mask',
  summary: 'Keeps the pixels whose mask is 0; the painted ones (1) are unknown.',
  options: z.strictObject({ mask: z.union([z.instanceof(Uint8Array), z.instanceof(Float32Array)]) }),
  create: (inputShape, { mask }) => new MaskOperator(inputShape, mask),
});
