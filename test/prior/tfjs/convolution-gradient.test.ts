import fc from 'fast-check';
import * as tf from '../../../src-main/prior/tfjs/tensorflow.ts';
import { describe, expect, it } from 'vitest';
import { loadTfjs } from '../../../src-main/prior/tfjs/runtime.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';

const runtime = await loadTfjs();
/** Where the native library is installed, WebAssembly is left as it comes. */
const onWasm = describe.runIf(runtime.backend === 'tfjs-wasm');

type Pad = 'same' | 'valid' | [number, number, number, number];

interface Convolution {
  readonly input: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: [number, number];
  readonly pad: Pad;
}

function explicit(pad: Pad): 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]] {
  return typeof pad === 'string'
    ? pad
    : [
        [0, 0],
        [pad[0], pad[1]],
        [pad[2], pad[3]],
        [0, 0],
      ];
}

/** dL/dx of a convolution on a backend; the JavaScript one has plain loops of its own. */
async function gradient(backend: 'wasm' | 'cpu', { input, filter, strides, pad }: Convolution): Promise<Float32Array> {
  await tf.setBackend(backend);
  const numbers = (seed: number, shape: [number, number, number, number]): tf.Tensor4D => {
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    new RandomGenerator(seed).fillNormal(data);
    return tf.tensor4d(data, shape);
  };
  const result = tf.tidy(() => {
    const weights = numbers(1, filter);
    const f = (x: tf.Tensor): tf.Tensor4D => tf.conv2d(x as tf.Tensor4D, weights, strides, explicit(pad));
    const x = numbers(2, input);
    const dy = numbers(3, f(x).shape);
    return tf.grad(f)(x, dy).dataSync() as Float32Array;
  });
  await tf.setBackend('wasm');
  return result;
}

const side = fc.integer({ min: 4, max: 9 });
const kernel = fc.integer({ min: 1, max: 4 });
const stride = fc.integer({ min: 1, max: 4 });
const margin = fc.integer({ min: 0, max: 2 });
const channels = fc.integer({ min: 1, max: 3 });

onWasm('the gradient of a convolution on WebAssembly', () => {
  it('is that of the JavaScript backend for all sizes, strides and paddings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          input: fc.tuple(fc.integer({ min: 1, max: 2 }), side, side),
          kernel: fc.tuple(kernel, kernel),
          channels: fc.tuple(channels, channels),
          strides: fc.tuple(stride, stride),
          pad: fc.oneof(fc.constantFrom('same' as const, 'valid' as const), fc.tuple(margin, margin, margin, margin)),
        }),
        async ({ input, kernel: [kh, kw], channels: [inner, outer], strides, pad }) => {
          const convolution: Convolution = {
            input: [...input, inner],
            filter: [kh, kw, inner, outer],
            strides,
            pad,
          };
          const [actual, expected] = [await gradient('wasm', convolution), await gradient('cpu', convolution)];
          expect(actual.length).toBe(expected.length);
          actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4));
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('tells apart the uses of one filter with different strides', () => {
    const filter = tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1]);
    const x = tf.tensor4d(new Float32Array(16), [1, 4, 4, 1]);
    const both = (value: tf.Tensor): tf.Tensor =>
      tf.add(
        tf.sum(tf.conv2d(value as tf.Tensor4D, filter, 2, 'valid')),
        tf.sum(tf.conv2d(value as tf.Tensor4D, filter, 1, 'valid')),
      );
    const gradient = tf.tidy(() => tf.grad(both)(x).dataSync());
    // Windows apart: [[1, 2], [3, 4]] four times; overlapping: sums of the filter at the windows that reach a pixel.
    const apart = [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4];
    const overlapping = [1, 3, 3, 2, 4, 10, 10, 6, 4, 10, 10, 6, 3, 7, 7, 4];
    expect([...gradient]).toEqual(apart.map((value, i) => value + overlapping[i]));
    tf.dispose([filter, x]);
  });

  it('leaves no tensors behind, and keeps one turned filter for each filter', async () => {
    const convolution: Convolution = { input: [1, 6, 6, 2], filter: [3, 3, 2, 2], strides: [1, 1], pad: 'same' };
    await gradient('wasm', convolution);
    const before = tf.memory().numTensors;
    await gradient('wasm', convolution);
    // The filter of each call is a new tensor, and its turned form is kept.
    expect(tf.memory().numTensors - before).toBe(1);
  });
});

onWasm('operators that WebAssembly lacks', () => {
  it('run on the JavaScript backend and are named', () => {
    runtime.fallbacks.clear();
    const sums = tf.tidy(() => tf.unsortedSegmentSum(tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([0, 1, 0, 1], 'int32'), 2));
    expect(Array.from(sums.dataSync())).toEqual([4, 6]);
    expect([...runtime.fallbacks]).toEqual(['UnsortedSegmentSum']);
    sums.dispose();
  });

  it('depth to space has a gradient in both layouts: the inverse permutation', () => {
    for (const format of ['NHWC', 'NCHW'] as const) {
      const shape: [number, number, number, number] = format === 'NHWC' ? [2, 3, 2, 8] : [2, 8, 3, 2];
      const x = tf.tensor4d(
        Float32Array.from({ length: 96 }, (_, i) => i),
        shape,
      );
      const f = (value: tf.Tensor4D): tf.Tensor4D => tf.depthToSpace(value, 2, format);
      const back = tf.grad((value) => f(value as tf.Tensor4D))(x, f(x));
      expect(back.dataSync()).toEqual(x.dataSync());
    }
  });
});
