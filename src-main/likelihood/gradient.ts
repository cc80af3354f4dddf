import { LangevinError } from '../errors.ts';
import type { DenoiserVjp, ScoreNetwork } from '../prior/score-network.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A network's vector–Jacobian product, bound. */
export type Vjp = (x: Tensor, sigma: Float32Array, v: Tensor) => Promise<DenoiserVjp>;

/** @throws unsupported-combination when the network cannot differentiate. */
export function requireVjp(network: ScoreNetwork, method: string): Vjp {
  if (network.vjp === undefined) {
    throw new LangevinError(
      'unsupported-combination',
      `${method} needs gradients of the network, which ${network.manifest.name} on ${network.provider} does not offer.`,
    );
  }
  return network.vjp.bind(network);
}
