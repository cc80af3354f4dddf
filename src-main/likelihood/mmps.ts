import { z } from 'zod';
import { linear, repeatSigma, scale } from '../tensor/tensor.ts';
import { conjugateResidual } from './conjugate-residual.ts';
import { defineMethod } from './define-method.ts';
import { requireGradient } from './gradient.ts';
import { flooredNoise, noisedEstimate, residual } from './measurement.ts';

const schema = z.strictObject({
  iterations: z
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .describe('Conjugate residual iterations at each level, one vector–Jacobian product each'),
  noiseFloor: z.number().gt(0).max(1).default(0.01).describe('Least σ_y, in units of ‖A‖'),
  clip: z.number().positive().nullable().default(1.2).describe('Estimates are kept within ± this; null for no limit'),
});

/**
 * Rozet et al. 2024 (Learning Diffusion Priors from Observations, §4.2): p(x0|x) is taken as the Gaussian with the
 * mean D and the covariance C = σ²∂D/∂x that Tweedie's formula gives, so that the posterior estimate is
 *
 *     x̂ = D + C Aᵀ(σ_y² I + A C Aᵀ)⁻¹(y − A D),
 *
 * the system solved by a few conjugate residual steps through the network. Exact for a Gaussian prior.
 */
export const mmps = defineMethod({
  name: 'mmps',
  title: 'MMPS',
  source: 'Rozet et al. 2024 (arXiv:2405.13712)',
  needs: { vjp: true, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { predictor: 'ddim', eta: 1, steps: 15, sigmaMax: 2, rho: 7 },
  hasOwnUpdate: () => false,
  create(measurement, network, { iterations, noiseFloor, clip }) {
    const { operator } = measurement;
    const sigmaY2 = flooredNoise(measurement, noiseFloor) ** 2;
    const linearize = requireGradient(network, 'mmps');
    return {
      kind: 'guided',
      start: noisedEstimate(measurement, network),
      async estimate(x, sigma) {
        const sigmas = repeatSigma(sigma, x.shape[0]);
        const { denoised, pull } = await linearize(x, sigmas);
        const correction = await conjugateResidual(
          async (p) => {
            const image = scale(sigma ** 2, await pull(operator.adjoint(p)));
            return { image, product: linear(sigmaY2, p, 1, operator.apply(image)) };
          },
          residual(measurement, denoised),
          x.shape,
          iterations,
        );
        const estimate = linear(1, denoised, 1, correction);
        if (clip !== null) estimate.data.forEach((v, i) => (estimate.data[i] = Math.min(clip, Math.max(-clip, v))));
        return { denoised: estimate };
      },
    };
  },
});
