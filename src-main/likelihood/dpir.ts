import { z } from 'zod';
import { symmetricNetwork } from '../prior/symmetric.ts';
import { linear, repeatSigma, type Tensor } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { flooredNoise, residual, whitePriorEstimate } from './measurement.ts';

const schema = z.strictObject({
  lambda: z.number().positive().default(0.23).describe('Weight λ of the prior against the measurement'),
  noiseFloor: z.number().min(0).max(1).default(0.005).describe('Least σ_y, in units of ‖A‖'),
  momentum: z.number().min(0).max(1.5).default(0).describe('How far each step goes on in the direction of the last'),
  turns: z.boolean().default(false).describe('Each level sees the picture through another symmetry of the square'),
  explained: z.boolean().default(false).describe('The result is made to explain the measurement once more'),
});

/** Symmetries of the square. */
const SYMMETRIES = 8;

/**
 * Zhang et al. 2022 (DPIR, alg. 1): a point estimate by half-quadratic splitting. The state is the picture itself, to which no
 * noise is ever added; at every level it is made to explain the measurement,
 *
 *     z = argmin ‖A z − y‖²/σ_y² + λ‖z − x‖²/σ² = x + Aᵀ(A Aᵀ + ρI)⁻¹(y − A x),    ρ = λσ_y²/σ²,
 *
 * and denoised as if of noise σ. One network pass a level and no gradient.
 *
 * With momentum β the measurement is explained from x + β(x − x⁻), x⁻ being the state of the level before: the heavy ball (Polyak
 * 1964) on a fixed-point iteration that creeps where A hardly sees. With β = 1, four passes of enlarging do more than eight without. Turning
 * the picture from level to level is the periodic self-ensemble of the paper's own code, at no further cost.
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
  create(measurement, network, { lambda, noiseFloor, momentum, turns, explained }) {
    const { operator } = measurement;
    const sigmaY2 = flooredNoise(measurement, noiseFloor) ** 2;
    const explaining = (x: Tensor, sigma: number): Tensor => {
      const weights = operator.solve(residual(measurement, x), (lambda * sigmaY2) / sigma ** 2, 1);
      return linear(1, x, 1, operator.adjoint(weights));
    };
    let before: Tensor | undefined;
    let level = 0;
    return {
      kind: 'transition',
      walksPictures: true,
      start: () => whitePriorEstimate(measurement, network),
      async transition(x, sigma, sigmaNext) {
        const ahead = before === undefined || momentum === 0 ? x : linear(1 + momentum, x, -momentum, before);
        const seen = turns ? symmetricNetwork(network, level % SYMMETRIES) : network;
        const denoised = await seen.denoise(explaining(ahead, sigma), repeatSigma(sigma, x.shape[0]));
        before = x;
        level++;
        const state = explained && sigmaNext === 0 ? explaining(denoised, sigma) : denoised;
        return { denoised: state, state };
      },
    };
  },
});
