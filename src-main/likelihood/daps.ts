import { z } from 'zod';
import { denoiserVariance } from '../prior/manifest.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { karrasSchedule } from '../sampling/schedule.ts';
import type { BatchRandom } from '../tensor/random.ts';
import { linear, repeatSigma, type Tensor } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import type { Measurement } from './likelihood.ts';
import { noisedEstimate } from './measurement.ts';

const schema = z.strictObject({
  odeSteps: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe(
      "Euler steps of the probability-flow ODE that finds x̂0. 1 is Tweedie's estimate, the mean that r² belongs to; with the published 5, x̂0 varies like a draw itself and the variance counts twice (1.24 to 1.56 times the posterior's)",
    ),
});

/** Lowest level and exponent of the ODE's schedule (Zhang et al. 2025, appendix D). */
const ODE_SIGMA_MIN = 0.01;
const ODE_RHO = 7;

/**
 * Zhang et al. 2025 (DAPS, alg. 1): levels are decoupled. x̂0 by the probability-flow ODE from x at σ; x0 drawn from
 * N(x̂0, r²I) × p(y|x0); x′ = x0 + σ′z. A is linear, so the draw is exact instead of by Langevin dynamics: with
 * u = x̂0 + r z and e ~ N(0, σ_y² I),
 *
 *     x0 = u + r²Aᵀ(σ_y² I + r²A Aᵀ)⁻¹(y + e − A u).
 *
 * r² is the network's measured squared error at σ. The last step returns the mean of that Gaussian.
 */
export const daps = defineMethod({
  name: 'daps',
  title: 'DAPS',
  source: 'Zhang et al. 2025 (arXiv:2407.01521)',
  needs: { vjp: false, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { steps: 100, sigmaMax: 80, sigmaMin: 0.1, rho: 7 },
  hasOwnUpdate: () => true,
  create(measurement, network, { odeSteps }) {
    return {
      kind: 'transition',
      start: noisedEstimate(measurement, network),
      async transition(x, sigma, sigmaNext, random) {
        const denoised = await flowToZero(network, x, sigma, odeSteps);
        const r2 = denoiserVariance(network.manifest, sigma);
        if (sigmaNext === 0) return { denoised, state: explain(measurement, denoised, r2, measurement.y) };
        const clean = drawGaussian(measurement, denoised, r2, random);
        return { denoised, state: linear(1, clean, sigmaNext, random.passingNormal(x.shape)) };
      },
    };
  },
});

/** u + r²Aᵀ(σ_y² I + r²A Aᵀ)⁻¹(y − A u). */
function explain({ operator, sigmaY }: Measurement, u: Tensor, r2: number, y: Tensor): Tensor {
  const weights = operator.solve(linear(1, y, -1, operator.apply(u)), sigmaY ** 2, r2);
  return linear(1, u, r2, operator.adjoint(weights));
}

/** Exact draw of x0 ~ N(mean, r²I) given y = A x0 + n, by perturbation (Papandreou & Yuille 2010). */
function drawGaussian(measurement: Measurement, mean: Tensor, r2: number, random: BatchRandom): Tensor {
  const perturbed = linear(1, mean, Math.sqrt(r2), random.normal(mean.shape));
  const { y, sigmaY } = measurement;
  const noisy = sigmaY > 0 ? linear(1, y, sigmaY, random.normal(y.shape)) : y;
  return explain(measurement, perturbed, r2, noisy);
}

/** dx/dσ = (x − D)/σ from σ to 0 by `steps` Euler steps. */
async function flowToZero(network: ScoreNetwork, x: Tensor, sigma: number, steps: number): Promise<Tensor> {
  const sigmaMin = Math.min(ODE_SIGMA_MIN, sigma / 2);
  const levels = karrasSchedule({ steps, sigmaMin, sigmaMax: sigma }, ODE_RHO);
  let state = x;
  for (let i = 0; i < steps; i++) {
    const denoised = await network.denoise(state, repeatSigma(levels[i], x.shape[0]));
    const keep = levels[i + 1] / levels[i];
    state = linear(keep, state, 1 - keep, denoised);
  }
  return state;
}
