import type { LinearOperator } from '../operators/operator.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
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

/** ∇ log p_t(y|x) joined with the prior, in the form that any predictor and corrector can use. */
export interface GuidedLikelihood {
  readonly kind: 'guided';
  /** Posterior estimate of x0: posterior score = (denoised − x)/σ². */
  readonly estimate: Denoiser;
  readonly project?: Projection;
}

/** A method with its own rule from x at σ to x′ at σ′ < σ (σ′ = 0 ends the run with the estimate of x0). */
export interface TransitionLikelihood {
  readonly kind: 'transition';
  transition(
    x: Tensor,
    sigma: number,
    sigmaNext: number,
    random: BatchRandom,
  ): Promise<Estimate & { readonly state: Tensor }>;
}

export type Likelihood = GuidedLikelihood | TransitionLikelihood;

/** A registered way of estimating ∇ log p_t(y|x). */
export interface LikelihoodMethod<Options extends object = object> {
  readonly name: string;
  /** Paper, year. */
  readonly source: string;
  readonly needs: Needs;
  readonly defaults: Options;
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
    return `needs gradients of the network, which ${network.manifest.name} on ${network.provider} does not offer`;
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
