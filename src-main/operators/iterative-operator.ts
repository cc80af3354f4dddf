import { RandomGenerator } from '../tensor/random.ts';
import { dotPerSample, linear, normPerSample, scale, zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { CheckedOperator } from './checked-operator.ts';
import { conjugateGradient, leastSquares, type IterationLimits } from './conjugate-gradient.ts';
import type { LinearOperator } from './operator.ts';

/**
 * A linear operator without a closed inverse: A⁺ by CGLS, `solve` by conjugate gradients, ‖A‖ by Lanczos iteration. The
 * results are approximate to the solver's tolerance, or as far as its iterations reach.
 */
export abstract class IterativeOperator extends CheckedOperator {
  readonly limits: IterationLimits;
  /** Whether A Aᵀ is invertible; A⁺ then is Aᵀ(A Aᵀ)⁻¹, which can be preconditioned. */
  protected readonly fullRowRank: boolean = false;
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
    if (this.fullRowRank) return this.transpose(this.resolve(y, 0, 1));
    return leastSquares(
      (x) => this.forward(x),
      (v) => this.transpose(v),
      y,
      this.limits,
    );
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    if (sigmaY2 === 0 && !this.fullRowRank) {
      // (A Aᵀ)⁺ = (A⁺)ᵀ A⁺: two least-squares problems stay sound where A Aᵀ is singular and r outside its range.
      const image = leastSquares(
        (v) => this.transpose(v),
        (x) => this.forward(x),
        this.invert(r),
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

/** Lanczos steps for a norm: far more than the 1 % that it is raised by asks for. */
const LANCZOS_STEPS = 24;

/**
 * ‖A‖₂ by Lanczos iteration on AᵀA (Golub & Van Loan §10.1) from a fixed start, raised by 1 % because the iteration
 * approaches from below. The same on every host.
 */
export function estimateNorm(operator: Pick<LinearOperator, 'apply' | 'adjoint' | 'inputShape'>): number {
  const random = new RandomGenerator(0);
  const start = zeros([1, ...operator.inputShape]);
  // The constant image dominates for operators with positive weights; noise reaches every other singular vector.
  for (let i = 0; i < start.data.length; i++) start.data[i] = 1 + random.normal();
  let direction = scale(1 / normPerSample(start)[0], start);
  let previous = zeros(direction.shape);
  let beta = 0;
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  while (diagonal.length < LANCZOS_STEPS) {
    const image = linear(1, operator.adjoint(operator.apply(direction)), -beta, previous);
    const alpha = dotPerSample(direction, image)[0];
    diagonal.push(alpha);
    const rest = linear(1, image, -alpha, direction);
    beta = normPerSample(rest)[0];
    // The start lies in an invariant subspace: there is nothing more to find.
    if (beta <= 1e-6 * Math.abs(alpha)) break;
    offDiagonal.push(beta);
    previous = direction;
    direction = scale(1 / beta, rest);
  }
  return 1.01 * Math.sqrt(largestEigenvalue(diagonal, offDiagonal));
}

/** The largest eigenvalue of a symmetric tridiagonal matrix that is positive semi-definite, by bisection. */
function largestEigenvalue(diagonal: readonly number[], offDiagonal: readonly number[]): number {
  let low = 0;
  let high = Math.max(...diagonal.map((d, i) => d + (offDiagonal[i - 1] ?? 0) + (offDiagonal[i] ?? 0)));
  while (high - low > 1e-7 * high) {
    const middle = (low + high) / 2;
    // Sylvester: a pivot of T − middle·I that is ≥ 0 means an eigenvalue at or above.
    let pivot = diagonal[0] - middle;
    let above = pivot >= 0;
    for (let i = 1; i < diagonal.length && !above; i++) {
      pivot = diagonal[i] - middle - offDiagonal[i - 1] ** 2 / pivot;
      above = pivot >= 0;
    }
    if (above) low = middle;
    else high = middle;
  }
  return high;
}
