import { assertSameShape, type Tensor } from '../tensor/tensor.ts';

/** Σ cₖ xₖ elementwise as a new tensor, summed in double precision and rounded once. */
export function combination(first: readonly [number, Tensor], ...rest: readonly (readonly [number, Tensor])[]): Tensor {
  for (const [, x] of rest) assertSameShape(first[1], x, 'linear combination');
  const out = new Float32Array(first[1].data.length);
  const [a, x] = [first[0], first[1].data];
  if (rest.length === 1) {
    const [b, y] = [rest[0][0], rest[0][1].data];
    for (let i = 0; i < out.length; i++) out[i] = a * x[i] + b * y[i];
  } else if (rest.length === 2) {
    const [b, y] = [rest[0][0], rest[0][1].data];
    const [c, w] = [rest[1][0], rest[1][1].data];
    for (let i = 0; i < out.length; i++) out[i] = a * x[i] + b * y[i] + c * w[i];
  } else {
    for (let i = 0; i < out.length; i++) {
      let sum = a * x[i];
      for (const [c, w] of rest) sum += c * w.data[i];
      out[i] = sum;
    }
  }
  return { shape: first[1].shape, data: out };
}
