import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/** Heun's rule on the probability-flow ODE dx/dσ = (x − D)/σ: second order, two evaluations a step. */
export const heun: PredictorMethod = {
  name: 'heun',
  source: 'Karras et al. 2022, algorithm 1',
  stochastic: false,
  evaluations: 2,
  start({ denoiser }) {
    return async ({ x, sigma, sigmaNext, estimate }) => {
      const ratio = sigmaNext / sigma;
      const euler = combination([ratio, x], [1 - ratio, estimate.denoised]);
      const ahead = await denoiser(euler, sigmaNext);
      // x + (σ′ − σ)(d + d′)/2 with the slopes d = (x − D)/σ and d′ = (x_euler − D′)/σ′.
      const [here, there] = [(sigmaNext - sigma) / (2 * sigma), (sigmaNext - sigma) / (2 * sigmaNext)];
      return combination([1 + here, x], [-here, estimate.denoised], [there, euler], [-there, ahead.denoised]);
    };
  },
};
