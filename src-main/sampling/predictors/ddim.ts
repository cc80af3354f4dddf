import { invalidArgument } from '../../errors.ts';
import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * DDIM (Song, Meng & Ermon 2021, eq. 12 and 16, in σ-space): x′ = D + √(σ′² − c²) ε̂ + c z with c = ησ′√(1 − σ′²/σ²).
 * η = 0 follows the probability flow, η = 1 is ancestral sampling with the posterior's variance. ε̂ is the estimate's
 * own `epsilon` where it has one, else (x − D)/σ.
 *
 * Every η has the right limit for many steps; with few, the variance of samples falls short by a share that grows with η
 * (docs/solvers.md has the figures).
 * @throws invalid-argument unless 0 ≤ eta ≤ 1.
 */
export function ddim(eta: number): PredictorMethod {
  if (!(eta >= 0 && eta <= 1)) throw invalidArgument('eta', 'a number from 0 to 1', eta);
  return {
    name: 'ddim',
    source: 'Song, Meng & Ermon 2021, eq. 12 and 16',
    stochastic: eta > 0,
    evaluations: 1,
    start({ random }) {
      return async ({ x, sigma, sigmaNext, estimate: { denoised, epsilon } }) => {
        const added = eta * sigmaNext * Math.sqrt(1 - (sigmaNext / sigma) ** 2);
        const kept = Math.sqrt(sigmaNext ** 2 - added ** 2);
        const fresh = eta > 0 ? ([[added, random.passingNormal(x.shape)]] as const) : [];
        if (epsilon !== undefined) return combination([1, denoised], [kept, epsilon], ...fresh);
        const ratio = kept / sigma;
        return combination([ratio, x], [1 - ratio, denoised], ...fresh);
      };
    },
  };
}
