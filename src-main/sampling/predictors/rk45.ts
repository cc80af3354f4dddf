import type { Tolerances } from '../dormand-prince.ts';
import { dormandPrince } from '../dormand-prince.ts';
import { flowIntegration, flowSlope, scaledState, unscaledState } from '../flow.ts';
import type { PredictorMethod } from '../predictor.ts';

/**
 * The probability-flow ODE from level to level by the adaptive Runge–Kutta pair of Dormand & Prince: the "black-box ODE
 * sampler" of Song et al. 2021 (§4.3). It chooses its own steps, as many as the tolerances take, so that the schedule
 * says only where the state is shown. A batch is solved as one system.
 */
export function rk45(tolerances: Tolerances): PredictorMethod {
  return {
    name: 'rk45',
    source: 'Dormand & Prince 1980, Song et al. 2021 §4.3',
    stochastic: false,
    // Of one accepted step; there can be many.
    evaluations: 7,
    start({ denoiser }) {
      return async ({ x, sigma, sigmaNext }) => {
        const { state } = await dormandPrince({
          ...flowIntegration(0, { from: sigma, to: sigmaNext }, tolerances),
          initial: scaledState(x, sigma),
          derivative: async (logSigma, u) => {
            const at = Math.exp(logSigma);
            return flowSlope(u, at, (await denoiser(unscaledState(u, at, x), at)).denoised);
          },
        });
        return unscaledState(state, sigmaNext, x);
      };
    },
  };
}
