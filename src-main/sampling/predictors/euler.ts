import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/** Euler's rule on the probability-flow ODE dx/dσ = (x − D)/σ: first order. */
export const euler: PredictorMethod = {
  name: 'euler',
  source: 'Song et al. 2021, eq. 13, in σ-space; Karras et al. 2022, eq. 1',
  stochastic: false,
  evaluations: 1,
  start() {
    return async ({ x, sigma, sigmaNext, estimate }) => {
      const ratio = sigmaNext / sigma;
      return combination([ratio, x], [1 - ratio, estimate.denoised]);
    };
  },
};
