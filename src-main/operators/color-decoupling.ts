import { LangevinError } from '../errors.ts';
import { zeros, type Tensor } from '../tensor/tensor.ts';

/**
 * The orthonormal matrix M that decouples colour in Song et al. 2021 ("Score-Based Generative Modeling through SDEs",
 * colourization in appendix I): latent_j = Σ_i x_i M[i][j]. Latent channel 0 is √3 times the channel mean; the other
 * two carry the colour.
 */
export const COLOR_DECOUPLING: readonly (readonly number[])[] = [
  [1 / Math.sqrt(3), -2 / Math.sqrt(6), 0],
  [1 / Math.sqrt(3), 1 / Math.sqrt(6), 1 / Math.SQRT2],
  [1 / Math.sqrt(3), 1 / Math.sqrt(6), -1 / Math.SQRT2],
];

/**
 * RGB → latent channels, x M at every pixel.
 * @throws invalid-shape unless x is [n, 3, h, w].
 */
export function decoupleColors(x: Tensor): Tensor {
  return mixChannels(x, (i, j) => COLOR_DECOUPLING[i][j]);
}

/**
 * Latent channels → RGB, the inverse (= transpose) of `decoupleColors`.
 * @throws invalid-shape unless x is [n, 3, h, w].
 */
export function recoupleColors(latent: Tensor): Tensor {
  return mixChannels(latent, (i, j) => COLOR_DECOUPLING[j][i]);
}

function mixChannels(x: Tensor, weight: (from: number, to: number) => number): Tensor {
  const [n, c, h, w] = x.shape;
  if (c !== 3) {
    throw new LangevinError('invalid-shape', `Colour decoupling needs 3 channels, not ${c}.`);
  }
  const out = zeros(x.shape);
  for (let s = 0; s < n; s++) {
    for (let from = 0; from < 3; from++) {
      for (let to = 0; to < 3; to++) {
        const source = (s * 3 + from) * h * w;
        const target = (s * 3 + to) * h * w;
        const factor = weight(from, to);
        for (let i = 0; i < h * w; i++) out.data[target + i] += factor * x.data[source + i];
      }
    }
  }
  return out;
}
