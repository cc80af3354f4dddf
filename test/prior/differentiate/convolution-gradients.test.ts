import { describe, test } from 'vitest';
import type { AttributeValue, OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { checkGradient } from './gradient-check.ts';

function weights(g: OnnxBuilder, dims: number[]): string {
  const size = dims.reduce((a, b) => a * b, 1);
  return g.constant(
    Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + 0.3)),
    dims,
  );
}

describe('Conv', () => {
  const cases: [
    string,
    { shape: number[]; kernel: number[]; attributes?: Record<string, AttributeValue>; stride?: number },
  ][] = [
    ['3×3, padding 1', { shape: [2, 3, 5, 6], kernel: [4, 3, 3, 3], attributes: { pads: [1, 1, 1, 1] } }],
    ['3×3, no padding', { shape: [1, 2, 5, 6], kernel: [3, 2, 3, 3] }],
    ['1×1 with padding', { shape: [1, 2, 3, 4], kernel: [3, 2, 1, 1], attributes: { pads: [1, 0, 0, 1] } }],
    ['uneven kernel and padding', { shape: [1, 2, 6, 7], kernel: [3, 2, 2, 3], attributes: { pads: [0, 2, 1, 0] } }],
    ['dilation', { shape: [1, 2, 8, 7], kernel: [2, 2, 3, 3], attributes: { dilations: [2, 1], pads: [2, 1, 2, 1] } }],
    ['groups', { shape: [1, 4, 5, 5], kernel: [6, 2, 3, 3], attributes: { group: 2, pads: [1, 1, 1, 1] } }],
    ['depthwise', { shape: [2, 3, 5, 5], kernel: [3, 1, 3, 3], attributes: { group: 3, pads: [1, 1, 1, 1] } }],
    ['patches 2×2', { shape: [1, 3, 6, 8], kernel: [4, 3, 2, 2], attributes: { strides: [2, 2] }, stride: 2 }],
    ['patches with a rest', { shape: [1, 3, 7, 9], kernel: [4, 3, 2, 2], attributes: { strides: [2, 2] } }],
    [
      'stride 2, padding 1, even',
      { shape: [1, 2, 8, 6], kernel: [3, 2, 3, 3], attributes: { strides: [2, 2], pads: [1, 1, 1, 1] } },
    ],
    [
      'stride 2, padding 1, odd',
      { shape: [1, 2, 7, 9], kernel: [3, 2, 3, 3], attributes: { strides: [2, 2], pads: [1, 1, 1, 1] } },
    ],
    [
      'stride 3 × 1, groups',
      { shape: [1, 4, 9, 5], kernel: [4, 2, 3, 3], attributes: { strides: [3, 1], group: 2, pads: [1, 1, 0, 1] } },
    ],
    ['kernel smaller than stride', { shape: [1, 2, 8, 8], kernel: [2, 2, 1, 1], attributes: { strides: [3, 3] } }],
    ['SAME_UPPER', { shape: [1, 2, 5, 6], kernel: [2, 2, 4, 2], attributes: { auto_pad: 'SAME_UPPER' } }],
    ['SAME_LOWER', { shape: [1, 2, 5, 6], kernel: [2, 2, 4, 2], attributes: { auto_pad: 'SAME_LOWER' } }],
    [
      'SAME_UPPER with stride',
      { shape: [1, 2, 8, 6], kernel: [2, 2, 3, 3], attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] }, stride: 2 },
    ],
    ['VALID', { shape: [1, 2, 5, 6], kernel: [2, 2, 3, 3], attributes: { auto_pad: 'VALID' } }],
    ['one dimension', { shape: [2, 3, 9], kernel: [2, 3, 3], attributes: { strides: [2], pads: [1, 1] } }],
    ['three dimensions', { shape: [1, 2, 4, 5, 3], kernel: [2, 2, 3, 3, 3], attributes: { pads: [1, 1, 1, 1, 1, 1] } }],
  ];
  test.each(cases)('%s', async (_, { shape, kernel, attributes = {}, stride = 1 }) => {
    await checkGradient({ shape, stride, build: (g, x) => g.node('Conv', [x, weights(g, kernel)], attributes) });
  });

  test('SAME_UPPER with stride, odd sizes', async () => {
    const attributes = { auto_pad: 'SAME_UPPER', strides: [2, 2] };
    await checkGradient({
      shape: [1, 2, 7, 5],
      dynamic: false,
      build: (g, x) => g.node('Conv', [x, weights(g, [2, 2, 3, 3])], attributes),
    });
  });

  test('weights that the network computes from its parameters', async () => {
    await checkGradient({
      shape: [1, 4, 5, 6],
      build: (g, x) => {
        const kernel = g.node('Mul', [weights(g, [4, 2, 3, 3]), g.constant([1, 2, 3, 4], [4, 1, 1, 1])]);
        return g.node('Conv', [x, kernel], { group: 2, pads: [1, 0, 2, 1], dilations: [2, 1] });
      },
    });
  });
});
