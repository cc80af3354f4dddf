import type { ImageShape, Tensor } from '../tensor/tensor.ts';

/**
 * Singular value decomposition A = U Σ Vᵀ in coordinates where Σ is diagonal, for operators that have it in closed
 * form. `toSpectrum` is Vᵀ (orthonormal, image → coefficients), `fromSpectrum` is V; `measurementToSpectrum` is
 * Uᵀ padded with zeros to the coefficients' shape.
 */
export interface Spectrum {
  /** Singular value of every coefficient of one sample, 0 in the null space; length c·h·w. */
  readonly singularValues: Float32Array;
  toSpectrum(x: Tensor): Tensor;
  fromSpectrum(coefficients: Tensor): Tensor;
  measurementToSpectrum(y: Tensor): Tensor;
}

/**
 * The known damage, y = A x + n, as a linear map between image-shaped spaces. Works sample by sample; every method
 * returns a new tensor and leaves its argument alone.
 */
export interface LinearOperator {
  readonly name: string;
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;
  /** Largest singular value ‖A‖₂ (an upper bound where no closed form exists). */
  readonly norm: number;
  /** A x: [n, ...inputShape] → [n, ...outputShape]. */
  apply(x: Tensor): Tensor;
  /** Aᵀ y: [n, ...outputShape] → [n, ...inputShape], the exact transpose of `apply` to rounding. */
  adjoint(y: Tensor): Tensor;
  /** A⁺ y, the minimum-norm least-squares solution. */
  pseudoInverse(y: Tensor): Tensor;
  /** (σ_y² I + k A Aᵀ)⁻¹ r in measurement space, k > 0, σ_y² ≥ 0; with σ_y² = 0 the pseudo-inverse of k A Aᵀ. */
  solve(r: Tensor, sigmaY2: number, k: number): Tensor;
  /** y − A x in one pass, where the operator has it; the same bytes as by `apply`. */
  residual?(y: Tensor, x: Tensor): Tensor;
  /** x + A⁺(y − A x) in one pass, where the operator has it; the same bytes as by `pseudoInverse`. */
  consistent?(y: Tensor, x: Tensor): Tensor;
  /** c where A Aᵀ = c I holds exactly: whatever is composed on top of such an operator stays in closed form. */
  readonly rowGram?: number;
  /** Present where the decomposition is closed. */
  readonly spectrum?: Spectrum;
}
