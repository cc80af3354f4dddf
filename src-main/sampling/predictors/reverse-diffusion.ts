import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * Reverse-diffusion sampling: with the forward transition x̃ = a x̃′ + √v z between the two levels, the reverse step is
 *
 *     x̃′ = (2 − a) x̃ + v s̃ + √v z,    a = α/α′,    v = α² (σ² − σ′²)
 *
 * which is the paper's rule for VE (a = 1) and, with 1 − β = a², for VP: (2 − √(1 − β)) x̃ + β s̃ + √β z. Transition
 * coefficients are exact for any spacing of the levels, also for the SDEs the paper discretises by Euler–Maruyama.
 */
export const reverseDiffusion: PredictorMethod = {
  name: 'reverse-diffusion',
  source: 'Song et al. 2021, appendix E',
  stochastic: true,
  evaluations: 1,
  start({ sde, random }) {
    return async ({ x, sigma, sigmaNext, estimate }) => {
      const alpha = sde.alpha(sde.timeOf(sigma));
      const alphaNext = sde.alpha(sde.timeOf(sigmaNext));
      const a = alpha / alphaNext;
      const v = alpha * alpha * (sigma * sigma - sigmaNext * sigmaNext);
      const pull = v / (alpha * sigma * sigma);
      return combination(
        [((2 - a) * alpha - pull) / alphaNext, x],
        [pull / alphaNext, estimate.denoised],
        [Math.sqrt(v) / alphaNext, random.passingNormal(x.shape)],
      );
    };
  },
};
