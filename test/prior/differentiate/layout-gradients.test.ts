import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { checkGradient, type GradientCase } from './gradient-check.ts';

/** Squares the result, so that the gradient depends on every element having come to its place. */
function squared(build: GradientCase['build']): GradientCase['build'] {
  return (g, x) => {
    const y = build(g, x);
    return g.node('Mul', [y, y]);
  };
}

const element = 'float64';

describe('shapes', () => {
  const cases: [string, number[], GradientCase['build']][] = [
    ['Reshape to constants', [2, 3, 4], (g, x) => g.node('Reshape', [x, g.int64(0, -1)])],
    [
      'Reshape to a computed shape',
      [2, 6, 4],
      (g, x) => {
        const shape = g.node('Shape', [x]);
        const n = g.node('Gather', [shape, g.int64(0)]);
        const half = g.node('Div', [g.node('Gather', [shape, g.int64(1)]), g.int64(2)]);
        return g.node('Reshape', [x, g.node('Concat', [n, half, g.int64(-1)], { axis: 0 })]);
      },
    ],
    ['Reshape that joins two dynamic axes', [2, 3, 4, 5], (g, x) => g.node('Reshape', [x, g.int64(0, 0, -1)])],
    ['Flatten', [2, 3, 4], (g, x) => g.node('Flatten', [x], { axis: 2 })],
    ['Flatten before the first axis', [2, 3, 4], (g, x) => g.node('Flatten', [x], { axis: 0 })],
    ['Transpose', [2, 3, 4], (g, x) => g.node('Transpose', [x], { perm: [1, 2, 0] })],
    ['Transpose without a permutation', [2, 3, 4], (g, x) => g.node('Transpose', [x])],
    ['Squeeze', [2, 1, 3], (g, x) => g.node('Squeeze', [x, g.int64(1)])],
    ['Squeeze of every axis of size 1', [2, 1, 3], (g, x) => g.node('Squeeze', [x])],
    ['Unsqueeze', [2, 3], (g, x) => g.node('Unsqueeze', [x, g.int64(0, -1)])],
    ['Expand', [2, 1, 3], (g, x) => g.node('Expand', [x, g.int64(4, 1, 5, 1)])],
    [
      'Expand to a computed shape',
      [3, 1],
      (g, x) => {
        const rows = g.node('Gather', [g.node('Shape', [x]), g.int64(0)]);
        return g.node('Expand', [x, g.node('Concat', [g.int64(2), rows, g.int64(5)], { axis: 0 })]);
      },
    ],
    ['Tile', [2, 3], (g, x) => g.node('Tile', [x, g.int64(2, 3)])],
    [
      'pixel unshuffle as PyTorch exports it',
      [2, 3, 4, 6],
      (g, x) => {
        const split = g.node('Reshape', [g.node('Unsqueeze', [x, g.int64(3)]), g.int64(0, 0, -1, 2, 6)]);
        const both = g.node('Reshape', [g.node('Unsqueeze', [split, g.int64(5)]), g.int64(0, 0, 0, 0, -1, 2)]);
        const moved = g.node('Transpose', [both], { perm: [0, 1, 3, 5, 2, 4] });
        return g.node('Reshape', [moved, g.int64(0, 12, 2, 3)]);
      },
    ],
  ];
  test.each(cases)('%s', async (name, shape, build) => {
    // Without axes, Squeeze needs to know which sizes are 1.
    const dynamic = name.includes('every axis of size 1') ? { dynamic: false } : {};
    await checkGradient({ shape, element, ...dynamic, build: squared(build) });
  });

  test.each([11, 12])('Squeeze and Unsqueeze of operator set %d', async (opset) => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('Unsqueeze', [g.node('Squeeze', [x], { axes: [1] })], { axes: [0, 3] });
    await checkGradient({ shape: [2, 1, 3], element, opset, build: squared(build) });
  });
});

describe('Concat and Split', () => {
  test.each([0, 1, -1])('Concat along axis %d', async (axis) => {
    const build: GradientCase['build'] = (g, x) => {
      const constant = g.constant([1, 2, 3, 4, 5, 6], [1, 2, 3]);
      const same = g.node('Expand', [constant, g.node('Shape', [x])]);
      return g.node('Concat', [g.node('Neg', [x]), same, x], { axis });
    };
    await checkGradient({ shape: [2, 2, 3], element, build: squared(build) });
  });

  test.each([
    ['given sizes', [1, 4], 17, true],
    ['given sizes as an attribute', [1, 4], 12, false],
    ['equal parts', undefined, 13, false],
  ])('Split into %s', async (_, sizes, opset, asInput) => {
    const build: GradientCase['build'] = (g, x) => {
      const inputs = asInput ? [x, g.int64(...(sizes ?? []))] : [x];
      const attributes = { axis: 1, ...(sizes !== undefined && !asInput ? { split: sizes } : {}) };
      const [a, b] = g.nodes('Split', inputs, attributes, ['a', 'b']);
      return g.node('Concat', [b, g.node('Mul', [a, a]), b], { axis: 1 });
    };
    await checkGradient({ shape: [2, sizes === undefined ? 6 : 5, 3], element, opset, build: squared(build) });
  });

  test('Split with an output that is not used', async () => {
    const build: GradientCase['build'] = (g, x) => g.nodes('Split', [x], { axis: 0 }, ['a', 'b', 'c'])[1];
    await checkGradient({ shape: [6, 2], element, build: squared(build) });
  });

  test('Split by num_outputs into uneven parts', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const [a, b] = g.nodes('Split', [x], { axis: 0, num_outputs: 2 }, ['a', 'b']);
      return g.node('Concat', [b, g.node('Neg', [a])], { axis: 0 });
    };
    await checkGradient({ shape: [5, 2], element, opset: 18, build: squared(build) });
  });
});

describe('Slice', () => {
  const index = fc.integer({ min: -9, max: 9 });
  const span = fc.record({
    start: fc.oneof(index, fc.constant(2 ** 31 - 1)),
    end: fc.oneof(index, fc.constantFrom(2 ** 31 - 1, -(2 ** 31))),
    step: fc.constantFrom(1, 1, 2, 3, -1, -2),
  });

  test('any starts, ends and steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 2, max: 6 }),
        span,
        span,
        async (h, w, a, b) => {
          const taken = (size: number, { start, end, step }: typeof a): number =>
            [...sliced(size, start, end, step)].length;
          fc.pre(taken(h, a) > 0 && taken(w, b) > 0);
          await checkGradient({
            shape: [2, h, w],
            element,
            // With sizes left open, where a start or end falls outside x is not always decidable.
            dynamic: false,
            build: squared((g, x) =>
              g.node('Slice', [
                x,
                g.int64(a.start, b.start),
                g.int64(a.end, b.end),
                g.int64(1, -1),
                g.int64(a.step, b.step),
              ]),
            ),
          });
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  test.each([
    ['from the start', 0, 3, 1],
    ['to the end', 2, 2 ** 31 - 1, 1],
    ['to the end, 64 bits', 1, Number.MAX_SAFE_INTEGER, 1],
    ['without the last', 0, -1, 1],
    ['the last two', -2, 2 ** 31 - 1, 1],
    ['every second', 0, 2 ** 31 - 1, 2],
    ['every second from one', 1, 2 ** 31 - 1, 2],
    ['in reverse', -1, -(2 ** 31), -1],
  ])('%s, of a dynamic axis', async (_, start, end, step) => {
    for (const size of [5, 6]) {
      await checkGradient({
        shape: [2, size],
        element,
        dynamic: true,
        build: squared((g, x) => g.node('Slice', [x, g.int64(start), g.int64(end), g.int64(1), g.int64(step)])),
      });
    }
  });

  test('a centre crop whose place is computed', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const size = g.node('Gather', [g.node('Shape', [x]), g.int64(0)]);
      const start = g.node('Div', [g.node('Sub', [size, g.int64(3)]), g.int64(2)]);
      return g.node('Slice', [x, start, g.node('Add', [start, g.int64(3)]), g.int64(0)]);
    };
    await checkGradient({ shape: [8, 2], element, build: squared(build) });
  });

  test('without axes', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('Slice', [x, g.int64(1, 0), g.int64(3, 2)]);
    await checkGradient({ shape: [4, 3], element, build: squared(build) });
  });

  test('of operator set 9, with attributes', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('Slice', [x], { starts: [1], ends: [9], axes: [1] });
    await checkGradient({ shape: [2, 4], opset: 9, build: squared(build) });
  });
});

/** Indices a Slice takes from an axis. */
function* sliced(size: number, start: number, end: number, step: number): Generator<number> {
  const clamp = (i: number, low: number, high: number): number => Math.max(low, Math.min(high, i < 0 ? i + size : i));
  if (step > 0) for (let i = clamp(start, 0, size); i < clamp(end, 0, size); i += step) yield i;
  else for (let i = clamp(start, 0, size - 1); i > clamp(end, -1, size - 1); i += step) yield i;
}

describe('Pad', () => {
  test.each(['constant', 'reflect', 'edge', 'wrap'])('mode %s', async (mode) => {
    const amount = fc.integer({ min: 0, max: 2 });
    await fc.assert(
      fc.asyncProperty(amount, amount, amount, amount, fc.boolean(), async (top, left, bottom, right, dynamic) => {
        await checkGradient({
          shape: [1, 2, 3, 4],
          element,
          opset: 19,
          dynamic,
          build: squared((g, x) => g.node('Pad', [x, g.int64(0, 0, top, left, 0, 0, bottom, right)], { mode })),
        });
      }),
      { numRuns: 10, seed: 3 },
    );
  });

  test('negative amounts crop', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('Pad', [x, g.int64(-1, 2, 0, -2)]);
    await checkGradient({ shape: [4, 5], element, build: squared(build) });
  });

  test('axes named', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('Pad', [x, g.int64(1, 2), '', g.int64(-1)]);
    await checkGradient({ shape: [2, 3], element, opset: 18, build: squared(build) });
  });

  test('amounts as PyTorch computes them', async () => {
    await checkGradient({ shape: [1, 2, 3, 4], element, build: squared(padAsPyTorch) });
  });

  test('of operator set 10, with attributes', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('Pad', [x], { pads: [0, 1, 1, 0], value: { float: 2 } });
    await checkGradient({ shape: [2, 3], opset: 10, build: squared(build) });
  });
});

/** F.pad(x, (1, 2, 0, 1)): amounts per axis from the last one back, put into ONNX's order by the graph. */
function padAsPyTorch(g: OnnxBuilder, x: string): string {
  const rest = g.node('Cast', [g.node('ConstantOfShape', [g.int64(4)])], { to: 7 });
  const pairs = g.node('Reshape', [g.node('Concat', [g.int64(1, 2, 0, 1), rest], { axis: 0 }), g.int64(-1, 2)]);
  const reversed = g.node('Slice', [pairs, g.int64(-1), g.int64(-Number.MAX_SAFE_INTEGER), g.int64(0), g.int64(-1)]);
  const pads = g.node('Reshape', [g.node('Transpose', [reversed], { perm: [1, 0] }), g.int64(-1)]);
  return g.node('Pad', [x, g.node('Cast', [pads], { to: 7 })], { mode: 'constant' });
}

describe('Gather', () => {
  const cases: [string, number[], number[], number][] = [
    ['one index', [2], [], 1],
    ['the last index', [-1], [], 1],
    ['a run', [1, 2, 3], [3], 1],
    ['a run from the end', [-2, -1], [2], 1],
    ['a permutation', [4, 0, 3, 1, 2], [5], 1],
    ['some, in any order', [4, 0, -2], [3], 1],
    ['repeated', [0, 0, 1, 3, 3, 3], [6], 1],
    ['a matrix of indices', [4, 0, 1, 1], [2, 2], 1],
    ['rows', [1, 0, 1], [3], 0],
  ];
  test.each(cases)('%s', async (_, indices, dims, axis) => {
    const build: GradientCase['build'] = (g, x) => g.node('Gather', [x, g.constant(indices, dims, 'int64')], { axis });
    const isRun = indices.every((index, i) => index === indices[0] + i);
    await checkGradient({ shape: [2, 5, 3], element, ...(isRun ? {} : { dynamic: false }), build: squared(build) });
  });
});

describe('space and depth', () => {
  test.each(['DCR', 'CRD'])('DepthToSpace, %s', async (mode) => {
    const build: GradientCase['build'] = (g, x) => {
      const wide = g.node('Reshape', [x, g.int64(0, 12, 2, 3)]);
      return g.node('DepthToSpace', [wide], { blocksize: 2, mode });
    };
    await checkGradient({ shape: [2, 12, 2, 3], build: squared(build) });
  });

  test('DepthToSpace in blocks of 3', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('DepthToSpace', [x], { blocksize: 3, mode: 'CRD' });
    await checkGradient({ shape: [1, 18, 2, 1], dynamic: false, build: squared(build) });
  });

  test('SpaceToDepth', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('SpaceToDepth', [x], { blocksize: 2 });
    await checkGradient({ shape: [2, 3, 4, 6], build: squared(build) });
  });
});
