import { invalidArgument } from '../errors.ts';
import type { BatchRandom } from '../tensor/random.ts';
import { RandomGenerator } from '../tensor/random.ts';
import { sampleSize, zeros, type Tensor } from '../tensor/tensor.ts';
import type { LinearOperator } from './operator.ts';

/**
 * Simulates a measurement, y = A x + σ_y z with z ~ N(0, I). Entries of y that A leaves empty, whatever the image
 * (painted pixels of a mask, rays beside the picture), measure nothing: they stay 0 and get no noise.
 * @param x       [n, ...operator.inputShape].
 * @param sigmaY  standard deviation of the noise in units of y, ≥ 0: on [−1, 1] for image-shaped measurements.
 * @param random  one generator per sample; it is not used when sigmaY = 0.
 * @throws invalid-argument for a negative or infinite σ_y; invalid-shape when x does not fit.
 */
export function simulate(operator: LinearOperator, x: Tensor, sigmaY: number, random: BatchRandom): Tensor {
  if (!(sigmaY >= 0 && sigmaY < Infinity)) throw invalidArgument('sigmaY', 'a number ≥ 0', sigmaY);
  const y = operator.apply(x);
  if (sigmaY === 0) return y;
  const measured = measuredEntries(operator);
  const noise = random.normal(y.shape).data;
  const size = sampleSize(y.shape);
  for (let i = 0; i < y.data.length; i++) if (measured[i % size] !== 0) y.data[i] += sigmaY * noise[i];
  return y;
}

/**
 * 1 for every entry of one measurement that depends on the image, 0 where the row of A is zero. Found by measuring one
 * random image: a row that is not zero gives exactly 0 with probability 0.
 */
export function measuredEntries(operator: LinearOperator): Uint8Array {
  const probe = zeros([1, ...operator.inputShape]);
  new RandomGenerator(0).fillNormal(probe.data);
  return Uint8Array.from(operator.apply(probe).data, (v) => (v === 0 ? 0 : 1));
}
