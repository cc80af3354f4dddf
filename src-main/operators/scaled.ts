import { z } from 'zod';
import { invalidArgument } from '../errors.ts';
import { scale, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator } from './checked-operator.ts';
import { defineOperator, operatorSpec } from './definition.ts';
import type { LinearOperator, Spectrum } from './operator.ts';

/**
 * s·A: a measurement in other units, or weighted in a stack. To stack measurements of different noise, scale each
 * operator and its measurement by σ/σ_i; all then have the noise σ.
 */
export class ScaledOperator extends CheckedOperator {
  readonly name = 'scaled';
  readonly inner: LinearOperator;
  readonly factor: number;
  readonly rowGram?: number;
  readonly spectrum?: Spectrum;

  /** @throws invalid-argument when the factor is 0 or not finite. */
  constructor(inner: LinearOperator, factor: number) {
    super(inner.inputShape, inner.outputShape);
    if (factor === 0 || !Number.isFinite(factor))
      throw invalidArgument('factor', 'a finite number other than 0', factor);
    this.inner = inner;
    this.factor = factor;
    if (inner.rowGram !== undefined) this.rowGram = inner.rowGram * factor ** 2;
    const spectrum = inner.spectrum;
    if (spectrum !== undefined) {
      this.spectrum = {
        singularValues: spectrum.singularValues.map((s) => s * Math.abs(factor)),
        toSpectrum: (x) => spectrum.toSpectrum(x),
        fromSpectrum: (coefficients) => spectrum.fromSpectrum(coefficients),
        // The sign of the factor goes into U, because singular values are ≥ 0.
        measurementToSpectrum: (y) => scale(Math.sign(factor), spectrum.measurementToSpectrum(y)),
      };
    }
  }

  get norm(): number {
    return Math.abs(this.factor) * this.inner.norm;
  }

  protected override forward(x: Tensor): Tensor {
    return scale(this.factor, this.inner.apply(x));
  }

  protected override transpose(y: Tensor): Tensor {
    return scale(this.factor, this.inner.adjoint(y));
  }

  protected override invert(y: Tensor): Tensor {
    return scale(1 / this.factor, this.inner.pseudoInverse(y));
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return this.inner.solve(r, sigmaY2, k * this.factor ** 2);
  }
}

export const scaledDefinition = defineOperator({
  name: 'scaled',
  summary: 'Another operator times a number.',
  options: z.strictObject({ operator: operatorSpec, factor: z.number() }),
  create: (inputShape, { operator, factor }, build) => new ScaledOperator(build(operator, inputShape), factor),
});
