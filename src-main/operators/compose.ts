import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { scale, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator, imageSize } from './checked-operator.ts';
import { iterationLimits, type IterationLimits } from './conjugate-gradient.ts';
import { defineOperator, operatorSpec } from './definition.ts';
import { IterativeOperator } from './iterative-operator.ts';
import type { LinearOperator, Spectrum } from './operator.ts';

/** B∘A for any two operators, inverted by iteration. */
class Composition extends IterativeOperator {
  readonly name = 'compose';
  readonly outer: LinearOperator;
  readonly inner: LinearOperator;

  constructor(outer: LinearOperator, inner: LinearOperator, limits: IterationLimits) {
    super(inner.inputShape, outer.outputShape, limits);
    this.outer = outer;
    this.inner = inner;
  }

  protected get normBound(): number {
    return this.outer.norm * this.inner.norm;
  }

  protected override forward(x: Tensor): Tensor {
    return this.outer.apply(this.inner.apply(x));
  }

  protected override transpose(y: Tensor): Tensor {
    return this.inner.adjoint(this.outer.adjoint(y));
  }
}

/**
 * B∘A where A Aᵀ = c I, hence (BA)(BA)ᵀ = c BBᵀ and (BA)⁺ = Aᵀ B⁺/c: as closed as B is. Masked luma, masked or
 * blurred averages and the like are of this kind.
 */
class TightComposition extends CheckedOperator {
  readonly name = 'compose';
  readonly norm: number;
  readonly rowGram?: number;
  readonly spectrum?: Spectrum;
  readonly outer: LinearOperator;
  readonly inner: LinearOperator;
  readonly #gram: number;

  constructor(outer: LinearOperator, inner: LinearOperator, gram: number) {
    super(inner.inputShape, outer.outputShape);
    this.outer = outer;
    this.inner = inner;
    this.#gram = gram;
    this.norm = Math.sqrt(gram) * outer.norm;
    if (outer.rowGram !== undefined) this.rowGram = gram * outer.rowGram;
    if (outer.spectrum !== undefined && inner.spectrum !== undefined) {
      this.spectrum = tightSpectrum(outer.spectrum, inner, inner.spectrum, gram);
    }
  }

  protected override forward(x: Tensor): Tensor {
    return this.outer.apply(this.inner.apply(x));
  }

  protected override transpose(y: Tensor): Tensor {
    return this.inner.adjoint(this.outer.adjoint(y));
  }

  protected override invert(y: Tensor): Tensor {
    return scale(1 / this.#gram, this.inner.adjoint(this.outer.pseudoInverse(y)));
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return this.outer.solve(r, sigmaY2, k * this.#gram);
  }
}

/**
 * The decomposition of B∘A from those of B and A. A/√c maps the orthogonal complement of A's null space onto B's
 * input without stretching, so B's coefficients take the places of A's measured ones, and A's null space stays.
 */
function tightSpectrum(outer: Spectrum, inner: LinearOperator, innerSpectrum: Spectrum, gram: number): Spectrum {
  const size = imageSize(inner.inputShape);
  const measuredSize = imageSize(inner.outputShape);
  const places = Int32Array.from({ length: size }, (_, i) => i).filter((i) => innerSpectrum.singularValues[i] > 0);
  const root = Math.sqrt(gram);
  const singularValues = new Float32Array(size);
  places.forEach((at, i) => {
    singularValues[at] = root * outer.singularValues[i];
  });
  /** Visits the place of every coefficient of B in those of B∘A, sample by sample. */
  const eachMeasured = (samples: number, visit: (composed: number, own: number) => void): void => {
    for (let s = 0; s < samples; s++) places.forEach((at, i) => visit(s * size + at, s * measuredSize + i));
  };
  const composedShape = (samples: number): Shape => [samples, ...inner.inputShape];
  return {
    singularValues,
    toSpectrum(x) {
      const out = innerSpectrum.toSpectrum(x);
      const measured = outer.toSpectrum(scale(1 / root, inner.apply(x)));
      eachMeasured(x.shape[0], (composed, own) => {
        out.data[composed] = measured.data[own];
      });
      return out;
    },
    fromSpectrum(coefficients) {
      const samples = coefficients.shape[0];
      const unmeasured: Tensor = { shape: coefficients.shape, data: coefficients.data.slice() };
      const measured = zeros([samples, ...inner.outputShape]);
      eachMeasured(samples, (composed, own) => {
        measured.data[own] = coefficients.data[composed];
        unmeasured.data[composed] = 0;
      });
      const out = innerSpectrum.fromSpectrum(unmeasured);
      const image = inner.adjoint(outer.fromSpectrum(measured));
      for (let i = 0; i < out.data.length; i++) out.data[i] += image.data[i] / root;
      return out;
    },
    measurementToSpectrum(y) {
      const out = zeros(composedShape(y.shape[0]));
      const measured = outer.measurementToSpectrum(y);
      eachMeasured(y.shape[0], (composed, own) => {
        out.data[composed] = measured.data[own];
      });
      return out;
    },
  };
}

/**
 * y = B(A x). Closed where A Aᵀ = c I; otherwise inverted by conjugate gradients.
 * @param limits  of the iterations, where there are any; default 1e-4, 60.
 * @throws invalid-shape when the output of `inner` is not the input of `outer`.
 */
export function compose(
  outer: LinearOperator,
  inner: LinearOperator,
  limits = iterationLimits.parse(undefined),
): LinearOperator {
  if (outer.inputShape.some((d, i) => d !== inner.outputShape[i])) {
    throw new LangevinError(
      'invalid-shape',
      `${outer.name} takes [${outer.inputShape.join(', ')}] but ${inner.name} gives [${inner.outputShape.join(', ')}].`,
    );
  }
  if (inner.rowGram !== undefined) return new TightComposition(outer, inner, inner.rowGram);
  return new Composition(outer, inner, limits);
}

export const composeDefinition = defineOperator({
  name: 'compose',
  summary: 'Several operators one after the other, the first of the list first.',
  options: z.strictObject({ operators: z.array(operatorSpec).min(1), solver: iterationLimits }),
  create(inputShape, { operators, solver }, build) {
    const [first, ...rest] = operators;
    return rest.reduce(
      (inner, spec) => compose(build(spec, inner.outputShape), inner, solver),
      build(first, inputShape),
    );
  },
});
