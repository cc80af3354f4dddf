import { z } from 'zod';
import { denoiserVariance } from '../prior/manifest.ts';
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
  variance: z
    .enum(['sigma', 'measured'])
    .default('sigma')
    .describe(
      'Variance of x0 given x at σ: σ² as published, or what the network is measured to achieve, which is far less',
    ),
});

/** Published ζ and λ by operator. */
const ZETA: Readonly<Record<string, number>> = { mask: 1, blur: 0.1, downsample: 0.25 };
const LAMBDA: Readonly<Record<string, number>> = { mask: 1 };

/**
 * Zhu et al. 2023 (DiffPIR, alg. 1): half-quadratic splitting puts the denoised picture through the proximal map of
 * the measurement, x̂ = argmin ‖A x − y‖²/σ_y² + λ‖x − D‖²/σ² = D + Aᵀ(A Aᵀ + ρI)⁻¹(y − A D) with ρ = λσ_y²/σ².
 * With the measured variance r²(σ) in place of σ², ρ = λσ_y²/r². The paper's ζ is η² of the `renoise` predictor: .1
 * for deblurring, .25 for super-resolution, 1 for inpainting.
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
  create(measurement, network, { lambda, noiseFloor, variance }) {
    const { operator } = measurement;
    const sigmaY2 = flooredNoise(measurement, noiseFloor) ** 2;
    return {
      kind: 'guided',
      start: noisedEstimate(measurement, network),
      async estimate(x, sigma) {
        const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
        const spread = variance === 'sigma' ? sigma ** 2 : denoiserVariance(network.manifest, sigma);
        const weights = operator.solve(
          residual(measurement, denoised),
          ((lambda ?? LAMBDA[operator.name] ?? 7) * sigmaY2) / spread,
          1,
        );
        return { denoised: linear(1, denoised, 1, operator.adjoint(weights)) };
      },
    };
  },
});
