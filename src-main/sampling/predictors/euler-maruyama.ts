import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * Euler–Maruyama on the reverse SDE in the SDE's own state x̃ = α x, where s̃ = s/α:
 *
 *     x̃′ = x̃ + (f x̃ − g² s̃) dt + g √−dt z,    dt = t(σ′) − t(σ) < 0
 */
export const eulerMaruyama: PredictorMethod = {
  name: 'euler-maruyama',
  source: 'Song et al. 2021, eq. 6',
  stochastic: true,
  evaluations: 1,
  start({ sde, random }) {
    return async ({ x, sigma, sigmaNext, estimate }) => {
      const t = sde.timeOf(sigma);
      const next = sde.timeOf(sigmaNext);
      const dt = next - t;
      const [alpha, alphaNext] = [sde.alpha(t), sde.alpha(next)];
      const g2 = sde.diffusion2(t);
      // s̃ = (D − x)/(α σ²), so the score's part is split between D and x.
      const pull = (-g2 * dt) / (alpha * sigma * sigma);
      return combination(
        [((1 + sde.drift(t) * dt) * alpha - pull) / alphaNext, x],
        [pull / alphaNext, estimate.denoised],
        [Math.sqrt(-g2 * dt) / alphaNext, random.passingNormal(x.shape)],
      );
    };
  },
};
