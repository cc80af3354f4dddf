import type { Tensor } from '../../tensor/tensor.ts';
import { combination } from '../combination.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * DPM-Solver++(2M): the probability-flow ODE in λ = −ln σ, exact in x, with D extrapolated linearly from the previous
 * level; second order at one evaluation a step, the first step first order.
 *
 *     x′ = (σ′/σ) x + (1 − σ′/σ) [(1 + h/(2 h₋)) D − h/(2 h₋) D₋],    h = ln(σ/σ′), h₋ the previous h
 */
export const dpmSolver2M: PredictorMethod = {
  name: 'dpm++2m',
  source: 'Lu et al. 2022 (DPM-Solver++), algorithm 2',
  stochastic: false,
  evaluations: 1,
  start() {
    let previous: { readonly denoised: Tensor; readonly sigma: number } | undefined;
    return async ({ x, sigma, sigmaNext, estimate: { denoised } }) => {
      const ratio = sigmaNext / sigma;
      const before = previous;
      previous = { denoised, sigma };
      if (before === undefined) return combination([ratio, x], [1 - ratio, denoised]);
      const slope = Math.log(sigma / sigmaNext) / (2 * Math.log(before.sigma / sigma));
      return combination([ratio, x], [(1 - ratio) * (1 + slope), denoised], [-(1 - ratio) * slope, before.denoised]);
    };
  },
};
