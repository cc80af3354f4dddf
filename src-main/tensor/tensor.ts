import { LangevinError } from '../errors.ts';

/** [samples, channels, height, width]. */
export type Shape = readonly [n: number, c: number, h: number, w: number];

/** [channels, height, width] of one sample. */
export type ImageShape = readonly [c: number, h: number, w: number];

/** A dense float32 array in NCHW order. Images are sRGB-encoded in [-1, 1] unless a name says otherwise. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Number of elements in one sample of `shape`. */
export function sampleSize(shape: Shape): number {
  return shape[1] * shape[2] * shape[3];
}

/** Number of elements of `shape`. */
export function elementCount(shape: Shape): number {
  return shape[0] * sampleSize(shape);
}

/** A zero tensor. */
export function zeros(shape: Shape): Tensor {
  return { shape, data: new Float32Array(elementCount(shape)) };
}

/**
 * Wraps `data` without copying.
 * @throws invalid-shape when the length does not fit.
 */
export function tensor(shape: Shape, data: Float32Array): Tensor {
  if (data.length !== elementCount(shape)) {
    throw new LangevinError(
      'invalid-shape',
      `A tensor of shape [${shape.join(', ')}] needs ${elementCount(shape)} values but ${data.length} were given.`,
    );
  }
  return { shape, data };
}

/** A copy that shares nothing with `x`. */
export function clone(x: Tensor): Tensor {
  return { shape: x.shape, data: x.data.slice() };
}

/** A view of sample `i`: shape [1, c, h, w], sharing memory with `x`. */
export function sample(x: Tensor, i: number): Tensor {
  const size = sampleSize(x.shape);
  return { shape: [1, x.shape[1], x.shape[2], x.shape[3]], data: x.data.subarray(i * size, (i + 1) * size) };
}

/** Stacks tensors of equal [c, h, w] along the sample axis. */
export function concatSamples(parts: readonly Tensor[]): Tensor {
  const first = parts[0];
  if (first === undefined) throw new LangevinError('invalid-shape', 'Cannot stack an empty list of tensors.');
  let n = 0;
  for (const part of parts) {
    if (part.shape[1] !== first.shape[1] || part.shape[2] !== first.shape[2] || part.shape[3] !== first.shape[3]) {
      throw new LangevinError(
        'invalid-shape',
        `Cannot stack samples of shape [${part.shape.slice(1).join(', ')}] and [${first.shape.slice(1).join(', ')}].`,
      );
    }
    n += part.shape[0];
  }
  const out = zeros([n, first.shape[1], first.shape[2], first.shape[3]]);
  let offset = 0;
  for (const part of parts) {
    out.data.set(part.data, offset);
    offset += part.data.length;
  }
  return out;
}

/** @throws invalid-shape when the shapes differ; `what` names the tensors in the message. */
export function assertSameShape(a: Tensor, b: Tensor, what: string): void {
  if (a.shape.some((d, i) => d !== b.shape[i])) {
    throw new LangevinError(
      'invalid-shape',
      `${what}: shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] differ but must be equal.`,
    );
  }
}

/**
 * a·x + b·y, elementwise, as a tensor of the shape of `x`.
 * @param out  where to put it; absent: new memory.
 */
export function linear(a: number, x: Tensor, b: number, y: Tensor, out = new Float32Array(x.data.length)): Tensor {
  assertSameShape(x, y, 'linear combination');
  // Arrays in local variables: the samplers spend more time here than anywhere beside the network and the noise.
  const [p, q] = [x.data, y.data];
  for (let i = 0; i < out.length; i++) out[i] = a * p[i] + b * q[i];
  return { shape: x.shape, data: out };
}

/** a·x as a new tensor. */
export function scale(a: number, x: Tensor): Tensor {
  const p = x.data;
  const out = new Float32Array(p.length);
  for (let i = 0; i < out.length; i++) out[i] = a * p[i];
  return { shape: x.shape, data: out };
}

/** Σ aᵢbᵢ of every sample, accumulated in double precision: length n. */
export function dotPerSample(a: Tensor, b: Tensor): Float64Array {
  assertSameShape(a, b, 'inner product');
  const size = sampleSize(a.shape);
  const out = new Float64Array(a.shape[0]);
  for (let n = 0; n < out.length; n++) {
    let sum = 0;
    for (let i = n * size, end = i + size; i < end; i++) sum += a.data[i] * b.data[i];
    out[n] = sum;
  }
  return out;
}

/** Euclidean norm of every sample: length n. Per sample, so that the batch size never changes a result. */
export function normPerSample(x: Tensor): Float64Array {
  return dotPerSample(x, x).map(Math.sqrt);
}

/** The same σ for each of `n` samples, in the form a score network takes. */
export function repeatSigma(sigma: number, n: number): Float32Array {
  return new Float32Array(n).fill(sigma);
}
