import { invalidArgument } from '../../errors.ts';
import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * Denoise and noise again, x′ = D + σ′ (√(1 − η²) ε̂ + η z): η = 0 follows the probability flow (DDIM), η = 1 forgets
 * the old noise altogether. ε̂ is the estimate's own `epsilon` where it has one, else (x − D)/σ.
 *
 * With η > 0, as DDRM, DDNM and DiffPIR have it, this is not the DDIM paper's η: noise is replaced without the drift
 * that belongs to it, and the spread of samples comes out too small however many the steps (for a Gaussian prior half
 * the variance at η = 1). `ancestral` is the unbiased one.
 * @throws invalid-argument unless 0 ≤ eta ≤ 1.
 */
export function ddim(eta: number): PredictorMethod {
  if (!(eta >= 0 && eta <= 1)) throw invalidArgument('eta', 'a number from 0 to 1', eta);
  const kept = Math.sqrt(1 - eta * eta);
  return {
    name: 'ddim',
    source: 'Song, Meng & Ermon 2021, eq. 12; Wang et al. 2023 (DDNM)',
    stochastic: eta > 0,
    evaluations: 1,
    start({ random }) {
      return async ({ x, sigma, sigmaNext, estimate: { denoised, epsilon } }) => {
        const fresh = eta > 0 ? ([[sigmaNext * eta, random.normal(x.shape)]] as const) : [];
        if (epsilon !== undefined) {
          return combination([1, denoised], [sigmaNext * kept, epsilon], ...fresh);
        }
        const ratio = (sigmaNext * kept) / sigma;
        return combination([ratio, x], [1 - ratio, denoised], ...fresh);
      };
    },
  };
}
