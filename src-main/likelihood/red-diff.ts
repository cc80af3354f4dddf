import { z } from 'zod';
import { linear, repeatSigma, type Tensor } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { residual, whitePriorEstimate } from './measurement.ts';

const schema = z.strictObject({
  lambda: z.number().positive().default(0.25).describe('Weight λ of the denoising regulariser'),
  learningRate: z.number().positive().max(10).default(0.1).describe("Adam's step size"),
});

/** Adam's decay rates and guard, as published for RED-diff. */
const BETA1 = 0.9;
const BETA2 = 0.99;
const ADAM_EPSILON = 1e-8;

/**
 * Mardani et al. 2024 (RED-diff, alg. 1): a point estimate. The state is the picture μ itself; at every level
 * x = μ + σz is denoised and Adam follows
 *
 *     ∇ = Aᵀ(A μ − y)/‖A‖² + λσ(ε̂ − z) = Aᵀ(A μ − y)/‖A‖² + λ(μ − D),
 *
 * with no gradient through the network. The data term is in units of ‖A‖² so that λ means the same for every
 * operator.
 */
export const redDiff = defineMethod({
  name: 'red-diff',
  title: 'RED-diff',
  source: 'Mardani et al. 2024 (arXiv:2305.04391)',
  needs: { vjp: false, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { steps: 100, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: () => true,
  create(measurement, network, { lambda, learningRate }) {
    const { operator } = measurement;
    const dataWeight = operator.norm > 0 ? operator.norm ** -2 : 0;
    const step = adam(learningRate);
    return {
      kind: 'transition',
      start: () => whitePriorEstimate(measurement, network),
      async transition(x, sigma, _sigmaNext, random) {
        const noisy = linear(1, x, sigma, random.normal(x.shape));
        const denoised = await network.denoise(noisy, repeatSigma(sigma, x.shape[0]));
        const prior = linear(lambda, x, -lambda, denoised);
        const gradient = linear(1, prior, -dataWeight, operator.adjoint(residual(measurement, x)));
        return { denoised, state: step(x, gradient) };
      },
    };
  },
});

/** Adam (Kingma & Ba 2015) with its moments; one per run. */
function adam(learningRate: number): (x: Tensor, gradient: Tensor) => Tensor {
  let first: Float32Array | undefined;
  let second: Float32Array | undefined;
  let count = 0;
  return (x, gradient) => {
    first ??= new Float32Array(x.data.length);
    second ??= new Float32Array(x.data.length);
    count++;
    const scale1 = 1 / (1 - BETA1 ** count);
    const scale2 = 1 / (1 - BETA2 ** count);
    const out = new Float32Array(x.data.length);
    for (let i = 0; i < out.length; i++) {
      const g = gradient.data[i];
      first[i] = BETA1 * first[i] + (1 - BETA1) * g;
      second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
      out[i] = x.data[i] - (learningRate * first[i] * scale1) / (Math.sqrt(second[i] * scale2) + ADAM_EPSILON);
    }
    return { shape: x.shape, data: out };
  };
}
