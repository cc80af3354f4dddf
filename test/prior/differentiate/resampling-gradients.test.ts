import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { AttributeValue } from '../../fixtures/onnx-builder.ts';
import { checkGradient, type GradientCase } from './gradient-check.ts';

describe('Resize', () => {
  const coordinates = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];

  test.each(['nearest', 'linear', 'cubic'])('%s in every coordinate mode', async (mode) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...coordinates),
        fc.constantFrom(0.5, 1, 1.5, 2, 3),
        fc.constantFrom(0.6, 1, 2, 2.5),
        fc.constantFrom('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'),
        fc.boolean(),
        async (coordinate_transformation_mode, sh, sw, nearest_mode, dynamic) => {
          const attributes = { mode, coordinate_transformation_mode, nearest_mode };
          const build: GradientCase['build'] = (g, x) =>
            g.node('Resize', [x, '', g.constant([1, 1, sh, sw], [4], 'float32')], attributes);
          await checkGradient({ shape: [1, 2, 4, 5], dynamic, build });
        },
      ),
      { numRuns: 20, seed: 5 },
    );
  });

  test.each(['nearest', 'linear'])('%s to given sizes', async (mode) => {
    const build: GradientCase['build'] = (g, x) => g.node('Resize', [x, '', '', g.int64(1, 2, 7, 3)], { mode });
    await checkGradient({ shape: [1, 2, 4, 5], dynamic: false, build });
  });

  test.each(['nearest', 'linear'])('%s to twice the computed size', async (mode) => {
    const build: GradientCase['build'] = (g, x) => {
      const shape = g.node('Shape', [x]);
      const spatial = g.node('Slice', [shape, g.int64(2), g.int64(4)]);
      const first = g.node('Slice', [shape, g.int64(0), g.int64(2)]);
      const sizes = g.node('Concat', [first, g.node('Mul', [spatial, g.int64(2)])], { axis: 0 });
      return g.node('Resize', [x, '', '', sizes], {
        mode,
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
    };
    await checkGradient({ shape: [2, 2, 3, 4], build });
  });

  test('linear with antialiasing', async () => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('Resize', [x, '', g.constant([1, 1, 0.5, 0.5], [4])], { mode: 'linear', antialias: 1 });
    await checkGradient({ shape: [1, 2, 6, 8], opset: 18, build });
  });

  test('Upsample of operator set 9', async () => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('Upsample', [x, g.constant([1, 1, 2, 3], [4])], { mode: 'nearest' });
    await checkGradient({ shape: [1, 2, 3, 2], opset: 9, build });
  });
});

describe('AveragePool', () => {
  const cases: [string, number[], Record<string, AttributeValue>, number?][] = [
    ['2×2', [1, 2, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }, 2],
    ['2×2 with a rest', [1, 2, 5, 7], { kernel_shape: [2, 2], strides: [2, 2] }],
    ['4×4 with stride 3, as many windows as tiles would be', [1, 2, 8, 8], { kernel_shape: [4, 4], strides: [3, 3] }],
    ['3×3, overlapping', [2, 2, 5, 6], { kernel_shape: [3, 3], strides: [1, 2] }],
    ['padded', [1, 2, 5, 6], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
    [
      'padded, margins counted',
      [1, 2, 5, 6],
      { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 },
    ],
    ['partial windows', [1, 2, 5, 6], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
    ['SAME_UPPER', [1, 2, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }],
    ['one dimension', [2, 2, 7], { kernel_shape: [3], strides: [2] }],
  ];
  test.each(cases)('%s', async (_, shape, attributes, stride = 1) => {
    await checkGradient({ shape, stride, build: (g, x) => g.node('AveragePool', [x], attributes) });
  });
});

describe('MaxPool', () => {
  const cases: [string, Record<string, AttributeValue>][] = [
    ['2×2', { kernel_shape: [2, 2], strides: [2, 2] }],
    ['3×3, overlapping', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
    ['partial windows', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
  ];
  test.each(cases)('%s', async (_, attributes) => {
    await checkGradient({ shape: [2, 2, 5, 6], points: 'spaced', build: (g, x) => g.node('MaxPool', [x], attributes) });
  });
});

describe('global pooling', () => {
  test.each(['GlobalAveragePool', 'GlobalMaxPool'])('%s', async (operator) => {
    await checkGradient({ shape: [2, 3, 4, 5], points: 'spaced', build: (g, x) => g.node(operator, [x]) });
  });
});

describe('ConvTranspose', () => {
  const cases: [string, number[], number[], Record<string, AttributeValue>][] = [
    ['stride 2', [1, 2, 3, 4], [2, 3, 2, 2], { strides: [2, 2] }],
    [
      'stride 2, padding, output padding',
      [1, 2, 3, 4],
      [2, 3, 3, 3],
      { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] },
    ],
    ['groups and dilation', [2, 4, 4, 3], [4, 2, 3, 3], { group: 2, dilations: [2, 1], pads: [1, 0, 2, 1] }],
    ['SAME_UPPER', [1, 2, 3, 4], [2, 3, 3, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' }],
    ['SAME_LOWER', [1, 2, 3, 4], [2, 3, 4, 3], { strides: [2, 2], auto_pad: 'SAME_LOWER' }],
    ['one dimension', [1, 2, 5], [2, 2, 4], { strides: [2], pads: [1, 1] }],
  ];
  const kernel = (dims: number[]): number[] =>
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.3 * i));

  test.each(cases)('%s', async (_, shape, dims, attributes) => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('ConvTranspose', [x, g.constant(kernel(dims), dims)], attributes);
    await checkGradient({ shape, build });
  });

  test('an output shape asked for', async () => {
    const attributes = { strides: [2, 2], output_shape: [6, 9] };
    const build: GradientCase['build'] = (g, x) =>
      g.node('ConvTranspose', [x, g.constant(kernel([2, 3, 3, 3]), [2, 3, 3, 3])], attributes);
    await checkGradient({ shape: [1, 2, 3, 4], dynamic: false, build });
  });
});
