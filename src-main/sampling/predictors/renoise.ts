import { invalidArgument } from '../../errors.ts';
import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * Denoise and noise again, x′ = D + σ′ (√(1 − η²) ε̂ + η z), as DDNM, DDRM and DiffPIR (ζ = η²) have it: η = 0 follows
 * the probability flow, η = 1 forgets the old noise altogether. ε̂ is the estimate's own `epsilon` where it has one,
 * else (x − D)/σ.
 *
 * Noise is replaced without the drift that belongs to it, so the spread of samples comes out too small however many the
 * steps (for a Gaussian prior half the variance at η = 1), and so do the weights of small modes. That brings the
 * result nearer to the posterior mean: right for one good picture, wrong for samples; `ddim` has the unbiased noise.
 * @throws invalid-argument unless 0 ≤ eta ≤ 1.
 */
export function renoise(eta: number): PredictorMethod {
  if (!(eta >= 0 && eta <= 1)) throw invalidArgument('eta', 'a number from 0 to 1', eta);
  const kept = Math.sqrt(1 - eta * eta);
  return {
    name: 'renoise',
    source: 'Wang et al. 2023 (DDNM), alg. 1; Zhu et al. 2023 (DiffPIR), alg. 1',
    stochastic: eta > 0,
    evaluations: 1,
    start({ random }) {
      return async ({ x, sigma, sigmaNext, estimate: { denoised, epsilon } }) => {
        const fresh = eta > 0 ? ([[sigmaNext * eta, random.passingNormal(x.shape)]] as const) : [];
        if (epsilon !== undefined) {
          return combination([1, denoised], [sigmaNext * kept, epsilon], ...fresh);
        }
        const ratio = (sigmaNext * kept) / sigma;
        return combination([ratio, x], [1 - ratio, denoised], ...fresh);
      };
    },
  };
}
