import { LangevinError } from '../errors.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Manifest } from './manifest.ts';
import type { ScoreNetwork } from './score-network.ts';

/**
 * A network for grey pictures as one for colour: each channel is a picture of its own. [n, c, h, w] and [n·c, 1, h, w] are
 * the same numbers in the same order.
 * @param manifest  of the network, with its number of channels as a colour network.
 */
export function perChannelNetwork(network: ScoreNetwork, manifest: Manifest): ScoreNetwork {
  const { channels } = manifest;
  const apart = ({ shape: [n, c, height, width], data }: Tensor): Tensor => {
    if (c === channels) return tensor([n * c, 1, height, width], data);
    throw new LangevinError(
      'invalid-shape',
      `The network ${manifest.name} takes [n, ${channels}, h, w] but was given [${[n, c, height, width].join(', ')}].`,
    );
  };
  const together = ({ shape: [n, , height, width], data }: Tensor): Tensor =>
    tensor([n / channels, channels, height, width], data);
  const levels = (sigma: Float32Array): Float32Array =>
    Float32Array.from({ length: sigma.length * channels }, (_, i) => sigma[Math.floor(i / channels)]);
  const { vjp, linearize } = network;
  return {
    ...network,
    manifest,
    denoise: async (x, sigma) => together(await network.denoise(apart(x), levels(sigma))),
    ...(vjp === undefined
      ? {}
      : {
          async vjp(x: Tensor, sigma: Float32Array, v: Tensor) {
            const result = await vjp.call(network, apart(x), levels(sigma), apart(v));
            return { denoised: together(result.denoised), vjp: together(result.vjp) };
          },
        }),
    ...(linearize === undefined
      ? {}
      : {
          async linearize(x: Tensor, sigma: Float32Array) {
            const { denoised, recomputes, pull } = await linearize.call(network, apart(x), levels(sigma));
            return {
              denoised: together(denoised),
              recomputes,
              pull: async (v: Tensor) => together(await pull(apart(v))),
            };
          },
        }),
    dispose: () => network.dispose(),
  };
}
