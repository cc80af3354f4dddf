import { z } from 'zod';
import { clone, scale, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { defineOperator } from './definition.ts';
import type { Spectrum } from './operator.ts';

/** Denoising: A = I, so that y = x + n. */
export class IdentityOperator extends CheckedOperator {
  readonly name = 'identity';
  readonly norm = 1;
  readonly rowGram = 1;
  readonly spectrum: Spectrum;

  constructor(inputShape: ImageShape) {
    super(inputShape, inputShape);
    const copy = (x: Tensor): Tensor => {
      expectShape(x, inputShape, 'The spectrum of identity');
      return clone(x);
    };
    this.spectrum = {
      singularValues: new Float32Array(imageSize(inputShape)).fill(1),
      toSpectrum: copy,
      fromSpectrum: copy,
      measurementToSpectrum: copy,
    };
  }

  protected override forward(x: Tensor): Tensor {
    return clone(x);
  }

  protected override transpose(y: Tensor): Tensor {
    return clone(y);
  }

  protected override invert(y: Tensor): Tensor {
    return clone(y);
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return scale(1 / (sigmaY2 + k), r);
  }
}

export const identityDefinition = defineOperator({
  name: 'identity',
  summary: 'Leaves the picture as it is; with noise, the denoising task.',
  options: z.strictObject({}),
  create: (inputShape) => new IdentityOperator(inputShape),
});
