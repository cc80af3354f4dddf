import type { BatchRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Denoiser, Estimate } from './sampler.ts';
import type { Sde } from './sde.ts';

/** What stays the same through one run. */
export interface PredictorRun {
  /** Gives the time of a noise level and the stochastic rules their drift and diffusion. */
  readonly sde: Sde;
  /** For predictors that evaluate inside the step; the estimate at (x, σ) is given. */
  readonly denoiser: Denoiser;
  readonly random: BatchRandom;
}

/** One step from σ to σ′, 0 < σ′ < σ. */
export interface PredictorUpdate {
  /** State at `sigma`, in σ-space. */
  readonly x: Tensor;
  readonly sigma: number;
  readonly sigmaNext: number;
  /** The denoiser's answer at (x, sigma). */
  readonly estimate: Estimate;
}

/** Returns the state at `sigmaNext`, in σ-space, as a new tensor. */
export type Predictor = (update: PredictorUpdate) => Promise<Tensor>;

/** A rule that follows the reverse SDE or the probability-flow ODE down one level. */
export interface PredictorMethod {
  readonly name: string;
  /** Paper and equation. */
  readonly source: string;
  /** Whether a step draws noise. */
  readonly stochastic: boolean;
  /** Denoiser evaluations per step, the one of the given estimate counted. */
  readonly evaluations: number;
  /** Begins a run; multi-step methods keep their history in the predictor returned. */
  start(run: PredictorRun): Predictor;
}
