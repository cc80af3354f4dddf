import type { ScoreNetwork } from '../prior/score-network.ts';
import { linear, type Tensor } from '../tensor/tensor.ts';
import type { Measurement, Start } from './likelihood.ts';

/** y − A x. */
export function residual({ operator, y }: Measurement, x: Tensor): Tensor {
  return operator.residual?.(y, x) ?? linear(1, y, -1, operator.apply(x));
}

/** x + A⁺(y − A x): the picture nearest to x that explains a noiseless y. */
export function consistent(measurement: Measurement, x: Tensor): Tensor {
  const { operator, y } = measurement;
  return operator.consistent?.(y, x) ?? linear(1, x, 1, operator.pseudoInverse(residual(measurement, x)));
}

/**
 * σ_y, but at least `floor`·‖A‖, so that (σ_y² I + A C Aᵀ) stays well conditioned when the measurement is noiseless.
 * In units of ‖A‖, because a measurement in other units, c·y = c·A x, must restore the same picture.
 */
export function flooredNoise({ operator, sigmaY }: Measurement, floor: number): number {
  return Math.max(sigmaY, floor * operator.norm);
}

/** Noise of the starting estimate in units of ‖A‖: keeps directions that A hardly sees out of it. */
const START_FLOOR = 0.01;
/** Pictures live in [−1, 1]; an estimate beyond this is ringing of the inverse. */
const START_RANGE = 1.2;

/**
 * E[x0 | y] under the white prior N(0, σ_d² I): k Aᵀ(σ_y² I + k A Aᵀ)⁻¹ y with k = σ_d², within the range of pictures.
 * The pseudo-inverse where nothing disturbs it, a Wiener filter where noise does.
 */
export function whitePriorEstimate(measurement: Measurement, network: ScoreNetwork): Tensor {
  const { operator, y } = measurement;
  const k = network.manifest.sigmaData ** 2;
  const image = operator.adjoint(operator.solve(y, flooredNoise(measurement, START_FLOOR) ** 2, k));
  return {
    shape: image.shape,
    data: image.data.map((value) => Math.min(START_RANGE, Math.max(-START_RANGE, k * value))),
  };
}

/** x = E[x0 | y] + σ z (Song et al. 2023, ΠGDM, start from a noised pseudo-inverse). */
export function noisedEstimate(measurement: Measurement, network: ScoreNetwork): Start {
  return (sigma, random) => {
    const estimate = whitePriorEstimate(measurement, network);
    return linear(1, estimate, sigma, random.normal(estimate.shape));
  };
}
