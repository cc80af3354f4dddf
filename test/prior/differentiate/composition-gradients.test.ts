import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { checkGradient } from './gradient-check.ts';

type Block = (g: OnnxBuilder, x: string) => string;

const channels = 4;

function weights(g: OnnxBuilder, dims: number[], gain = 0.5): string {
  const size = dims.reduce((a, b) => a * b, 1);
  return g.constant(
    Array.from({ length: size }, (_, i) => gain * Math.sin(12.9 * i + 4.1)),
    dims,
  );
}

function silu(g: OnnxBuilder, x: string): string {
  return g.node('Mul', [x, g.node('Sigmoid', [x])]);
}

/** The shape of `x` with its last two sizes multiplied by `factor`, computed by the graph. */
function scaledShape(g: OnnxBuilder, x: string, factor: number): string {
  return g.node('Mul', [g.node('Shape', [x]), g.int64(1, 1, factor, factor)]);
}

/** Blocks of U-Nets and transformers that keep the shape [n, 4, h, w], h and w even; all of them smooth. */
const blocks: Record<string, Block> = {
  residual: (g, x) => {
    const h = g.node('Conv', [silu(g, x), weights(g, [channels, channels, 3, 3], 0.3)], { pads: [1, 1, 1, 1] });
    return g.node('Add', [x, h]);
  },
  groupNorm: (g, x) => {
    const grouped = g.node('Reshape', [x, g.int64(0, 2, -1)]);
    const one = g.constant([1, 1], [2]);
    const normalized = g.node('InstanceNormalization', [grouped, one, g.constant([0, 0], [2])], {
      epsilon: { float: 0.1 },
    });
    return g.node('Mul', [g.node('Reshape', [normalized, g.node('Shape', [x])]), weights(g, [channels, 1, 1], 1)]);
  },
  downAndUp: (g, x) => {
    const low = g.node('Conv', [x, weights(g, [6, channels, 3, 3])], { strides: [2, 2], pads: [1, 1, 1, 1] });
    const high = g.node('Resize', [g.node('Tanh', [low]), '', g.constant([1, 1, 2, 2], [4])], { mode: 'nearest' });
    const joined = g.node('Concat', [high, x], { axis: 1 });
    return g.node('Conv', [joined, weights(g, [channels, 6 + channels, 1, 1])]);
  },
  pixelShuffle: (g, x) => {
    const low = g.node('Conv', [x, weights(g, [6, channels, 2, 2])], { strides: [2, 2] });
    const wide = g.node('Conv', [g.node('Tanh', [low]), weights(g, [4 * channels, 6, 1, 1])]);
    return g.node('Add', [x, g.node('DepthToSpace', [wide], { blocksize: 2, mode: 'CRD' })]);
  },
  attention: (g, x) => {
    const tokens = g.node('Transpose', [g.node('Reshape', [x, g.int64(0, channels, -1)])], { perm: [0, 2, 1] });
    const qkv = g.node('MatMul', [tokens, weights(g, [channels, 3 * channels])]);
    const split = g.nodes(
      'Split',
      [qkv],
      { axis: 2 },
      ['q', 'k', 'v'].map((name) => `${name}${qkv}`),
    );
    const scores = g.node('MatMul', [split[0], g.node('Transpose', [split[1]], { perm: [0, 2, 1] })]);
    const mixed = g.node('MatMul', [g.node('Softmax', [scores], { axis: -1 }), split[2]]);
    const back = g.node('Reshape', [g.node('Transpose', [mixed], { perm: [0, 2, 1] }), g.node('Shape', [x])]);
    return g.node('Add', [x, back]);
  },
  squeezeAndExcite: (g, x) => {
    const pooled = g.node('ReduceMean', [x], { axes: [2, 3], keepdims: 1 });
    const gate = g.node('Sigmoid', [g.node('Conv', [pooled, weights(g, [channels, channels, 1, 1], 1)])]);
    return g.node('Mul', [x, gate]);
  },
  bilinear: (g, x) => {
    const low = g.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    const high = g.node('Resize', [low, '', '', scaledShape(g, low, 2)], { mode: 'linear' });
    return g.node('Sub', [g.node('Erf', [high]), x]);
  },
  shift: (g, x) => {
    const rolled = g.node(
      'Concat',
      [
        g.node('Slice', [x, g.int64(1), g.int64(2 ** 31 - 1), g.int64(3)]),
        g.node('Slice', [x, g.int64(0), g.int64(1), g.int64(3)]),
      ],
      { axis: 3 },
    );
    const reflected = g.node('Pad', [x, g.int64(0, 0, 1, 0, 0, 0, 0, 0)], { mode: 'reflect' });
    return g.node('Mul', [rolled, g.node('Cos', [g.node('Slice', [reflected, g.int64(0), g.int64(-1), g.int64(2)])])]);
  },
};

describe('networks put together from blocks', () => {
  test('have the gradients of finite differences, in any order and of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.keys(blocks)), { minLength: 2, maxLength: 5 }),
        fc.constantFrom([1, 4, 4], [2, 2, 6], [1, 8, 2]),
        fc.constantFrom(1, 2),
        fc.boolean(),
        async (names, [n, h, w], stride, dynamic) => {
          await checkGradient({
            shape: [n, channels, h, w],
            stride,
            dynamic,
            build: (g, x) => names.reduce((y, name) => blocks[name](g, y), x),
          });
        },
      ),
      { numRuns: 20, seed: 11 },
    );
  });
});
