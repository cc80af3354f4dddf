import { z } from 'zod';
import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import type { BatchRandom } from '../tensor/random.ts';
import { gaussianKernel } from './blur-kernel.ts';
import { CosineFilter, cosineResponse } from './cosine-filter.ts';
import { defineOperator } from './definition.ts';
import { EvenReflectiveBlur } from './even-reflective-blur.ts';

/** Share of the variance of grain that is taken for white, so that no frequency is believed to be without noise. */
const WHITE_SHARE = 0.03;

/**
 * The whitening of film grain: with W = (K Kᵀ + ε I)^(−½), K the blur by which white noise becomes grain of variance 1, grain
 * of standard deviation σ becomes white noise of about σ, so that y = A x + grain is measured as W y = W A x + noise.
 */
export class GrainWhitening extends CosineFilter {
  readonly name = 'grain-whitening';

  /** @param size  standard deviation in pixels of the Gaussian by which neighbours are alike, > 0. */
  constructor(inputShape: ImageShape, size: number) {
    const [, h, w] = inputShape;
    const kernel = gaussianKernel(size);
    const energy = kernel.data.reduce((sum, v) => sum + v * v, 0);
    super(
      inputShape,
      cosineResponse(kernel, h, w).map((k) => 1 / Math.sqrt((1 - WHITE_SHARE) * ((k * k) / energy) + WHITE_SHARE)),
    );
  }
}

/** Grain of variance 1: white noise through a Gaussian of `size` pixels, [n, ...shape]. */
export function drawGrain(shape: ImageShape, size: number, random: BatchRandom): Tensor {
  const kernel = gaussianKernel(size);
  const gain = 1 / Math.sqrt(kernel.data.reduce((sum, v) => sum + v * v, 0));
  const white = random.normal([random.generators.length, ...shape]);
  const smooth = new EvenReflectiveBlur(shape, kernel).apply(white);
  const out = zeros(smooth.shape);
  for (let i = 0; i < out.data.length; i++) out.data[i] = gain * smooth.data[i];
  return out;
}

export const grainWhiteningDefinition = defineOperator({
  name: 'grain-whitening',
  summary: 'Makes white noise of film grain whose neighbours are alike.',
  options: z.strictObject({ size: z.number().positive().max(20) }),
  create: (inputShape, { size }) => new GrainWhitening(inputShape, size),
});
