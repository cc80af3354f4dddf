import { z } from 'zod';
import { linear, repeatSigma } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { flooredNoise, residual, whitePriorEstimate } from './measurement.ts';

const schema = z.strictObject({
  lambda: z.number().positive().default(0.23).describe('Weight λ of the prior against the measurement'),
  noiseFloor: z.number().min(0).max(1).default(0.005).describe('Least σ_y, in units of ‖A‖'),
});

/**
 * Zhang et al. 2022 (DPIR, alg. 1): a point estimate by half-quadratic splitting. The state is the picture itself, to which no
 * noise is ever added; at every level it is made to explain the measurement,
 *
 *     z = argmin ‖A z − y‖²/σ_y² + λ‖z − x‖²/σ² = x + Aᵀ(A Aᵀ + ρI)⁻¹(y − A x),    ρ = λσ_y²/σ²,
 *
 * and denoised as if of noise σ. One network pass a level and no gradient.
 */
export const dpir = defineMethod({
  name: 'dpir',
  title: 'DPIR (plug and play)',
  source: 'Zhang et al. 2022 (arXiv:2008.13751)',
  needs: { vjp: false, spectrum: false, noiselessOnly: false },
  isPointEstimate: true,
  schema,
  sampling: { steps: 8, sigmaMax: 0.4, sigmaMin: 0.02, rho: 7 },
  hasOwnUpdate: () => true,
  create(measurement, network, { lambda, noiseFloor }) {
    const { operator } = measurement;
    const sigmaY2 = flooredNoise(measurement, noiseFloor) ** 2;
    return {
      kind: 'transition',
      start: () => whitePriorEstimate(measurement, network),
      async transition(x, sigma) {
        const weights = operator.solve(residual(measurement, x), (lambda * sigmaY2) / sigma ** 2, 1);
        const explained = linear(1, x, 1, operator.adjoint(weights));
        const denoised = await network.denoise(explained, repeatSigma(sigma, x.shape[0]));
        return { denoised, state: denoised };
      },
    };
  },
});
