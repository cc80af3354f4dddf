import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * Ancestral sampling. The mean of every SDE is the same in σ-space,
 *
 *     x′ = x + (σ² − σ′²) s + √v z
 *
 * and v is the variance of q(x′ | x, x0), σ′² (σ² − σ′²)/σ² (Song et al. 2021, appendix F, for VE; DDPM's β̃
 * for VP), except that VP takes DDPM's β (x̃′ = (x̃ + β s̃)/√(1 − β) + √β z, eq. 4), which is β/α′² here: the right
 * variance where pictures have variance 1 rather than 0.
 */
export const ancestral: PredictorMethod = {
  name: 'ancestral',
  source: 'Song et al. 2021, eq. 4 and appendix F; Ho et al. 2020',
  stochastic: true,
  evaluations: 1,
  start({ sde, random }) {
    return async ({ x, sigma, sigmaNext, estimate }) => {
      const [s2, next2] = [sigma * sigma, sigmaNext * sigmaNext];
      const keep = next2 / s2;
      // β/α′² = (1 − α²/α′²)/α′², with 1/α² = 1 + σ² for VP.
      const variance = sde.name === 'vp' ? ((s2 - next2) * (1 + next2)) / (1 + s2) : keep * (s2 - next2);
      return combination(
        [keep, x],
        [1 - keep, estimate.denoised],
        [Math.sqrt(variance), random.passingNormal(x.shape)],
      );
    };
  },
};
