import { guidedNetwork, type ClassifierGuidance } from '../../../src-main/likelihood/classifier-guidance.ts';
import type { Denoiser } from '../../../src-main/sampling/sampler.ts';
import { zeros } from '../../../src-main/tensor/tensor.ts';
import { exactDenoiser, exactNetwork } from './exact-network.ts';
import { knowledgeAt, type Mixture, type Point } from './mixture.ts';

/** One component of a mixture by itself: the law of the pictures of its class. */
export function classOf(mixture: Mixture, k: number): Mixture {
  return [{ ...mixture[k], weight: 1 }];
}

/** log p_σ(k | x) of component k of the mixture, and its gradient: that of log p_σ(x | k) less that of log p_σ(x). */
export function classEvidence(
  mixture: Mixture,
  k: number,
  point: Point,
  sigma: number,
): { readonly logProbability: number; readonly score: Point } {
  const all = knowledgeAt(mixture, point, sigma);
  const own = knowledgeAt(classOf(mixture, k), point, sigma);
  return {
    logProbability: Math.log(mixture[k].weight) + own.logDensity - all.logDensity,
    score: { x: own.score.x - all.score.x, y: own.score.y - all.score.y },
  };
}

/** The classifier of a mixture whose components are the classes, in closed form; points as in `exactDenoiser`. */
export function exactClassifier(mixture: Mixture): ClassifierGuidance['classifier'] {
  return {
    name: 'mixture',
    classes: mixture.length,
    async evidence(x, sigma, k) {
      const logProbability = new Float64Array(x.shape[0]);
      const gradient = zeros(x.shape);
      const perSample = x.data.length / x.shape[0];
      for (let i = 0; i < x.data.length; i += 2) {
        const n = Math.floor(i / perSample);
        const known = classEvidence(mixture, k, { x: x.data[i], y: x.data[i + 1] }, sigma[n]);
        logProbability[n] += known.logProbability;
        gradient.data.set([known.score.x, known.score.y], i);
      }
      return { logProbability, gradient };
    },
    dispose: async () => undefined,
  };
}

/** The denoiser of the mixture guided to a class, as the program guides a network. */
export function guidedDenoiser(mixture: Mixture, k: number, scale: number): Denoiser {
  const exact = exactDenoiser(mixture);
  const prior = {
    ...exactNetwork(mixture),
    denoise: async (x: Parameters<Denoiser>[0], sigma: Float32Array) => (await exact(x, sigma[0])).denoised,
  };
  const guided = guidedNetwork(prior, { classifier: exactClassifier(mixture), class: k, scale });
  return async (x, sigma) => ({ denoised: await guided.denoise(x, new Float32Array(x.shape[0]).fill(sigma)) });
}
