import { z } from 'zod';
import type { LinearOperator } from '../operators/operator.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { BatchRandom } from '../tensor/random.ts';
import { dotPerSample, linear, repeatSigma, type Tensor } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import type { GuidedLikelihood, Measurement, TransitionLikelihood } from './likelihood.ts';
import { consistent, noisedEstimate, residual } from './measurement.ts';
import { spectralStep } from './spectral-step.ts';

const schema = z.strictObject({
  /** Fresh noise in DDNM+'s update (σ_y > 0); without noise the `ddim` predictor's own η is used. */
  eta: z.number().min(0).max(1).default(0.85),
});

/**
 * Wang et al. 2023. Noiseless (DDNM): the range of A is taken from the measurement, the null space from the network,
 * x̂ = D − A⁺(A D − y), and the noise direction stays that of the uncorrected D. With noise (DDNM+) the correction and
 * the added noise share σ′: through the spectrum where there is one, else with one scalar for the whole range.
 */
export const ddnm = defineMethod({
  name: 'ddnm',
  title: 'DDNM / DDNM+',
  source: 'Wang et al. 2023 (arXiv:2212.00490)',
  needs: { vjp: false, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { predictor: 'ddim', eta: 0.85, steps: 50, sigmaMax: 80, rho: 7 },
  create(measurement, network, { eta }) {
    if (measurement.sigmaY === 0) return noiseless(measurement, network);
    return measurement.operator.spectrum === undefined
      ? scalarPlus(measurement, network, eta)
      : spectralPlus(measurement, network, eta);
  },
});

function noiseless(measurement: Measurement, network: ScoreNetwork): GuidedLikelihood {
  return {
    kind: 'guided',
    start: noisedEstimate(measurement, network),
    async estimate(x, sigma) {
      const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
      return { denoised: consistent(measurement, denoised), epsilon: linear(1 / sigma, x, -1 / sigma, denoised) };
    },
  };
}

function spectralPlus(measurement: Measurement, network: ScoreNetwork, eta: number): TransitionLikelihood {
  const { spectrum } = measurement.operator;
  return {
    kind: 'transition',
    start: noisedEstimate(measurement, network),
    async transition(x, sigma, sigmaNext, random) {
      const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
      const z = random.normal(x.shape);
      const state = spectralStep(measurement, spectrum!, { x, denoised, sigma, sigmaNext, z, eta, etaB: 1 });
      return { denoised, state };
    },
  };
}

/**
 * Scalar DDNM+ (Wang et al. 2023 §3.3): x̂ = D − λA⁺(A D − y) with λ = min(1, σ′/τ) and, in the range of A, noise
 * √(σ′² − λ²τ²), where τ is the noise that A⁺ brings into the picture. The null space keeps the full σ′.
 */
function scalarPlus(measurement: Measurement, network: ScoreNetwork, eta: number): TransitionLikelihood {
  const { operator, sigmaY } = measurement;
  const tau = sigmaY * inverseGain(operator);
  return {
    kind: 'transition',
    start: noisedEstimate(measurement, network),
    async transition(x, sigma, sigmaNext, random) {
      const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
      const lambda = tau === 0 ? 1 : Math.min(1, sigmaNext / tau);
      const gamma = Math.sqrt(Math.max(0, sigmaNext ** 2 - (lambda * tau) ** 2));
      const epsilon = linear(1 / sigma, x, -1 / sigma, denoised);
      const noise = linear(Math.sqrt(1 - eta ** 2), epsilon, eta, random.normal(x.shape));
      // λA⁺(y − A D) and (γ − σ′)A⁺A·noise share one pseudo-inverse.
      const inRange = linear(lambda, residual(measurement, denoised), gamma - sigmaNext, operator.apply(noise));
      const correction = operator.pseudoInverse(inRange);
      return { denoised, state: linear(1, linear(1, denoised, sigmaNext, noise), 1, correction) };
    },
  };
}

/**
 * Root mean square of 1/s over the singular values s > 0 of A, √(tr(A⁺A⁺ᵀ)/rank), by one Hutchinson probe with fixed
 * signs: how much A⁺ amplifies white noise. Exact for a mask or a mean over pixels.
 */
function inverseGain(operator: LinearOperator): number {
  const probe = BatchRandom.seeded(0, 1).rademacher([1, ...operator.outputShape]);
  const image: Tensor = operator.pseudoInverse(probe);
  const [energy] = dotPerSample(image, image);
  const [rank] = dotPerSample(operator.apply(image), probe);
  return rank > 0 ? Math.sqrt(energy / rank) : 0;
}
