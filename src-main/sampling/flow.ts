import { invalidArgument } from '../errors.ts';
import { sample, sampleSize, zeros, type Tensor } from '../tensor/tensor.ts';
import { dormandPrince, type Integration, type Tolerances } from './dormand-prince.ts';
import type { Denoiser } from './sampler.ts';

export interface FlowOptions extends Tolerances {
  readonly signal?: AbortSignal | undefined;
  /** Told of every accepted step: the sample, and the noise level it has come to. */
  readonly onStep?: ((step: { readonly sample: number; readonly sigma: number }) => void) | undefined;
}

export interface FlowResult {
  /** State at the level asked for, shape of the argument. */
  readonly state: Tensor;
  /** Denoiser evaluations of every sample. */
  readonly evaluations: readonly number[];
}

/**
 * Carries x along the probability-flow ODE dx/dσ = (x − D)/σ from one noise level to another, up (encode, x0 → x_T) or
 * down (decode), by adaptive RK45. The ODE is the same for every SDE in σ-space (Song et al. 2021, eq. 13).
 *
 * Each sample is solved on its own, with steps of its own, so that the batch never changes a result: the denoiser is
 * called with single samples and must not be tied to a batch.
 * @param denoiser  prior or posterior estimate for one sample at a time.
 * @throws invalid-argument for levels that are not positive, or tolerances; cancelled between evaluations.
 */
export async function probabilityFlow(
  denoiser: Denoiser,
  x: Tensor,
  levels: { readonly from: number; readonly to: number },
  options: FlowOptions = {},
): Promise<FlowResult> {
  const { from, to } = checkedLevels(levels);
  const state = zeros(x.shape);
  const evaluations: number[] = [];
  for (let n = 0; n < x.shape[0]; n++) {
    const one = sample(x, n);
    const solved = await dormandPrince({
      ...flowIntegration(n, levels, options),
      initial: scaledState(one, from),
      derivative: async (logSigma, u) => {
        const sigma = Math.exp(logSigma);
        const at = unscaledState(u, sigma, one);
        return flowSlope(u, sigma, (await denoiser(at, sigma)).denoised);
      },
    });
    evaluations.push(solved.evaluations);
    state.data.set(unscaledState(solved.state, to, one).data, n * sampleSize(x.shape));
  }
  return { state, evaluations };
}

/** @throws invalid-argument unless both levels are positive and finite. */
export function checkedLevels<T extends { readonly from: number; readonly to: number }>(levels: T): T {
  for (const sigma of [levels.from, levels.to]) {
    if (!(sigma > 0 && Number.isFinite(sigma))) throw invalidArgument('sigma', 'a positive, finite number', sigma);
  }
  return levels;
}

/** The parts of the solver's problem that do not depend on the state. */
export function flowIntegration(
  index: number,
  { from, to }: { readonly from: number; readonly to: number },
  { rtol, atol, signal, onStep }: FlowOptions,
): Pick<Integration, 'from' | 'to' | 'firstStep' | 'rtol' | 'atol' | 'signal' | 'onStep'> {
  return {
    from: Math.log(from),
    to: Math.log(to),
    // Well below the unit on which anything changes in ln σ.
    firstStep: 0.1,
    rtol,
    atol,
    signal,
    onStep: onStep && ((logSigma) => onStep({ sample: index, sigma: Math.exp(logSigma) })),
  };
}

// The solver works on u = x/√(1 + σ²) against ln σ: of order one at every level, with slopes that vanish at both ends,
// where dx/dσ has a pole at σ = 0 and x grows to the size of σmax.

/** u of a state, in double precision; it may be longer than the state by `extra` zeros. */
export function scaledState(x: Tensor, sigma: number, extra = 0): Float64Array {
  const factor = 1 / Math.sqrt(1 + sigma * sigma);
  const u = new Float64Array(x.data.length + extra);
  for (let i = 0; i < x.data.length; i++) u[i] = factor * x.data[i];
  return u;
}

/** The state of u, shaped like `like`; what u has beyond its size is left alone. */
export function unscaledState(u: Float64Array, sigma: number, like: Tensor): Tensor {
  const factor = Math.sqrt(1 + sigma * sigma);
  const out = zeros(like.shape);
  for (let i = 0; i < out.data.length; i++) out.data[i] = factor * u[i];
  return out;
}

/** du/d ln σ = (x − D)/√(1 + σ²) − u σ²/(1 + σ²) = u/(1 + σ²) − D/√(1 + σ²), as long as u, 0 beyond D. */
export function flowSlope(u: Float64Array, sigma: number, denoised: Tensor): Float64Array {
  const factor = 1 / Math.sqrt(1 + sigma * sigma);
  const slope = new Float64Array(u.length);
  for (let i = 0; i < denoised.data.length; i++) slope[i] = factor * (factor * u[i] - denoised.data[i]);
  return slope;
}
