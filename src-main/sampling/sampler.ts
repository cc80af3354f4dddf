import type { BatchRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a (posterior) denoiser knows about x0 at noise level σ. */
export interface Estimate {
  /** Estimate of E[x0 | x (, y)]; the (posterior) score is (denoised − x)/σ². */
  readonly denoised: Tensor;
  /** Noise direction for DDIM-like predictors when it is not (x − denoised)/σ, e.g. DDNM's uncorrected ε̂. */
  readonly epsilon?: Tensor;
}

/** D(x; σ), unconditional or conditioned on a measurement; every sample of the batch has the same σ. */
export type Denoiser = (x: Tensor, sigma: number) => Promise<Estimate>;

/** One finished update of the state. */
export interface SamplerStep {
  readonly kind: 'predictor' | 'corrector' | 'transition' | 'renoise';
  /** 0-based index of the level, and the number of levels. */
  readonly index: number;
  readonly count: number;
  /** Noise level before and after the update. */
  readonly sigma: number;
  readonly sigmaNext: number;
  /** x at `sigmaNext`, in σ-space. */
  readonly state: Tensor;
  /** The estimate of x0 that the update used. */
  readonly denoised: Tensor;
  /** Per-sample norms of the score used, for charts. */
  readonly scoreNorm: Float64Array;
  /** Step size: ε of a corrector, σ − σ′ of a predictor. */
  readonly stepSize: number;
}

/** Replaces part of the state after every update (Song 2021 projection); x at σ in, x at σ out. */
export type Projection = (x: Tensor, sigma: number, random: BatchRandom) => Tensor;
