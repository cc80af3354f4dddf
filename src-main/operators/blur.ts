import { z } from 'zod';
import type { ImageShape } from '../tensor/tensor.ts';
import { customKernel, diskKernel, gaussianKernel, isEven, motionKernel, type BlurKernel } from './blur-kernel.ts';
import { CircularBlur } from './circular-blur.ts';
import { iterationLimits } from './conjugate-gradient.ts';
import { defineOperator } from './definition.ts';
import { EvenReflectiveBlur } from './even-reflective-blur.ts';
import type { LinearOperator } from './operator.ts';
import { ReflectiveBlur } from './reflective-blur.ts';

/** How the image goes on beyond its border: reflected, as photographs are taken to be, or periodically. */
export type BlurBoundary = 'reflect' | 'circular';

/**
 * Deblurring: every channel convolved with one kernel. Closed by FFT for the circular boundary, closed by DCT for
 * reflection with an even kernel (every Gaussian), by preconditioned conjugate gradients otherwise.
 * @param limits  of the iterations, where there are any; default 1e-4, 60.
 */
export function createBlur(
  inputShape: ImageShape,
  kernel: BlurKernel,
  boundary: BlurBoundary = 'reflect',
  limits = iterationLimits.parse(undefined),
): LinearOperator {
  if (boundary === 'circular') return new CircularBlur(inputShape, kernel);
  return isEven(kernel) ? new EvenReflectiveBlur(inputShape, kernel) : new ReflectiveBlur(inputShape, kernel, limits);
}

const kernelOptions = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gaussian'), sigma: z.number().positive() }),
  z.strictObject({ kind: z.literal('motion'), length: z.number().positive(), angle: z.number() }),
  z.strictObject({ kind: z.literal('disk'), radius: z.number().positive() }),
  z.strictObject({
    kind: z.literal('custom'),
    height: z.int().positive(),
    width: z.int().positive(),
    values: z.union([z.array(z.number()), z.instanceof(Float32Array)]),
    normalize: z.boolean().default(true),
  }),
]);

function kernelOf(options: z.output<typeof kernelOptions>): BlurKernel {
  switch (options.kind) {
    case 'gaussian':
      return gaussianKernel(options.sigma);
    case 'motion':
      return motionKernel(options.length, options.angle);
    case 'disk':
      return diskKernel(options.radius);
    case 'custom':
      return customKernel(options.height, options.width, options.values, options.normalize);
  }
}

export const blurDefinition = defineOperator({
  name: 'blur',
  summary: 'Convolution with a Gaussian, a motion, a disk or any other kernel, with reflected or periodic borders.',
  options: z.strictObject({
    kernel: kernelOptions,
    boundary: z.enum(['reflect', 'circular']).default('reflect'),
    solver: iterationLimits,
  }),
  create: (inputShape, { kernel, boundary, solver }) => createBlur(inputShape, kernelOf(kernel), boundary, solver),
});
