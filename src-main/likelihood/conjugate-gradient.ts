import { clone, dotPerSample, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';
import { addPerSample, scaleAddPerSample } from './per-sample.ts';

/** What one multiplication by M = σ_y² I + A C Aᵀ yields. */
export interface Multiplied {
  /** M p, the shape of p. */
  readonly product: Tensor;
  /** C Aᵀ p: how the picture moves when p is added to the solution. */
  readonly image: Tensor;
}

/** A sample whose residual has fallen to this share of the right-hand side is solved to float32's precision. */
const SOLVED = 1e-6;

/**
 * C Aᵀ v with M v = rhs, M = σ_y² I + A C Aᵀ, by conjugate gradients (Hestenes & Stiefel 1952) from v = 0, every sample
 * with its own scalars. The picture's correction is summed as the directions pass, so that it costs no further
 * multiplication.
 *
 * C is symmetric and positive semi-definite in theory, not in a trained network. A sample stops before a direction
 * of negative or no curvature, or one in which M is so far from symmetric that the step would enlarge the residual
 * beyond the right-hand side; its correction is then that of the steps before.
 * @param multiply  p → M p and C Aᵀ p, sample by sample.
 * @param imageShape  shape of the correction.
 */
export async function conjugateGradient(
  multiply: (p: Tensor) => Promise<Multiplied>,
  rhs: Tensor,
  imageShape: Shape,
  iterations: number,
): Promise<Tensor> {
  const correction = zeros(imageShape);
  const residual = clone(rhs);
  const direction = clone(rhs);
  const initial = dotPerSample(rhs, rhs);
  let energy = initial;
  const active = Array.from(initial, (value) => value > 0);
  for (let i = 0; i < iterations && active.includes(true); i++) {
    const { product, image } = await multiply(direction);
    const curvature = dotPerSample(direction, product);
    const along = dotPerSample(residual, product);
    const square = dotPerSample(product, product);
    const steps = curvature.map((value, n) => {
      if (!active[n]) return 0;
      const step = energy[n] / value;
      const next = energy[n] - 2 * step * along[n] + step * step * square[n];
      active[n] = value > 0 && next <= initial[n];
      return active[n] ? step : 0;
    });
    addPerSample(correction, steps, image);
    addPerSample(
      residual,
      steps.map((step) => -step),
      product,
    );
    const next = dotPerSample(residual, residual);
    scaleAddPerSample(
      direction,
      next.map((value, n) => (active[n] ? value / energy[n] : 0)),
      residual,
    );
    energy = next;
    next.forEach((value, n) => {
      if (!(value > SOLVED ** 2 * initial[n])) active[n] = false;
    });
  }
  return correction;
}
