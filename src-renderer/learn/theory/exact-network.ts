import type { LikelihoodMethod } from '../../../src-main/likelihood/likelihood.ts';
import type { Denoiser } from '../../../src-main/sampling/sampler.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { zeros, type Tensor } from '../../../src-main/tensor/tensor.ts';
import { drawFrom, knowledgeAt, momentsOf, type Mixture } from './mixture.ts';

/** A score network as the solvers take it. */
type ScoreNetwork = Parameters<LikelihoodMethod['create']>[1];

/** E[x0 | x] of the mixture as the samplers take it: pictures are [n, 1, 1, 2], or [1, 1, n, 2] for n in one sample. */
export function exactDenoiser(mixture: Mixture): Denoiser {
  return async (x, sigma) => ({ denoised: denoisedTensor(mixture, x, () => sigma) });
}

/** The mixture in the place of a score network: exact denoiser, exact gradients, measured error. */
export function exactNetwork(mixture: Mixture): ScoreNetwork {
  const { covariance } = momentsOf(mixture);
  return {
    provider: 'exact',
    manifest: {
      schema: 1,
      name: 'mixture',
      title: 'Mixture of Gaussians',
      version: '1',
      licence: 'MIT',
      format: 'onnx',
      file: 'none',
      sha256: '0'.repeat(64),
      externalFiles: [],
      channels: 1,
      stride: 1,
      receptiveField: 2,
      inputs: { x: 'x', time: 'sigma' },
      output: 'denoised',
      time: { kind: 'sigma' },
      prediction: 'denoised',
      sde: { name: 'edm' },
      sigmaMin: 0.01,
      sigmaMax: 80,
      sigmaData: Math.sqrt((covariance.xx + covariance.yy) / 2),
      calibration: calibration(mixture),
    },
    denoise: async (x, sigma) => denoisedTensor(mixture, x, (n) => sigma[n]),
    async vjp(x, sigma, v) {
      const vjp = zeros(x.shape);
      for (let n = 0; n < x.shape[0]; n++) {
        const s2 = sigma[n] ** 2;
        const { spread } = knowledgeAt(mixture, { x: x.data[2 * n], y: x.data[2 * n + 1] }, sigma[n]);
        const [p, q] = [v.data[2 * n], v.data[2 * n + 1]];
        vjp.data[2 * n] = (spread.xx * p + spread.xy * q) / s2;
        vjp.data[2 * n + 1] = (spread.xy * p + spread.yy * q) / s2;
      }
      return { denoised: denoisedTensor(mixture, x, (n) => sigma[n]), vjp };
    },
    dispose: async () => undefined,
  };
}

function denoisedTensor(mixture: Mixture, x: Tensor, sigma: (n: number) => number): Tensor {
  const out = zeros(x.shape);
  for (let n = 0; n < x.data.length / 2; n++) {
    const { denoised } = knowledgeAt(mixture, { x: x.data[2 * n], y: x.data[2 * n + 1] }, sigma(n));
    out.data[2 * n] = denoised.x;
    out.data[2 * n + 1] = denoised.y;
  }
  return out;
}

/** Mean squared error per pixel of the denoiser at some noise levels, E tr Cov[x0 | x]/2, from 400 draws each. */
function calibration(mixture: Mixture): { sigma: number[]; mse: number[] } {
  const random = new RandomGenerator(1);
  const sigmas = Array.from({ length: 13 }, (_, i) => 0.005 * 4 ** (i * 0.6));
  const mse = sigmas.map((sigma) => {
    let sum = 0;
    for (let i = 0; i < 400; i++) {
      const clean = drawFrom(mixture, random);
      const noisy = { x: clean.x + sigma * random.normal(), y: clean.y + sigma * random.normal() };
      const { spread } = knowledgeAt(mixture, noisy, sigma);
      sum += (spread.xx + spread.yy) / 2;
    }
    return sum / 400;
  });
  return { sigma: sigmas, mse };
}
