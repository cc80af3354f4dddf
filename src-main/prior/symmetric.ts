import { zeros, type Tensor } from '../tensor/tensor.ts';
import type { ScoreNetwork } from './score-network.ts';

/** Numbers of symmetries that an ensemble may have: of the plane, mirrored first, then with the diagonal. */
export const ENSEMBLE_SIZES = [1, 2, 4, 8] as const;
export type EnsembleSize = (typeof ENSEMBLE_SIZES)[number];

/**
 * The network seen through one of the eight symmetries g of the square, D_g(x) = g⁻¹ D(g x). Photographs have no preferred
 * hand and hardly a preferred direction, so all eight are estimates of the same picture whose errors partly cancel in
 * their mean (self-ensemble: Timofte et al. 2016, Seven ways to improve example-based single image super resolution).
 * @param element  0 is the network itself; 1 mirrors left and right, 2 up and down, 3 both; 4 … 7 do so after exchanging
 *   rows and columns.
 */
export function symmetricNetwork(network: ScoreNetwork, element: number): ScoreNetwork {
  if (element === 0) return network;
  const { vjp, linearize } = network;
  return {
    manifest: network.manifest,
    provider: network.provider,
    async denoise(x, sigma) {
      return transform(await network.denoise(transform(x, element, false), sigma), element, true);
    },
    ...(vjp === undefined
      ? {}
      : {
          async vjp(x: Tensor, sigma: Float32Array, v: Tensor) {
            // g is orthogonal, so that (g⁻¹ J g)ᵀ = g⁻¹ Jᵀ g.
            const result = await vjp.call(network, transform(x, element, false), sigma, transform(v, element, false));
            return { denoised: transform(result.denoised, element, true), vjp: transform(result.vjp, element, true) };
          },
        }),
    ...(linearize === undefined
      ? {}
      : {
          async linearize(x: Tensor, sigma: Float32Array) {
            const { denoised, recomputes, pull } = await linearize.call(network, transform(x, element, false), sigma);
            return {
              denoised: transform(denoised, element, true),
              recomputes,
              pull: async (v) => transform(await pull(transform(v, element, false)), element, true),
            };
          },
        }),
    ...(network.gradientProblem === undefined ? {} : { gradientProblem: network.gradientProblem }),
    ...(network.mostPixels === undefined ? {} : { mostPixels: network.mostPixels }),
    dispose: () => network.dispose(),
  };
}

/** g x, or g⁻¹ x: the diagonal first, then the mirrors; the inverse in the other order. */
function transform(x: Tensor, element: number, inverse: boolean): Tensor {
  const [n, channels, height, width] = x.shape;
  const diagonal = element >= 4;
  const [outHeight, outWidth] = diagonal ? [width, height] : [height, width];
  const out = zeros([n, channels, outHeight, outWidth]);
  const acrossMirror = (element & 1) !== 0;
  const downMirror = (element & 2) !== 0;
  // Mirrors act on the mirrored picture's own axes: those of the output when applied, of the input when undone.
  for (let plane = 0; plane < n * channels; plane++) {
    const start = plane * height * width;
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        let row: number;
        let column: number;
        if (inverse) {
          [row, column] = diagonal ? [j, i] : [i, j];
          if (downMirror) row = height - 1 - row;
          if (acrossMirror) column = width - 1 - column;
        } else {
          const r = downMirror ? outHeight - 1 - i : i;
          const c = acrossMirror ? outWidth - 1 - j : j;
          [row, column] = diagonal ? [c, r] : [r, c];
        }
        out.data[start + i * outWidth + j] = x.data[start + row * width + column];
      }
    }
  }
  return out;
}
