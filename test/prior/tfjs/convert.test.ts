import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src-main/prior/differentiate/differentiate.ts';
import { parseManifest, type Manifest } from '../../../src-main/prior/manifest.ts';
import { createTfjsNetwork } from '../../../src-main/prior/tfjs.ts';
import { convertToTfjs } from '../../../src-main/prior/tfjs/convert/convert.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import type { ScoreNetwork } from '../../../src-main/prior/score-network.ts';
import { OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { tinyManifestJson } from '../../fixtures/tiny-model.ts';
import { largestDifference, reference, referenceFile } from './reference.ts';

const network = { inputs: { x: 'x', time: 'sigma' }, output: 'denoised' };

function manifestFor(channels: 1 | 3, stride: number): Manifest {
  return parseManifest(tinyManifestJson({ channels, stride, format: 'tfjs-graph', file: 'model.json' }), 'test');
}

async function converted(model: Uint8Array, channels: 1 | 3, stride: number): Promise<ScoreNetwork> {
  const { json, weightsFile, weights } = convertToTfjs(model, { ...network, channels, stride });
  const files = [{ path: weightsFile, data: weights }];
  return (await createTfjsNetwork(manifestFor(channels, stride), new TextEncoder().encode(json), files)).network;
}

function normal(seed: number, shape: readonly number[], offset = 0): Float32Array {
  const data = new Float32Array(shape.reduce((a, b) => a * b));
  new RandomGenerator(seed).fillNormal(data);
  return data.map((value) => value + offset);
}

/** The converted network and its gradient against ONNX Runtime. */
async function expectSame(model: Uint8Array, shape: [number, 3, number, number], stride: number): Promise<void> {
  const session = await InferenceSession.create(differentiate(model, { ...network, stride }), { logSeverityLevel: 3 });
  const sigma = Float32Array.from({ length: shape[0] }, (_, i) => 0.3 + i);
  const [x, v] = [normal(1, shape), normal(2, shape)];
  const expected = await session.run({
    x: new Tensor(x, shape),
    sigma: new Tensor(sigma, [shape[0]]),
    v: new Tensor(v, shape),
  });
  await session.release();
  const tfjs = await converted(model, 3, stride);
  const actual = await tfjs.vjp?.({ shape, data: x }, sigma, { shape, data: v });
  const alone = await tfjs.denoise({ shape, data: x }, sigma);
  await tfjs.dispose();
  if (actual === undefined) throw new Error('The converted network has no gradient.');
  const denoised = expected['denoised'].data as Float32Array;
  const scale = Math.max(1, ...denoised.map(Math.abs));
  expect(largestDifference(alone.data, denoised) / scale).toBeLessThan(1e-5);
  expect(largestDifference(actual.denoised.data, denoised) / scale).toBeLessThan(1e-5);
  const vjp = expected['vjp'].data as Float32Array;
  expect(largestDifference(actual.vjp.data, vjp) / Math.max(1, ...vjp.map(Math.abs))).toBeLessThan(1e-5);
}

describe('a U-Net exported by PyTorch', () => {
  it('keeps its values and its gradient by torch.autograd', async () => {
    const expected = reference('film-unet');
    const tfjs = await converted(referenceFile('film-unet.onnx'), 3, 4);
    const { shape } = expected;
    const result = await tfjs.vjp?.({ shape, data: expected.x }, expected.sigma, { shape, data: expected.v });
    await tfjs.dispose();
    if (result === undefined) throw new Error('The converted network has no gradient.');
    expect(largestDifference(result.denoised.data, expected.denoised)).toBeLessThan(1e-5);
    expect(largestDifference(result.vjp.data, expected.vjp)).toBeLessThan(1e-5);
  });

  it.each([
    [1, 8, 20],
    [3, 12, 4],
  ])('follows %i pictures of %i × %i pixels', async (n, h, w) => {
    await expectSame(referenceFile('film-unet.onnx'), [n, 3, h, w], 4);
  });

  it('names the node that cannot be converted', () => {
    const convert = (): unknown =>
      convertToTfjs(referenceFile('transformer.onnx'), { ...network, channels: 3, stride: 4 });
    expect(convert).toThrow(/cannot be converted to TensorFlow\.js: node ".*" \(\w+\)/);
  });
});
type Build = (g: OnnxBuilder, x: string) => string;

/** A network of one operator (and what it needs around it) whose output has the shape of x, [n, 3, h, w]. */
function single(build: Build): Uint8Array {
  const g = new OnnxBuilder();
  const x = g.input('x', ['n', 3, 'h', 'w']);
  const sigma = g.input('sigma', ['n']);
  const level = g.node('Reshape', [sigma, g.int64(-1, 1, 1, 1)]);
  g.node('Mul', [build(g, x), level], {}, 'denoised');
  g.output('denoised', ['n', 3, 'h', 'w']);
  return g.build();
}

const weights = (seed: number, dims: readonly number[]): number[] => Array.from(normal(seed, dims));
const conv = (g: OnnxBuilder, x: string, dims: [number, number, number, number], seed = 5, attributes = {}): string =>
  g.node('Conv', [x, g.constant(weights(seed, dims), dims), g.constant(weights(seed + 1, [dims[0]]), [dims[0]])], {
    kernel_shape: [dims[2], dims[3]],
    ...attributes,
  });
const positive = (g: OnnxBuilder, x: string): string =>
  g.node('Add', [g.node('Mul', [x, x]), g.constant([0.5], [])], {});

const cases: Record<string, Build> = {
  ...Object.fromEntries(
    [
      'Abs',
      'Cos',
      'Elu',
      'Erf',
      'Exp',
      'Identity',
      'LeakyRelu',
      'Neg',
      'Relu',
      'Sigmoid',
      'Sin',
      'Softplus',
      'Tanh',
    ].map((op): [string, Build] => [op, (g, x) => g.node(op, [x])]),
  ),
  ...Object.fromEntries(
    ['Log', 'Reciprocal', 'Sqrt'].map((op): [string, Build] => [op, (g, x) => g.node(op, [positive(g, x)])]),
  ),
  'LeakyRelu with a slope': (g, x) => g.node('LeakyRelu', [x], { alpha: { float: 0.3 } }),
  'Pow and Sub': (g, x) =>
    g.node('Pow', [g.node('Sub', [positive(g, x), g.constant([0.25], [1])]), g.constant([3], [])]),
  'Div by a value of its own': (g, x) => g.node('Div', [x, positive(g, x)]),
  'Conv 3 × 3, padded, then values broadcast in every way': (g, x) => {
    const y = conv(g, x, [3, 3, 3, 3], 5, { pads: [1, 1, 1, 1] });
    const perChannel = g.node('Mul', [y, g.constant([1, -2, 3], [3, 1, 1])]);
    const mean = g.node('ReduceMean', [x], { axes: [2, 3], keepdims: 1 });
    return g.node('Add', [g.node('Add', [perChannel, mean]), x]);
  },
  'Conv padded on one side, with an even kernel and without a bias': (g, x) =>
    g.node('Conv', [x, g.constant(weights(4, [3, 3, 2, 4]), [3, 3, 2, 4])], {
      kernel_shape: [2, 4],
      pads: [1, 3, 0, 0],
    }),
  'Conv by auto_pad': (g, x) => conv(g, x, [3, 3, 3, 2], 6, { auto_pad: 'SAME_UPPER' }),
  'Conv with stride 2, DepthToSpace CRD': (g, x) => {
    const small = conv(g, x, [12, 3, 3, 3], 7, { strides: [2, 2], pads: [1, 1, 1, 1] });
    return g.node('DepthToSpace', [small], { blocksize: 2, mode: 'CRD' });
  },
  'SpaceToDepth and DepthToSpace DCR': (g, x) => {
    const deep = g.node('SpaceToDepth', [x], { blocksize: 2 });
    return g.node('DepthToSpace', [conv(g, deep, [12, 12, 1, 1], 8)], { blocksize: 2, mode: 'DCR' });
  },
  'Concat and Slice of channels after a Conv': (g, x) => {
    const y = conv(g, x, [4, 3, 1, 1], 9);
    const joined = g.node('Concat', [x, y], { axis: 1 });
    return g.node('Slice', [joined, g.int64(-4), g.int64(-1), g.int64(1)]);
  },
  'Gemm, Unsqueeze': (g, x) => {
    const mean = g.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 });
    const dense = g.node('Gemm', [mean, g.constant(weights(3, [3, 3]), [3, 3]), g.constant([1, 2, 3], [3])], {
      alpha: { float: 0.5 },
      beta: { float: 2 },
      transB: 1,
    });
    return g.node('Mul', [x, g.node('Unsqueeze', [dense, g.int64(2, 3)])]);
  },
  'MatMul, Transpose, Softmax over pixels': (g, x) => {
    const rows = g.node('Softmax', [x], { axis: -1 });
    const columns = g.node('Transpose', [x], { perm: [0, 1, 3, 2] });
    return g.node('MatMul', [g.node('MatMul', [rows, columns]), x]);
  },
  'Gelu by Erf, ReduceSum over channels': (g, x) => {
    const sum = g.node('ReduceSum', [conv(g, x, [3, 3, 1, 1]), g.int64(1)], { keepdims: 1 });
    return g.node('Add', [g.node('Erf', [sum]), x]);
  },
  'Reshape with sizes that follow from the input, Unsqueeze, Squeeze': (g, x) => {
    const split = g.node('Reshape', [g.node('Unsqueeze', [x, g.int64(1)]), g.int64(0, 0, 0, 0, -1, 2)]);
    const rows = g.node('Squeeze', [g.node('Mul', [split, split]), g.int64(1)]);
    return g.node('Reshape', [rows, g.node('Shape', [x])]);
  },
};

describe('converted operators', () => {
  it.each(Object.entries(cases))('%s', async (_name, build) => {
    await expectSame(single(build), [2, 3, 8, 4], 4);
  });

  it('refuses what has no counterpart, by name', () => {
    const convert = (build: Build): unknown => convertToTfjs(single(build), { ...network, channels: 3, stride: 4 });
    expect(() => convert((g, x) => g.node('Round', [x]))).toThrow(/\(Round\): this operator is not converted/);
    expect(() => convert((g, x) => conv(g, x, [3, 1, 1, 1], 1, { group: 3 }))).toThrow(/\(Conv\): it has 3 groups/);
    const odd: Build = (g, x) => g.node('Slice', [x, g.int64(0), g.int64(2 ** 31 - 1), g.int64(2), g.int64(2)]);
    expect(() => convert(odd)).toThrow(/\(Slice\): it steps by more than one/);
  });
});
