import { z } from 'zod';
import { linear, repeatSigma } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { flooredNoise, noisedEstimate, residual } from './measurement.ts';

const schema = z.strictObject({
  lambda: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Weight λ of the prior against the measurement; null: as published, 1 for a mask, 7 for other operators'),
  noiseFloor: z.number().min(0).max(1).default(0.001).describe('Least σ_y, in units of ‖A‖'),
});

/** Published ζ and λ by operator. */
const ZETA: Readonly<Record<string, number>> = { mask: 1, blur: 0.1, downsample: 0.25 };
const LAMBDA: Readonly<Record<string, number>> = { mask: 1 };

/**
 * Zhu et al. 2023 (DiffPIR, alg. 1): half-quadratic splitting puts the denoised picture through the proximal map of
 * the measurement, x̂ = argmin ‖A x − y‖²/σ_y² + λ‖x − D‖²/σ² = D + Aᵀ(A Aᵀ + ρI)⁻¹(y − A D) with ρ = λσ_y²/σ².
 * The paper's ζ is η² of the `renoise` predictor: .1 for deblurring, .25 for super-resolution, 1 for inpainting.
 */
export const diffpir = defineMethod({
  name: 'diffpir',
  title: 'DiffPIR',
  source: 'Zhu et al. 2023 (arXiv:2305.08995)',
  needs: { vjp: false, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { predictor: 'renoise', eta: Math.sqrt(0.25), steps: 50, sigmaMax: 80, rho: 7 },
  samplingFor: ({ name }) => ({ eta: Math.sqrt(ZETA[name] ?? 0.25) }),
  hasOwnUpdate: () => false,
  create(measurement, network, { lambda, noiseFloor }) {
    const { operator } = measurement;
    const sigmaY2 = flooredNoise(measurement, noiseFloor) ** 2;
    return {
      kind: 'guided',
      start: noisedEstimate(measurement, network),
      async estimate(x, sigma) {
        const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
        const weights = operator.solve(
          residual(measurement, denoised),
          ((lambda ?? LAMBDA[operator.name] ?? 7) * sigmaY2) / sigma ** 2,
          1,
        );
        return { denoised: linear(1, denoised, 1, operator.adjoint(weights)) };
      },
    };
  },
});
