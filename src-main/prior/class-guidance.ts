import { linear, type Tensor } from '../tensor/tensor.ts';
import type { Linearization, ScoreNetwork } from './score-network.ts';

/**
 * Classifier-free guidance (Ho & Salimans 2022, eq. 6, with scale = 1 + w):
 *
 *     D(x | y) = D(x) + scale · (D_y(x) − D(x))
 *
 * Two evaluations each. Linear in both, so the gradients are as well. `dispose` leaves both networks alone.
 * @param none         told of no class
 * @param conditional  told of the class, same manifest
 */
export function classGuidedNetwork(none: ScoreNetwork, conditional: ScoreNetwork, scale: number): ScoreNetwork {
  const mix = (a: Tensor, b: Tensor): Tensor => linear(1 - scale, a, scale, b);
  const [ofNone, ofClass] = [none.linearize?.bind(none), conditional.linearize?.bind(conditional)];
  const [vjpOfNone, vjpOfClass] = [none.vjp?.bind(none), conditional.vjp?.bind(conditional)];
  return {
    manifest: none.manifest,
    provider: none.provider,
    denoise: async (x, sigma) => mix(await none.denoise(x, sigma), await conditional.denoise(x, sigma)),
    ...(vjpOfNone === undefined || vjpOfClass === undefined
      ? {}
      : {
          async vjp(x: Tensor, sigma: Float32Array, v: Tensor) {
            const [a, b] = [await vjpOfNone(x, sigma, v), await vjpOfClass(x, sigma, v)];
            return { denoised: mix(a.denoised, b.denoised), vjp: mix(a.vjp, b.vjp) };
          },
        }),
    ...(ofNone === undefined || ofClass === undefined
      ? {}
      : {
          async linearize(x: Tensor, sigma: Float32Array): Promise<Linearization> {
            const [a, b] = [await ofNone(x, sigma), await ofClass(x, sigma)];
            return {
              denoised: mix(a.denoised, b.denoised),
              recomputes: a.recomputes || b.recomputes,
              pull: async (v) => mix(await a.pull(v), await b.pull(v)),
            };
          },
        }),
    ...(none.gradientProblem === undefined ? {} : { gradientProblem: none.gradientProblem }),
    ...(none.mostPixels === undefined ? {} : { mostPixels: none.mostPixels }),
    dispose: () => Promise.resolve(),
  };
}
