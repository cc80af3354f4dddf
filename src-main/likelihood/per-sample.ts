import { sampleSize, type Tensor } from '../tensor/tensor.ts';

/** x += factor·aₙ·y for every sample n, in place. A sample with a = 0 is left alone, whatever y holds. */
export function addPerSample(x: Tensor, a: ArrayLike<number>, y: Tensor, factor = 1): void {
  const size = sampleSize(x.shape);
  for (let n = 0; n < x.shape[0]; n++) {
    const scale = factor * a[n];
    if (scale === 0) continue;
    for (let i = n * size, end = i + size; i < end; i++) x.data[i] += scale * y.data[i];
  }
}
