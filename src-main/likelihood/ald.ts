import { z } from 'zod';
import type { BatchRandom } from '../tensor/random.ts';
import { linear, repeatSigma, type Tensor } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { noisedEstimate, residual } from './measurement.ts';

const schema = z.strictObject({
  stepsPerLevel: z.int().min(1).max(100).default(3).describe('Langevin updates at each level'),
  stepSize: z
    .number()
    .positive()
    .lt(1)
    .default(0.5)
    .describe('Step size α in units of σ²; the published 5e-5 (σ/σ_min)² is .5 at σ_min = .01'),
});

/**
 * Jalal et al. 2021 (Robust Compressed Sensing MRI, eq. 4): annealed Langevin dynamics on the posterior,
 *
 *     x ← x + α (s + Aᵀ(y − A x)/(σ_y² + γ²)) + √(2α) z,    γ = σ‖A‖,
 *
 * some times at every level; the last level ends in Tweedie's estimate. The public code scales the likelihood score to
 * five times the length of the prior's instead; with a score that is not bounded as a network's is, that diverges.
 */
export const ald = defineMethod({
  name: 'ald',
  title: 'Annealed Langevin dynamics',
  source: 'Jalal et al. 2021 (arXiv:2108.01368)',
  needs: { vjp: false, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { steps: 200, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: () => true,
  create(measurement, network, options) {
    const { operator, sigmaY } = measurement;
    const update = async (x: Tensor, sigma: number, random: BatchRandom): Promise<{ x: Tensor; denoised: Tensor }> => {
      const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
      // Everything times σ²: σ²·score = D − x.
      const pull = linear(1, denoised, -1, x);
      const gradient = operator.adjoint(residual(measurement, x));
      const variance = sigmaY ** 2 + (sigma * operator.norm) ** 2;
      const weight = variance > 0 ? sigma ** 2 / variance : 0;
      const drift = linear(1, pull, weight, gradient);
      const moved = linear(1, x, options.stepSize, drift);
      const noise = random.normal(x.shape);
      return { x: linear(1, moved, Math.sqrt(2 * options.stepSize) * sigma, noise), denoised };
    };
    return {
      kind: 'transition',
      start: noisedEstimate(measurement, network),
      async transition(x, sigma, sigmaNext, random) {
        if (sigmaNext === 0) {
          const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
          return { denoised, state: denoised };
        }
        let current = await update(x, sigmaNext, random);
        for (let i = 1; i < options.stepsPerLevel; i++) current = await update(current.x, sigmaNext, random);
        return { denoised: current.denoised, state: current.x };
      },
    };
  },
});
