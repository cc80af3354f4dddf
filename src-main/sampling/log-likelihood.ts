import { LangevinError } from '../errors.ts';
import type { DenoiserVjp, ScoreNetwork } from '../prior/score-network.ts';
import type { BatchRandom } from '../tensor/random.ts';
import { assertSameShape, repeatSigma, sample, sampleSize, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';
import { dormandPrince } from './dormand-prince.ts';
import { checkedLevels, flowIntegration, flowSlope, scaledState, unscaledState, type FlowOptions } from './flow.ts';

/** D(x; σ) and (∂D/∂x)ᵀ v; called with single samples. */
export type DenoiserGradient = (x: Tensor, sigma: number, v: Tensor) => Promise<DenoiserVjp>;

/**
 * The gradient of the prior alone.
 * @throws unsupported-combination when the network's backend cannot differentiate.
 */
export function priorGradient(network: ScoreNetwork): DenoiserGradient {
  if (network.vjp === undefined) {
    throw new LangevinError(
      'unsupported-combination',
      `The likelihood needs gradients of the network, which ${network.manifest.name} on ${network.provider} does ` +
        'not offer. Choose another model or provider.',
    );
  }
  const vjp = network.vjp.bind(network);
  return (x, sigma, v) => vjp(x, repeatSigma(sigma, x.shape[0]), v);
}

export const probeNames = ['rademacher', 'gaussian'] as const;
export type ProbeName = (typeof probeNames)[number];

/** Random vectors v with E[v vᵀ] = I for the trace estimator, one generator per sample. */
export function drawProbe(name: ProbeName, shape: Shape, random: BatchRandom): Tensor {
  return name === 'rademacher' ? random.rademacher(shape) : random.normal(shape);
}

export interface LikelihoodOptions extends FlowOptions {
  /** Level at which the density is taken; pictures count as noisy by that much. */
  readonly sigmaMin: number;
  /** Level at which the state counts as Gaussian. */
  readonly sigmaMax: number;
  /** Standard deviation of the pictures, for the Gaussian at sigmaMax: N(0, σmax² + σ_d²). */
  readonly sigmaData: number;
}

export interface LikelihoodResult {
  /** Unbiased estimate of log p_σmin(x) of every sample, in nats. */
  readonly logDensity: Float64Array;
  /** State at sigmaMax; `probabilityFlow` brings it back. */
  readonly latent: Tensor;
  /** Vector–Jacobian products of every sample. */
  readonly evaluations: readonly number[];
}

/**
 * log p(x) by the instantaneous change of variables along the probability-flow ODE (Song et al. 2021, eq. 39) with
 * Hutchinson's trace estimator (eq. 40). In σ-space, with τ = ln σ and J = ∂D/∂x,
 *
 *     log p_σmin(x) = log N(x_T; 0, σmax² + σ_d²) + ∫ (d − tr J) dτ,    tr J ≈ vᵀ J v + c (d − vᵀ v)
 *
 * where v is fixed along the solve. The last term has mean 0: c = σ_d²/(σ² + σ_d²) is J of a Gaussian prior of the
 * pictures' variance, so it takes away most of what the length of a Gaussian probe adds (it is 0 for ±1 probes).
 *
 * @param x      pictures at sigmaMin, as given (no noise is added).
 * @param probe  v, shape of x, E[v vᵀ] = I; see `drawProbe`.
 * @throws invalid-shape, invalid-argument; cancelled between evaluations.
 */
export async function logLikelihood(
  gradient: DenoiserGradient,
  x: Tensor,
  probe: Tensor,
  options: LikelihoodOptions,
): Promise<LikelihoodResult> {
  assertSameShape(x, probe, 'pictures and probes');
  const { from, to } = checkedLevels({ from: options.sigmaMin, to: options.sigmaMax });
  const dataVariance = options.sigmaData ** 2;
  const d = sampleSize(x.shape);
  const logDensity = new Float64Array(x.shape[0]);
  const latent = zeros(x.shape);
  const evaluations: number[] = [];

  for (let n = 0; n < x.shape[0]; n++) {
    const one = sample(x, n);
    const v = sample(probe, n);
    const missing = d - inner(v.data, v.data);
    // Element d of the solver's state is the integral of 1 − tr J/d: of order one, like the others.
    const solved = await dormandPrince({
      ...flowIntegration(n, { from, to }, options),
      initial: scaledState(one, from, 1),
      errorNorm: likelihoodError,
      derivative: async (logSigma, u) => {
        const sigma = Math.exp(logSigma);
        const { denoised, vjp } = await gradient(unscaledState(u, sigma, one), sigma, v);
        const slope = flowSlope(u, sigma, denoised);
        const gaussian = dataVariance / (sigma * sigma + dataVariance);
        slope[d] = 1 - (inner(v.data, vjp.data) + gaussian * missing) / d;
        return slope;
      },
    });
    evaluations.push(solved.evaluations);
    const end = unscaledState(solved.state, to, one);
    latent.data.set(end.data, n * d);
    const variance = to * to + dataVariance;
    const logPrior = -0.5 * (d * Math.log(2 * Math.PI * variance) + inner(end.data, end.data) / variance);
    logDensity[n] = logPrior + d * solved.state[d];
  }
  return { logDensity, latent, evaluations };
}

/** The larger of the picture's root mean square error and that of the integral, the last element. */
function likelihoodError(error: Float64Array, scale: Float64Array): number {
  const d = error.length - 1;
  let sum = 0;
  for (let i = 0; i < d; i++) sum += (error[i] / scale[i]) ** 2;
  return Math.max(Math.sqrt(sum / d), Math.abs(error[d] / scale[d]));
}

function inner(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
