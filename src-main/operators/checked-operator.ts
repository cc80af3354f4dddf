import { LangevinError, invalidArgument } from '../errors.ts';
import type { ImageShape, Tensor } from '../tensor/tensor.ts';
import type { LinearOperator } from './operator.ts';

/**
 * A linear operator that checks every argument before the subclass sees it, so that each operator file holds only
 * its mathematics: `forward` is A, `transpose` Aᵀ, `invert` A⁺ and `resolve` the action of `solve`.
 */
export abstract class CheckedOperator implements LinearOperator {
  abstract readonly name: string;
  abstract readonly norm: number;
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;

  constructor(inputShape: ImageShape, outputShape: ImageShape) {
    assertImageShape(inputShape);
    this.inputShape = inputShape;
    this.outputShape = outputShape;
  }

  protected abstract forward(x: Tensor): Tensor;
  protected abstract transpose(y: Tensor): Tensor;
  protected abstract invert(y: Tensor): Tensor;
  protected abstract resolve(r: Tensor, sigmaY2: number, k: number): Tensor;

  /** @throws invalid-shape when x is not [n, ...inputShape]. */
  apply(x: Tensor): Tensor {
    expectShape(x, this.inputShape, `The input of ${this.name}`);
    return this.forward(x);
  }

  /** @throws invalid-shape when y is not [n, ...outputShape]. */
  adjoint(y: Tensor): Tensor {
    expectShape(y, this.outputShape, `The measurement of ${this.name}`);
    return this.transpose(y);
  }

  /** @throws invalid-shape when y is not [n, ...outputShape]. */
  pseudoInverse(y: Tensor): Tensor {
    expectShape(y, this.outputShape, `The measurement of ${this.name}`);
    return this.invert(y);
  }

  /**
   * @throws invalid-shape when r is not [n, ...outputShape].
   * @throws invalid-argument unless σ_y² ≥ 0 and k > 0, both finite.
   */
  solve(r: Tensor, sigmaY2: number, k: number): Tensor {
    expectShape(r, this.outputShape, `The right-hand side of ${this.name}`);
    if (!(sigmaY2 >= 0 && sigmaY2 < Infinity)) throw invalidArgument('sigmaY2', 'a number ≥ 0', sigmaY2);
    if (!(k > 0 && k < Infinity)) throw invalidArgument('k', 'a number > 0', k);
    return this.resolve(r, sigmaY2, k);
  }
}

/** @throws invalid-shape unless `x` is [n, ...shape]. */
export function expectShape(x: Tensor, shape: ImageShape, what: string): void {
  if (x.shape[1] !== shape[0] || x.shape[2] !== shape[1] || x.shape[3] !== shape[2]) {
    throw new LangevinError(
      'invalid-shape',
      `${what} must have the shape [n, ${shape.join(', ')}], not [${x.shape.join(', ')}].`,
    );
  }
}

/** Number of values in one image. */
export function imageSize(shape: ImageShape): number {
  return shape[0] * shape[1] * shape[2];
}

function assertImageShape(shape: ImageShape): void {
  if (shape.length !== 3 || shape.some((d) => !Number.isSafeInteger(d) || d < 1)) {
    throw new LangevinError(
      'invalid-shape',
      `An operator's input is [channels, height, width] of integers ≥ 1, not [${shape.join(', ')}].`,
    );
  }
}
