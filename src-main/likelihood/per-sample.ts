import { sampleSize, type Tensor } from '../tensor/tensor.ts';

/** x += aₙ·y for every sample n, in place. A sample with a = 0 is left alone, whatever y holds. */
export function addPerSample(x: Tensor, a: ArrayLike<number>, y: Tensor): void {
  const size = sampleSize(x.shape);
  for (let n = 0; n < x.shape[0]; n++) {
    if (a[n] === 0) continue;
    for (let i = n * size, end = i + size; i < end; i++) x.data[i] += a[n] * y.data[i];
  }
}

/** x ← aₙ·x + y for every sample n, in place. */
export function scaleAddPerSample(x: Tensor, a: ArrayLike<number>, y: Tensor): void {
  const size = sampleSize(x.shape);
  for (let n = 0; n < x.shape[0]; n++) {
    for (let i = n * size, end = i + size; i < end; i++) x.data[i] = a[n] * x.data[i] + y.data[i];
  }
}
