import { z } from 'zod';
import type { BatchRandom } from '../tensor/random.ts';
import { linear, normPerSample, repeatSigma, scale, type Tensor } from '../tensor/tensor.ts';
import { addPerSample } from './per-sample.ts';
import { defineMethod } from './define-method.ts';
import { noisedEstimate, residual } from './measurement.ts';

const schema = z.strictObject({
  /** Langevin updates at each level. */
  stepsPerLevel: z.int().min(1).max(100).default(3),
  /** Step size α in units of σ²; the published 5e-5 (σ/σ_min)² is .5 at σ_min = .01. */
  stepSize: z.number().positive().lt(1).default(0.5),
  /**
   * Weight of the likelihood: `variance` is the paper's Aᵀ(y − A x)/(σ_y² + γ²) with γ = σ‖A‖; `norm` the public
   * code's, a gradient scaled to `mu` times the length of the prior score.
   */
  weighting: z.enum(['variance', 'norm']).default('variance'),
  /** Length of the likelihood score over that of the prior score, for `norm`. */
  mu: z.number().positive().default(5),
});

/**
 * Jalal et al. 2021 (Robust Compressed Sensing MRI, eq. 4): annealed Langevin dynamics on the posterior. At every
 * level x ← x + α(s + likelihood score) + √(2α) z, three times; the last level ends in Tweedie's estimate.
 */
export const ald = defineMethod({
  name: 'ald',
  title: 'Annealed Langevin dynamics',
  source: 'Jalal et al. 2021 (arXiv:2108.01368)',
  needs: { vjp: false, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { steps: 200, sigmaMax: 80, rho: 7 },
  create(measurement, network, options) {
    const { operator, sigmaY } = measurement;
    const update = async (x: Tensor, sigma: number, random: BatchRandom): Promise<{ x: Tensor; denoised: Tensor }> => {
      const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
      // Everything times σ²: σ²·score = D − x.
      const pull = linear(1, denoised, -1, x);
      const gradient = operator.adjoint(residual(measurement, x));
      const likelihood =
        options.weighting === 'norm'
          ? rescaled(gradient, pull, options.mu)
          : scale(sigma ** 2 / (sigmaY ** 2 + (sigma * operator.norm) ** 2), gradient);
      const drift = linear(1, pull, 1, likelihood);
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

/** `gradient` with the length of `factor` times `reference`, sample by sample. */
function rescaled(gradient: Tensor, reference: Tensor, factor: number): Tensor {
  const own = normPerSample(gradient);
  const wanted = normPerSample(reference);
  const out = scale(0, gradient);
  addPerSample(
    out,
    own.map((norm, i) => (norm > 0 ? (factor * wanted[i]) / norm : 0)),
    gradient,
  );
  return out;
}
