import type { z } from 'zod';
import type { LinearOperator } from '../operators/operator.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import type { CorrectorName } from '../sampling/corrector.ts';
import type { PredictorName } from '../sampling/predictors/registry.ts';
import type { Denoiser, Estimate, Projection } from '../sampling/sampler.ts';
import type { BatchRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** y = A x + n with n ~ N(0, σ_y² I); σ_y on the [−1, 1] range (twice its value on [0, 1]). */
export interface Measurement {
  readonly operator: LinearOperator;
  /** [n, ...operator.outputShape]. */
  readonly y: Tensor;
  readonly sigmaY: number;
}

/** What a method asks of the operator, the noise and the network; hosts show the reason when it is not met. */
export interface Needs {
  /** The network must offer vector–Jacobian products. */
  readonly vjp: boolean;
  /** The operator must have a closed singular value decomposition. */
  readonly spectrum: boolean;
  /** Only operators of these names; undefined = any linear operator. */
  readonly operators?: readonly string[];
  /** σ_y must be 0. */
  readonly noiselessOnly: boolean;
}

/**
 * State at noise level σ to begin from when there is no earlier picture: what the measurement alone says of x0, plus
 * noise (RED-diff, whose state is a picture, adds none). One generator per sample.
 */
export type Start = (sigma: number, random: BatchRandom) => Tensor;

/** ∇ log p_t(y|x) joined with the prior, in the form that any predictor and corrector can use. */
export interface GuidedLikelihood {
  readonly kind: 'guided';
  /** Posterior estimate of x0: posterior score = (denoised − x)/σ². */
  readonly estimate: Denoiser;
  readonly project?: Projection;
  readonly start: Start;
}

/**
 * A method with its own rule from x at σ to x′ at σ′ < σ (σ′ = 0 ends the run with the estimate of x0). It may carry
 * state from step to step, so one object serves one run.
 */
export interface TransitionLikelihood {
  readonly kind: 'transition';
  /** Its states are pictures without noise, so that none is added to an earlier picture that it begins from. */
  readonly walksPictures?: true;
  readonly start: Start;
  /**
   * The noise levels to walk, made from a descending schedule that ends in 0; where a level is above the one before
   * it, the state is noised up to it: x + √(σ″² − σ²) z. Absent: the schedule as it is.
   */
  path?(sigmas: readonly number[]): number[];
  transition(
    x: Tensor,
    sigma: number,
    sigmaNext: number,
    random: BatchRandom,
  ): Promise<Estimate & { readonly state: Tensor }>;
}

export type Likelihood = GuidedLikelihood | TransitionLikelihood;

/** How a method likes to be sampled, where a task says nothing else. */
export interface SamplingDefaults {
  /** Predictor of a guided method; a transition method has its own update. */
  readonly predictor?: PredictorName;
  /** Share η of fresh noise in a `ddim` or `renoise` update, 0 (deterministic) … 1. */
  readonly eta?: number;
  /** Corrector of a guided method. */
  readonly corrector?: CorrectorName;
  /** Signal-to-noise ratio r of the Langevin corrector. */
  readonly snr?: number;
  /** Number of noise levels, the final 0 not counted. */
  readonly steps: number;
  readonly sigmaMax: number;
  /** Lowest level before 0, where it is not the network's own. */
  readonly sigmaMin?: number;
  /** Exponent of the Karras schedule. */
  readonly rho: number;
}

/** A registered way of estimating ∇ log p_t(y|x). */
export interface LikelihoodMethod<Options extends object = object> {
  readonly name: string;
  /** For people, as the field calls it. */
  readonly title: string;
  /** Paper, year, identifier. */
  readonly source: string;
  readonly needs: Needs;
  /** Its runs all end in one picture, whatever the seed: there are no samples of it. */
  readonly isPointEstimate?: true;
  /** Checks options from outside and fills in the defaults; unknown keys are refused. */
  readonly schema: z.ZodType<Options>;
  readonly defaults: Options;
  readonly sampling: SamplingDefaults;
  /** What the publication has for this operator where it differs from `sampling`. */
  samplingFor?(operator: LinearOperator): Partial<SamplingDefaults>;
  /**
   * Whether the method has its own update from level to level (a `TransitionLikelihood`), so that predictor, corrector,
   * η and SDE of the sampler have no meaning. Options as `schema` gives them.
   */
  hasOwnUpdate(measurement: Pick<Measurement, 'sigmaY'>, options: Options): boolean;
  /** Options as `schema` gives them; nothing is checked here (see `createLikelihood` in registry.ts). */
  create(measurement: Measurement, network: ScoreNetwork, options: Options): Likelihood;
}

/**
 * Why `method` cannot solve this measurement with this network, as a sentence, or undefined when it can.
 */
export function whyNot(
  needs: Needs,
  measurement: { readonly operator: LinearOperator; readonly sigmaY: number },
  network: ScoreNetwork,
): string | undefined {
  if (needs.vjp && network.vjp === undefined) {
    const why = network.gradientProblem === undefined ? '' : ` (${network.gradientProblem})`;
    return `needs gradients of the network, which ${network.manifest.name} on ${network.provider} does not offer${why}`;
  }
  if (needs.spectrum && measurement.operator.spectrum === undefined) {
    return `needs the singular value decomposition of the operator, which ${measurement.operator.name} does not have in closed form`;
  }
  if (needs.operators !== undefined && !needs.operators.includes(measurement.operator.name)) {
    return `works only with ${needs.operators.join(', ')}, not with ${measurement.operator.name}`;
  }
  if (needs.noiselessOnly && measurement.sigmaY > 0) {
    return `assumes a noiseless measurement, but the noise is σ_y = ${measurement.sigmaY}`;
  }
  return undefined;
}
