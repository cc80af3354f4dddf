import { LangevinError } from '../errors.ts';
import type { BatchRandom } from '../tensor/random.ts';
import { elementCount, sampleSize, zeros, type Shape, type Tensor } from '../tensor/tensor.ts';

/**
 * 8-bit levels k as numbers of a density on [−1, 1): x = (k + u)/128 − 1 with u uniform on [0, 1) (Theis et al. 2016),
 * so that −E log p(x) bounds the discrete log-likelihood from above.
 * @param levels  values of `shape`, 0 … 255.
 * @throws invalid-shape when the counts differ.
 */
export function dequantise(levels: Uint8Array, shape: Shape, random: BatchRandom): Tensor {
  if (levels.length !== elementCount(shape) || random.generators.length !== shape[0]) {
    throw new LangevinError(
      'invalid-shape',
      `${levels.length} levels and ${random.generators.length} generators do not make a tensor [${shape.join(', ')}].`,
    );
  }
  const x = zeros(shape);
  const size = sampleSize(shape);
  random.generators.forEach((generator, n) => {
    for (let i = n * size, end = i + size; i < end; i++) x.data[i] = (levels[i] + generator.uniform()) / 128 - 1;
  });
  return x;
}

/**
 * Bits per value of an 8-bit picture from the log-density, in nats, of its dequantised form on [−1, 1): a level covers
 * an interval of 2/256, P(k) = p(x) (2/256)^d, so −log₂ P/d = −log p/(d ln 2) + 7.
 */
export function bitsPerDimension(logDensity: number, dimension: number): number {
  return -logDensity / (dimension * Math.LN2) + Math.log2(256 / 2);
}
