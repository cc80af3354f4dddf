import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { AttributeValue, OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { checkGradient, type GradientCase, type Points } from './gradient-check.ts';

describe('functions of one value', () => {
  const cases: [
    string,
    {
      points?: Points;
      element?: 'float64';
      opset?: number;
      attributes?: Record<string, AttributeValue>;
      /** Factor and offset that bring the points into the operator's domain, clear of its poles. */
      inner?: [number, number];
    },
  ][] = [
    ['Abs', { points: 'spaced', element: 'float64' }],
    ['Acos', { inner: [0.4, 0] }],
    ['Acosh', { points: 'positive', inner: [1, 1] }],
    ['Asin', { inner: [0.2, 0] }],
    ['Asinh', {}],
    ['Atan', {}],
    ['Atanh', { inner: [0.2, 0] }],
    ['Celu', { points: 'spaced', attributes: { alpha: { float: 0.7 } } }],
    ['Cosh', {}],
    ['Cos', { element: 'float64' }],
    ['Elu', { points: 'spaced' }],
    ['Elu', { points: 'spaced', attributes: { alpha: { float: 0.5 } } }],
    ['Erf', {}],
    ['Exp', { element: 'float64' }],
    ['Gelu', { opset: 20 }],
    ['Gelu', { opset: 20, attributes: { approximate: 'tanh' } }],
    ['HardSigmoid', { points: 'spaced', attributes: { alpha: { float: 0.3 }, beta: { float: 0.41 } } }],
    ['HardSwish', { points: 'spaced' }],
    ['Identity', { element: 'float64' }],
    ['LeakyRelu', { points: 'spaced', attributes: { alpha: { float: 0.2 } } }],
    ['Log', { points: 'positive', element: 'float64' }],
    ['Mish', { opset: 18 }],
    ['Neg', { element: 'float64' }],
    ['Reciprocal', { points: 'positive', element: 'float64' }],
    ['Relu', { points: 'spaced' }],
    ['Relu', { points: 'spaced', element: 'float64' }],
    ['Selu', { points: 'spaced' }],
    ['Selu', { points: 'spaced', attributes: { alpha: { float: 1.2 }, gamma: { float: 0.7 } } }],
    ['Sigmoid', {}],
    ['Sin', { element: 'float64' }],
    ['Softplus', {}],
    ['Sinh', {}],
    ['Softsign', { points: 'spaced' }],
    ['Swish', { opset: 24, attributes: { alpha: { float: 1.3 } } }],
    ['ThresholdedRelu', { points: 'spaced', attributes: { alpha: { float: 0.4 } } }],
    ['Sqrt', { points: 'positive', element: 'float64' }],
    ['Tan', { points: 'positive', inner: [0.4, 0] }],
    ['Tanh', { element: 'float64' }],
  ];
  test.each(cases)('%s %o', async (operator, { attributes = {}, inner, ...options }) => {
    const placed = (g: OnnxBuilder, x: string): string => {
      if (inner === undefined) return x;
      // The arc functions end at ±1, which normal points may reach.
      const bounded = options.points === undefined ? g.node('Tanh', [x]) : x;
      const [factor, offset] = inner.map((value) => g.constant([value], []));
      return g.node('Add', [g.node('Mul', [bounded, factor]), offset]);
    };
    await checkGradient({
      shape: [2, 3, 4, 5],
      ...options,
      build: (g, x) => g.node(operator, [placed(g, x)], attributes),
    });
  });

  test('Dropout in inference', async () => {
    await checkGradient({ shape: [2, 3], build: (g, x) => g.node('Dropout', [x]) });
  });

  test('Cast to double and back', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const wide = g.node('Cast', [x], { to: 11 });
      return g.node('Cast', [g.node('Mul', [wide, wide])], { to: 1 });
    };
    await checkGradient({ shape: [2, 3], build });
  });

  test('CastLike', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const wide = g.node('CastLike', [x, g.constant([0], [], 'float64')]);
      return g.node('CastLike', [g.node('Mul', [wide, wide]), x]);
    };
    await checkGradient({ shape: [2, 3], build });
  });

  test.each([
    ['both bounds', -0.4, 0.6],
    ['lower bound', -0.4, undefined],
    ['upper bound', undefined, 0.6],
    ['no bounds', undefined, undefined],
  ])('Clip with %s', async (_, low, high) => {
    const bound = (value: number | undefined): number[] => (value === undefined ? [] : [value]);
    await checkGradient({
      shape: [3, 7],
      points: 'spaced',
      element: 'float64',
      build: (g, x) =>
        g.node('Clip', [x, ...[low, high].map((b) => (b === undefined ? '' : g.constant(bound(b), [])))]),
    });
  });

  test('PRelu', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('PRelu', [x, g.constant([0.1, 0.4, -0.2], [3, 1, 1])]);
    await checkGradient({ shape: [2, 3, 2, 2], points: 'spaced', build });
  });
});

describe('arithmetic with broadcasting', () => {
  /** A shape, and one that broadcasts with it: axes dropped in front or set to 1. */
  const shapes = fc
    .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
    .chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.integer({ min: 0, max: shape.length - 1 }),
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
        fc.constantFrom('x first', 'x second', 'x broadcast'),
      ),
    );

  function constant(dims: readonly number[]): number[] {
    return Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => 1.2 + 0.7 * Math.sin(3 * i + 1));
  }

  test.each(['Add', 'Sub', 'Mul', 'Div', 'Pow'])('%s with a constant', async (operator) => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.boolean(), async ([shape, dropped, ones, place], dynamic) => {
        const small = shape.slice(dropped).map((d, axis) => (ones[axis + dropped] ? 1 : d));
        const [xShape, otherShape] = place === 'x broadcast' ? [small, shape] : [shape, small];
        await checkGradient({
          shape: xShape,
          points: 'positive',
          element: 'float64',
          dynamic,
          build: (g, x) => {
            const other = g.constant(constant(otherShape), otherShape);
            return g.node(operator, place === 'x second' ? [other, x] : [x, other]);
          },
        });
      }),
      { numRuns: 12, seed: 4 },
    );
  });

  test.each(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Sum'])('%s of two functions of x', async (operator) => {
    await checkGradient({
      shape: [2, 3, 4],
      points: 'positive',
      build: (g, x) => {
        const mean = g.node('ReduceMean', [x], { axes: [1], keepdims: 1 });
        return g.node(operator, [g.node('Mul', [x, x]), mean]);
      },
    });
  });

  test.each(['Mul', 'Add', 'Sub'])('%s of x with itself', async (operator) => {
    await checkGradient({ shape: [5], element: 'float64', build: (g, x) => g.node(operator, [x, x]) });
  });

  test.each([2, 3, 0.5, -1.5])('Pow with exponent %d', async (exponent) => {
    const build: GradientCase['build'] = (g, x) => g.node('Pow', [x, g.constant([exponent], [])]);
    await checkGradient({ shape: [2, 5], points: 'positive', element: 'float64', build });
  });

  test('Pow with an integer exponent of another type', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('Pow', [x, g.constant([4], [], 'int64')]);
    await checkGradient({ shape: [2, 5], element: 'float64', build });
  });

  test.each(['Max', 'Min'])('%s of three', async (operator) => {
    const build: GradientCase['build'] = (g, x) => g.node(operator, [x, g.node('Neg', [x]), g.constant([0.4], [])]);
    await checkGradient({ shape: [3, 5], points: 'spaced', element: 'float64', build });
  });

  test('Max with ties: the gradient is given once', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('Max', [g.node('Sub', [x, g.constant([9], [])]), x, x]);
    await checkGradient({ shape: [3, 5], element: 'float64', build });
  });

  test('Sum of several with broadcasting', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const row = g.node('ReduceSum', [x, g.int64(0)], { keepdims: 0 });
      return g.node('Sum', [x, row, x]);
    };
    await checkGradient({ shape: [3, 4], build });
  });

  test('Where, with a computed condition and broadcasting', async () => {
    const build: GradientCase['build'] = (g, x) => {
      const condition = g.node('Greater', [x, g.constant([0.02], [])]);
      const column = g.node('ReduceSum', [x, g.int64(1)], { keepdims: 1 });
      return g.node('Where', [condition, g.node('Mul', [x, x]), column]);
    };
    await checkGradient({ shape: [3, 4], points: 'spaced', element: 'float64', build });
  });

  test('unproved equal sizes: which axis was stretched is settled at run time', async () => {
    for (const [h, w] of [
      [1, 4],
      [3, 1],
      [3, 4],
    ]) {
      await checkGradient({
        shape: [1, 2, h, w],
        dynamic: true,
        build: (g, x) => {
          // A size that the graph computes, so that its relation to x's is not known before it runs.
          const kept = g.node(
            'Compress',
            [g.constant(new Array<number>(24).fill(1), [1, 2, 3, 4]), g.constant([1], [1], 'bool')],
            { axis: 0 },
          );
          return g.node('Mul', [x, kept]);
        },
      });
    }
  });
});
