import type { BatchRandom } from '../tensor/random.ts';
import { linear, type Tensor } from '../tensor/tensor.ts';

/**
 * Draw from q(x′ | x, x0 = D), the Gaussian between two noise levels (Ho et al. 2020 eq. 6–7 in σ-space):
 * x′ = D + (σ′²/σ²)(x − D) + σ′√(1 − σ′²/σ²) z.
 */
export function ancestralStep(
  x: Tensor,
  denoised: Tensor,
  sigma: number,
  sigmaNext: number,
  random: BatchRandom,
): Tensor {
  const share = (sigmaNext / sigma) ** 2;
  const mean = linear(share, x, 1 - share, denoised);
  return linear(1, mean, sigmaNext * Math.sqrt(1 - share), random.passingNormal(x.shape));
}
