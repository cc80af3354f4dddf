import { clone, dotPerSample, normPerSample, sampleSize, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';
import { addPerSample } from './per-sample.ts';

/** What one multiplication by M = σ_y² I + A C Aᵀ yields. */
export interface Multiplied {
  /** M p, the shape of p. */
  readonly product: Tensor;
  /** C Aᵀ p: how the picture moves when p is added to the solution. */
  readonly image: Tensor;
}

/** A residual of this share of the right-hand side is 0, a direction of this share of its product no new one. */
const ROUNDING = 1e-6;

/**
 * C Aᵀ v with M v = rhs, M = σ_y² I + A C Aᵀ, by generalised conjugate residuals (Eisenstat, Elman & Schultz 1983)
 * from v = 0, every sample with its own scalars. The picture's correction is summed as the directions pass, so that it
 * costs no multiplication of its own.
 *
 * C is symmetric and positive semi-definite in theory, not in a trained network, where plain conjugate gradients step
 * too far (with the shipped network some dB are lost on 80 % missing pixels). Every step here minimises the
 * residual over all directions so far, whatever M is, so the residual never grows; a sample stops where a direction
 * brings nothing. For a symmetric M it converges as conjugate gradients do, in at most as many steps as M has distinct
 * eigenvalues.
 * @param multiply  p → M p and C Aᵀ p, sample by sample.
 * @param imageShape  shape of the correction.
 */
export async function conjugateResidual(
  multiply: (p: Tensor) => Promise<Multiplied>,
  rhs: Tensor,
  imageShape: Shape,
  iterations: number,
): Promise<Tensor> {
  const correction = zeros(imageShape);
  const residual = clone(rhs);
  const initial = normPerSample(rhs);
  const active = Array.from(initial, (norm) => norm > 0);
  /** Orthonormal products, and the pictures that belong to them. */
  const basis: Multiplied[] = [];
  for (let i = 0; i < iterations && active.includes(true); i++) {
    const { product, image } = await multiply(residual);
    const direction = { product: clone(product), image: clone(image) };
    const length = normPerSample(product);
    for (const earlier of basis) {
      const shared = masked(dotPerSample(direction.product, earlier.product), active);
      addPerSample(direction.product, shared, earlier.product, -1);
      addPerSample(direction.image, shared, earlier.image, -1);
    }
    const rest = normPerSample(direction.product);
    rest.forEach((norm, n) => (active[n] &&= norm > ROUNDING * length[n] && Number.isFinite(norm)));
    normalise(direction, rest, active);
    const step = masked(dotPerSample(residual, direction.product), active);
    addPerSample(correction, step, direction.image);
    addPerSample(residual, step, direction.product, -1);
    normPerSample(residual).forEach((norm, n) => (active[n] &&= norm > ROUNDING * initial[n]));
    basis.push(direction);
  }
  return correction;
}

/** `values` with 0 for samples that have stopped. */
function masked(values: Float64Array, active: readonly boolean[]): Float64Array {
  return values.map((value, n) => (active[n] ? value : 0));
}

/** Divides both parts by the product's length, sample by sample. */
function normalise({ product, image }: Multiplied, lengths: Float64Array, active: readonly boolean[]): void {
  for (const part of [product, image]) {
    const size = sampleSize(part.shape);
    for (let n = 0; n < lengths.length; n++) {
      if (!active[n]) continue;
      for (let i = n * size, end = i + size; i < end; i++) part.data[i] /= lengths[n];
    }
  }
}
