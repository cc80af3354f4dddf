import { z } from 'zod';
import type { LinearOperator } from '../operators/operator.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { BatchRandom } from '../tensor/random.ts';
import { dotPerSample, linear, repeatSigma, type Tensor } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import type { GuidedLikelihood, Measurement, TransitionLikelihood } from './likelihood.ts';
import { consistent, noisedEstimate, residual } from './measurement.ts';
import { spectralStep } from './spectral-step.ts';
import { jumpPath } from './time-travel.ts';

const schema = z.strictObject({
  eta: z
    .number()
    .min(0)
    .max(1)
    .default(0.85)
    .describe(
      "Fresh noise in the method's own update: DDNM+ (σ_y > 0) and time travel; else the `renoise` predictor's η is used",
    ),
  travelLength: z.int().min(1).max(1000).default(1).describe('Time travel: levels of one jump back up in noise'),
  travelRepeat: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe(
      'Times that each such stretch is walked, the first time included; 1 is no time travel. Large holes gain from 2 … 10',
    ),
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
  sampling: { predictor: 'renoise', eta: 0.85, steps: 50, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: ({ sigmaY }, { travelRepeat }) => sigmaY > 0 || travelRepeat > 1,
  create(measurement, network, { eta, travelLength, travelRepeat }) {
    if (measurement.sigmaY === 0 && travelRepeat === 1) return noiseless(measurement, network);
    const travel = (sigmas: readonly number[]): number[] => jumpPath(sigmas, travelLength, travelRepeat);
    if (measurement.sigmaY === 0) return { ...travelling(measurement, network, eta), path: travel };
    const plus = measurement.operator.spectrum === undefined ? scalarPlus : spectralPlus;
    return { ...plus(measurement, network, eta), path: travel };
  },
});

function noiseless(measurement: Measurement, network: ScoreNetwork): GuidedLikelihood {
  // A predictor has used ε̂ before it asks for the next.
  let direction = new Float32Array(0);
  return {
    kind: 'guided',
    start: noisedEstimate(measurement, network),
    async estimate(x, sigma) {
      const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
      if (direction.length !== x.data.length) direction = new Float32Array(x.data.length);
      const epsilon = linear(1 / sigma, x, -1 / sigma, denoised, direction);
      return { denoised: consistent(measurement, denoised), epsilon };
    },
  };
}

/** The noiseless update of `renoise`, as a transition that can be walked more than once. */
function travelling(measurement: Measurement, network: ScoreNetwork, eta: number): TransitionLikelihood {
  return {
    kind: 'transition',
    start: noisedEstimate(measurement, network),
    async transition(x, sigma, sigmaNext, random) {
      const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
      const estimate = consistent(measurement, denoised);
      if (sigmaNext === 0) return { denoised: estimate, state: estimate };
      const epsilon = linear(1 / sigma, x, -1 / sigma, denoised);
      const noise = linear(Math.sqrt(1 - eta ** 2), epsilon, eta, random.passingNormal(x.shape));
      return { denoised: estimate, state: linear(1, estimate, sigmaNext, noise) };
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
      const z = random.passingNormal(x.shape);
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
      const noise = linear(Math.sqrt(1 - eta ** 2), epsilon, eta, random.passingNormal(x.shape));
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
