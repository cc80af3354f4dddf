import { describe, test } from 'vitest';
import type { AttributeValue, OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { checkGradient, type GradientCase } from './gradient-check.ts';

function vector(g: OnnxBuilder, length: number, phase: number, offset: number): string {
  return g.constant(
    Array.from({ length }, (_, i) => offset + Math.sin(2 * i + phase)),
    [length],
  );
}

describe('Softmax', () => {
  test.each([
    ['Softmax', -1, 17],
    ['Softmax', 1, 17],
    ['Softmax', 0, 17],
    ['LogSoftmax', -1, 17],
    ['LogSoftmax', 1, 17],
    // Before operator set 13 the axes from `axis` on were flattened into one.
    ['Softmax', 1, 12],
    ['Softmax', -1, 11],
    ['LogSoftmax', 2, 11],
  ])('%s over axis %d, operator set %d', async (operator, axis, opset) => {
    await checkGradient({ shape: [2, 3, 4], opset, build: (g, x) => g.node(operator, [x], { axis }) });
  });
});

describe('normalizations', () => {
  test.each([
    [-1, [2, 3, 5], true],
    [1, [2, 3, 5], true],
    [2, [1, 4, 6], false],
  ])('LayerNormalization from axis %d of [%s]', async (axis, shape, bias) => {
    const count = shape.slice(axis).reduce((a, b) => a * b, 1);
    const dims = shape.slice(axis);
    const build: GradientCase['build'] = (g, x) => {
      const values = (phase: number): number[] => Array.from({ length: count }, (_, i) => 0.4 + Math.sin(i + phase));
      const parameters = [g.constant(values(0), dims), ...(bias ? [g.constant(values(1), dims)] : [])];
      return g.node('LayerNormalization', [x, ...parameters], { axis, epsilon: { float: 1e-3 } });
    };
    await checkGradient({ shape, build });
  });

  test.each([[[2, 3, 4, 5]], [[2, 4, 7]]])('InstanceNormalization of [%s]', async (shape) => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('InstanceNormalization', [x, vector(g, shape[1], 0, 0.5), vector(g, shape[1], 1, 0)]);
    await checkGradient({ shape, build });
  });

  test('GroupNormalization of operator set 21, scale per channel', async () => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('GroupNormalization', [x, vector(g, 6, 0, 0.5), vector(g, 6, 1, 0)], { num_groups: 3 });
    await checkGradient({ shape: [2, 6, 4, 3], opset: 21, build });
  });

  test('GroupNormalization of operator set 18, scale per group', async () => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('GroupNormalization', [x, vector(g, 3, 0, 0.5), vector(g, 3, 1, 0)], { num_groups: 3 });
    await checkGradient({ shape: [2, 6, 4, 3], opset: 18, build });
  });

  test('GroupNorm as PyTorch exports it: InstanceNormalization of reshaped groups', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const grouped = g.node('Reshape', [x, g.int64(0, 2, -1)]);
      const normalized = g.node('InstanceNormalization', [grouped, g.constant([1, 1], [2]), g.constant([0, 0], [2])]);
      const back = g.node('Reshape', [normalized, g.node('Shape', [x])]);
      const scale = g.constant([0.5, 1, 2, -1], [4, 1, 1]);
      return g.node('Add', [g.node('Mul', [back, scale]), g.constant([1, 2, 3, 4], [4, 1, 1])]);
    };
    await checkGradient({ shape: [2, 4, 3, 5], build });
  });

  test.each([9, 13, 15])('BatchNormalization of operator set %d', async (opset) => {
    const build: GradientCase['build'] = (g, x) =>
      g.node(
        'BatchNormalization',
        [x, vector(g, 3, 0, 0.5), vector(g, 3, 1, 0), vector(g, 3, 2, 0), vector(g, 3, 3, 2)],
        { epsilon: { float: 1e-3 } },
      );
    await checkGradient({ shape: [2, 3, 4, 5], opset, build });
  });
});

describe('reductions', () => {
  const cases: [string, number[] | undefined, number, Record<string, AttributeValue>?][] = [
    ['ReduceSum', [1], 1],
    ['ReduceSum', [-1, 0], 0],
    ['ReduceSum', undefined, 1],
    ['ReduceMean', [2, 3], 1],
    ['ReduceMean', [1], 0],
    ['ReduceMean', undefined, 0],
    ['ReduceMax', [1, 2], 0],
    ['ReduceMin', [-1], 1],
    ['ReduceL1', [1], 1],
    ['ReduceL2', [1], 1],
    ['ReduceL2', [0, 2], 0],
    ['ReduceSumSquare', [1, 3], 0],
    ['ReduceLogSumExp', [1], 0],
  ];
  test.each(cases)('%s over %o, keepdims %d', async (operator, axes, keepdims) => {
    const shape = [2, 3, 2, 4];
    const points = 'spaced';
    const asInput: GradientCase['build'] = (g, x) =>
      g.node(operator, [x, ...(axes === undefined ? [] : [g.int64(...axes)])], { keepdims });
    const asAttribute: GradientCase['build'] = (g, x) =>
      g.node(operator, [x], { keepdims, ...(axes === undefined ? {} : { axes }) });
    await checkGradient({ shape, points, opset: 18, build: asInput });
    await checkGradient({ shape, points, opset: 11, build: asAttribute });
  });

  test('a reduction over no axes leaves x alone', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('ReduceSum', [x, g.int64()], { noop_with_empty_axes: 1 });
    await checkGradient({ shape: [2, 3], build });
  });

  test('ReduceL2 of zeros has gradient zero', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const zero = g.node('Mul', [x, g.constant([0], [])]);
      return g.node('Add', [g.node('ReduceL2', [zero], { axes: [1] }), x]);
    };
    await checkGradient({ shape: [2, 3], build });
  });
});
