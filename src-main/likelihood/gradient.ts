import { LangevinError } from '../errors.ts';
import type { Linearization, ScoreNetwork } from '../prior/score-network.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** D(x; σ) and its vector–Jacobian products at x. */
export type Linearize = (x: Tensor, sigma: Float32Array) => Promise<Linearization>;

/**
 * The network's linearization: from one evaluation where it can keep its activations, otherwise from one for D and one
 * for every product.
 * @throws unsupported-combination when the network cannot differentiate.
 */
export function requireGradient(network: ScoreNetwork, method: string): Linearize {
  const { linearize, vjp } = network;
  if (vjp === undefined) {
    throw new LangevinError(
      'unsupported-combination',
      `${method} needs gradients of the network, which ${network.manifest.name} on ${network.provider} does not offer.`,
    );
  }
  return (
    linearize?.bind(network) ??
    (async (x, sigma) => ({
      denoised: await network.denoise(x, sigma),
      recomputes: true,
      pull: async (v) => (await vjp.call(network, x, sigma, v)).vjp,
    }))
  );
}
