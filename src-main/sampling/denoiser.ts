import type { ScoreNetwork } from '../prior/score-network.ts';
import { repeatSigma } from '../tensor/tensor.ts';
import type { Denoiser } from './sampler.ts';

/** The unconditional denoiser: the prior alone. */
export function priorDenoiser(network: Pick<ScoreNetwork, 'denoise'>): Denoiser {
  return async (x, sigma) => ({ denoised: await network.denoise(x, repeatSigma(sigma, x.shape[0])) });
}
