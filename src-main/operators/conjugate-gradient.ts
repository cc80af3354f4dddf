import { z } from 'zod';
import { concatSamples, sample, type Tensor } from '../tensor/tensor.ts';

/** When the iterations stop. */
export interface IterationLimits {
  /** Relative residual at which a sample counts as solved. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** Schema of the `solver` option of operators that are inverted by iteration. */
export const iterationLimits = z
  .strictObject({
    tolerance: z.number().positive().lt(1).default(1e-4),
    maxIterations: z.int().positive().default(60),
  })
  .prefault({});

/**
 * Solves M u = b for a symmetric positive definite M by conjugate gradients (Hestenes & Stiefel 1952), starting from
 * 0. Every sample is solved on its own, so that the batch never changes a result. Stops at ‖b − M u‖ ≤ tolerance·‖b‖
 * or after `maxIterations` applications of M.
 * @param precondition  a symmetric positive definite approximation of M⁻¹.
 */
export function conjugateGradient(
  multiply: (u: Tensor) => Tensor,
  b: Tensor,
  limits: IterationLimits,
  precondition: (r: Tensor) => Tensor = (r) => r,
): Tensor {
  return perSample(b, (right) => {
    const solution = new Float64Array(right.data.length);
    const residual: Tensor = { shape: right.shape, data: right.data.slice() };
    const target = squaredNorm(right.data) * limits.tolerance ** 2;
    let gradient = precondition(residual).data;
    const direction: Tensor = { shape: right.shape, data: gradient.slice() };
    let energy = dot(residual.data, gradient);
    for (let i = 0; i < limits.maxIterations && squaredNorm(residual.data) > target; i++) {
      const image = multiply(direction).data;
      const curvature = dot(direction.data, image);
      if (!(curvature > 0)) break;
      const step = energy / curvature;
      advance(solution, step, direction.data);
      advance(residual.data, -step, image);
      gradient = precondition(residual).data;
      const next = dot(residual.data, gradient);
      redirect(direction.data, gradient, next / energy);
      energy = next;
    }
    return { shape: right.shape, data: Float32Array.from(solution) };
  });
}

/**
 * The minimum-norm least-squares solution of A u = b by conjugate gradients on the normal equations (CGLS, Björck
 * 1996 §7.4), starting from 0, sample by sample. Stops at ‖Aᵀ(b − A u)‖ ≤ tolerance·‖Aᵀb‖ or after `maxIterations`;
 * stopped early it is a regularised solution, the large singular values first.
 */
export function leastSquares(
  multiply: (u: Tensor) => Tensor,
  transpose: (v: Tensor) => Tensor,
  b: Tensor,
  limits: IterationLimits,
): Tensor {
  return perSample(b, (right) => {
    const residual: Tensor = { shape: right.shape, data: right.data.slice() };
    const first = transpose(residual);
    const direction: Tensor = { shape: first.shape, data: first.data.slice() };
    const solution = new Float64Array(first.data.length);
    let energy = squaredNorm(first.data);
    const target = energy * limits.tolerance ** 2;
    for (let i = 0; i < limits.maxIterations && energy > target; i++) {
      const image = multiply(direction).data;
      const curvature = squaredNorm(image);
      if (!(curvature > 0)) break;
      const step = energy / curvature;
      advance(solution, step, direction.data);
      advance(residual.data, -step, image);
      const gradient = transpose(residual).data;
      const next = squaredNorm(gradient);
      redirect(direction.data, gradient, next / energy);
      energy = next;
    }
    return { shape: first.shape, data: Float32Array.from(solution) };
  });
}

function perSample(b: Tensor, solveOne: (right: Tensor) => Tensor): Tensor {
  return concatSamples(Array.from({ length: b.shape[0] }, (_, i) => solveOne(sample(b, i))));
}

type Values = Float32Array | Float64Array;

function dot(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function squaredNorm(a: Values): number {
  return dot(a, a);
}

/** a += step·b. */
function advance(a: Values, step: number, b: Values): void {
  for (let i = 0; i < a.length; i++) a[i] += step * b[i];
}

/** direction = gradient + beta·direction. */
function redirect(direction: Float32Array, gradient: Values, beta: number): void {
  for (let i = 0; i < direction.length; i++) direction[i] = gradient[i] + beta * direction[i];
}
