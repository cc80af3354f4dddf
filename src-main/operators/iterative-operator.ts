import { RandomGenerator } from '../tensor/random.ts';
import { scale, zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator } from './checked-operator.ts';
import { conjugateGradient, leastSquares, type IterationLimits } from './conjugate-gradient.ts';
import type { LinearOperator } from './operator.ts';

/**
 * A linear operator without a closed inverse: A⁺ by CGLS, `solve` by conjugate gradients, ‖A‖ by power iteration. The
 * results are approximate to the solver's tolerance, or as far as its iterations reach.
 */
export abstract class IterativeOperator extends CheckedOperator {
  readonly limits: IterationLimits;
  #norm: number | undefined;

  constructor(inputShape: ImageShape, outputShape: ImageShape, limits: IterationLimits) {
    super(inputShape, outputShape);
    this.limits = limits;
  }

  /** A bound on ‖A‖ that is known without iterating; the norm never exceeds it. */
  protected abstract readonly normBound: number;

  /** A cheap approximation of (σ_y² I + k A Aᵀ)⁻¹ r, symmetric and positive definite, that speeds `solve` up. */
  protected precondition(r: Tensor, _sigmaY2: number, _k: number): Tensor {
    return r;
  }

  get norm(): number {
    this.#norm ??= Math.min(this.normBound, estimateNorm(this));
    return this.#norm;
  }

  protected override invert(y: Tensor): Tensor {
    return leastSquares(
      (x) => this.forward(x),
      (v) => this.transpose(v),
      y,
      this.limits,
    );
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    if (sigmaY2 === 0) {
      // (A Aᵀ)⁺ = (A⁺)ᵀ A⁺: two least-squares problems stay sound where A Aᵀ is singular and r outside its range.
      const inverse = this.invert(r);
      const image = leastSquares(
        (v) => this.transpose(v),
        (x) => this.forward(x),
        inverse,
        this.limits,
      );
      return scale(1 / k, image);
    }
    return conjugateGradient(
      (u) => {
        const image = this.forward(this.transpose(u)).data;
        for (let i = 0; i < image.length; i++) image[i] = sigmaY2 * u.data[i] + k * image[i];
        return { shape: u.shape, data: image };
      },
      r,
      this.limits,
      (residual) => this.precondition(residual, sigmaY2, k),
    );
  }
}

/**
 * ‖A‖₂ by power iteration on AᵀA from a fixed start, raised by 1 % because the iteration approaches from below.
 * The same on every host.
 */
export function estimateNorm(operator: Pick<LinearOperator, 'apply' | 'adjoint' | 'inputShape'>): number {
  let x = zeros([1, ...operator.inputShape]);
  const random = new RandomGenerator(0);
  // The constant image dominates for operators with positive weights; noise reaches every other singular vector.
  for (let i = 0; i < x.data.length; i++) x.data[i] = 1 + random.normal();
  let estimate = 0;
  for (let i = 0; i < 100; i++) {
    const length = Math.sqrt(x.data.reduce((sum, v) => sum + v * v, 0));
    if (length === 0) return 0;
    const next = operator.adjoint(operator.apply(scale(1 / length, x)));
    const eigenvalue = Math.sqrt(next.data.reduce((sum, v) => sum + v * v, 0));
    if (Math.abs(eigenvalue - estimate) <= 1e-5 * eigenvalue) return 1.01 * Math.sqrt(eigenvalue);
    estimate = eigenvalue;
    x = next;
  }
  return 1.01 * Math.sqrt(estimate);
}
