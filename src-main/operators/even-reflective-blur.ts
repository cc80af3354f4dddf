import type { ImageShape } from '../tensor/tensor.ts';
import type { BlurKernel } from './blur-kernel.ts';
import { CosineFilter, cosineResponse } from './cosine-filter.ts';

/** Convolution of every channel with a kernel that is even along both axes, the image reflected at its border. */
export class EvenReflectiveBlur extends CosineFilter {
  readonly name = 'blur';

  constructor(inputShape: ImageShape, kernel: BlurKernel) {
    super(inputShape, cosineResponse(kernel, inputShape[1], inputShape[2]));
  }
}
