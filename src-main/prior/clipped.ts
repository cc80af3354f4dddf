import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Linearization, ScoreNetwork } from './score-network.ts';

/**
 * The network with D held within ±bound, as the schedulers of many DDPMs do with their x̂0 (`clip_sample`): at high noise the
 * error of an ε network is multiplied by σ. The product with the Jacobian is that of the clipped D.
 */
export function clippedNetwork(network: ScoreNetwork, bound: number): ScoreNetwork {
  const { vjp, linearize } = network;
  /** v where D is not held, 0 elsewhere. */
  const passed = (v: Tensor, denoised: Tensor): Tensor =>
    tensor(
      v.shape,
      v.data.map((value, i) => (Math.abs(denoised.data[i]) < bound ? value : 0)),
    );
  const held = ({ shape, data }: Tensor): Tensor =>
    tensor(
      shape,
      data.map((value) => Math.max(-bound, Math.min(bound, value))),
    );
  const linearized = async (x: Tensor, sigma: Float32Array): Promise<Linearization> => {
    if (linearize !== undefined) {
      const { denoised, recomputes, pull } = await linearize.call(network, x, sigma);
      return { denoised: held(denoised), recomputes, pull: (v) => pull(passed(v, denoised)) };
    }
    const denoised = await network.denoise(x, sigma);
    return {
      denoised: held(denoised),
      recomputes: true,
      pull: async (v) => (await vjp!.call(network, x, sigma, passed(v, denoised))).vjp,
    };
  };
  return {
    ...network,
    denoise: async (x, sigma) => held(await network.denoise(x, sigma)),
    ...(vjp === undefined
      ? {}
      : {
          async vjp(x: Tensor, sigma: Float32Array, v: Tensor) {
            const { denoised, pull } = await linearized(x, sigma);
            return { denoised, vjp: await pull(v) };
          },
        }),
    ...(linearize === undefined ? {} : { linearize: linearized }),
    dispose: () => network.dispose(),
  };
}
