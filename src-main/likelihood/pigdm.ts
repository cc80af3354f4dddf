import { z } from 'zod';
import { denoiserVariance } from '../prior/manifest.ts';
import { linear, repeatSigma } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { requireGradient } from './gradient.ts';
import { flooredNoise, noisedEstimate, residual } from './measurement.ts';

const schema = z.strictObject({
  noiseFloor: z.number().min(0).max(1).default(0).describe('Least σ_y, in units of ‖A‖'),
});

/**
 * Song et al. 2023 (ΠGDM, eq. 8 and appendix A): p(x0|x) is taken as N(D, r²I), the likelihood's gradient goes
 * through the network and is weighted by r²,
 *
 *     x′ = D + c₂ ε̂ + c₁ z + (∂D/∂x)ᵀ v,    v = Aᵀ(A Aᵀ + (σ_y²/r²) I)⁻¹(y − A D),
 *
 * with c₁ = ησ′√(1 − σ′²/σ²), c₂ = √(σ′² − c₁²), the \`ddim\` predictor at η = 1, and v = A⁺(y − A D) when σ_y = 0. r² is
 * the network's measured squared error at σ, where the paper has σ²/(1 + σ²).
 */
export const pigdm = defineMethod({
  name: 'pigdm',
  title: 'ΠGDM',
  source: 'Song et al. 2023 (ICLR, OpenReview 9_gsMA8MRKQ)',
  needs: { vjp: true, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { predictor: 'ddim', eta: 1, steps: 15, sigmaMax: 2, rho: 7 },
  hasOwnUpdate: () => false,
  create(measurement, network, { noiseFloor }) {
    const { operator } = measurement;
    const sigmaY2 = flooredNoise(measurement, noiseFloor) ** 2;
    const linearize = requireGradient(network, 'pigdm');
    return {
      kind: 'guided',
      start: noisedEstimate(measurement, network),
      async estimate(x, sigma) {
        const sigmas = repeatSigma(sigma, x.shape[0]);
        const { denoised, pull } = await linearize(x, sigmas);
        const misfit = residual(measurement, denoised);
        const v =
          sigmaY2 === 0
            ? operator.pseudoInverse(misfit)
            : operator.adjoint(operator.solve(misfit, sigmaY2 / denoiserVariance(network.manifest, sigma), 1));
        return {
          denoised: linear(1, denoised, 1, await pull(v)),
          epsilon: linear(1 / sigma, x, -1 / sigma, denoised),
        };
      },
    };
  },
});
