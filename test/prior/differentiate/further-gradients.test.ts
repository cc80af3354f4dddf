import { describe, test } from 'vitest';
import type { OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { checkGradient, type GradientCase } from './gradient-check.ts';

type Build = GradientCase['build'];
type Options = Omit<GradientCase, 'build' | 'shape'> & { shape?: readonly number[] };

function check(name: string, build: Build, options: Options = {}): void {
  test(name, () => checkGradient({ shape: [2, 3, 4, 5], ...options, build }));
}

/** A constant [−1, 1] ramp of a shape. */
function ramp(g: OnnxBuilder, dims: readonly number[]): string {
  const size = dims.reduce((a, b) => a * b, 1);
  return g.constant(
    Array.from({ length: size }, (_, i) => Math.sin(1 + 1.7 * i)),
    dims,
  );
}

describe('operators that pick and place', () => {
  check('GatherElements, indices repeated', (g, x) => {
    return g.node('GatherElements', [x, g.constant([0, 2, 2, -1, 0, 0], [1, 6, 1, 1], 'int64')], { axis: 1 });
  });
  check('GatherND', (g, x) => g.node('GatherND', [x, g.constant([0, 1, 1, 2, 0, 1], [3, 2], 'int64')]));
  check('GatherND of whole samples', (g, x) => g.node('GatherND', [x, g.constant([1, 1], [2, 1], 'int64')]));
  check('ScatterND of its own values', (g, x) => {
    const slice = g.node('Slice', [x, g.int64(1), g.int64(2), g.int64(0)]);
    return g.node('ScatterND', [x, g.constant([0], [1, 1], 'int64'), g.node('Mul', [slice, slice])]);
  });
  check(
    'ScatterND that adds',
    (g, x) => g.node('ScatterND', [x, g.constant([0], [1, 1], 'int64'), ramp(g, [1, 3, 4, 5])], { reduction: 'add' }),
    { opset: 16 },
  );
  check('ScatterElements', (g, x) => {
    const part = g.node('Slice', [x, g.int64(0), g.int64(1), g.int64(1)]);
    const indices = g.constant(new Array(40).fill(2), [2, 1, 4, 5], 'int64');
    return g.node('ScatterElements', [x, indices, part], { axis: 1 });
  });
  check('TopK', (g, x) => g.nodes('TopK', [x, g.int64(2)], { axis: 1 }, ['top', 'places'])[0], { points: 'spaced' });
  check('Trilu', (g, x) => g.node('Trilu', [x, g.constant([1], [], 'int64')], { upper: 0 }));
  check('CumSum', (g, x) => g.node('CumSum', [x, g.constant([2], [], 'int64')], { exclusive: 1 }));
  check('CumSum from the end', (g, x) => g.node('CumSum', [x, g.constant([-1], [], 'int64')], { reverse: 1 }));
  check('Hardmax is constant', (g, x) => g.node('Add', [x, g.node('Hardmax', [x], { axis: 1 })]), { points: 'spaced' });
});

describe('operators that combine', () => {
  check('Mean of broadcast operands', (g, x) => g.node('Mean', [x, ramp(g, [5]), g.node('Mul', [x, x])]));
  check('Mod', (g, x) => g.node('Mod', [x, g.constant([0.6], [])], { fmod: 1 }), { points: 'spaced' });
  check('ReduceProd', (g, x) => g.node('ReduceProd', [x], { axes: [1, 3], keepdims: 0 }), { points: 'positive' });
  check('ReduceProd with a zero', (g, x) => {
    const zeroed = g.node('Mul', [x, g.constant([1, 0, 1], [3, 1, 1])]);
    return g.node('ReduceProd', [g.node('Add', [zeroed, g.node('Mul', [x, g.constant([0, 0, 1], [3, 1, 1])])])], {
      axes: [1],
    });
  });
  check('ReduceLogSum', (g, x) => g.node('ReduceLogSum', [x], { axes: [1] }), { points: 'positive' });
  check('LpNormalization', (g, x) => g.node('LpNormalization', [x], { axis: 1 }));
  check('LpNormalization, p = 1', (g, x) => g.node('LpNormalization', [x], { axis: 1, p: 1 }), { points: 'spaced' });
  check('LRN', (g, x) => g.node('LRN', [x], { size: 3, alpha: { float: 0.9 }, beta: { float: 1.25 } }));
  check('MeanVarianceNormalization', (g, x) => g.node('MeanVarianceNormalization', [x]));
  check(
    'RMSNormalization',
    (g, x) => g.node('RMSNormalization', [x, ramp(g, [4, 5])], { axis: 2, epsilon: { float: 0.01 } }),
    { opset: 23 },
  );
  check('LpPool', (g, x) => g.node('LpPool', [x], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }), {
    shape: [2, 3, 4, 6],
    dynamic: false,
    points: 'spaced',
  });
  check('LpPool with strides', (g, x) => g.node('LpPool', [x], { kernel_shape: [2, 2], strides: [2, 2] }), {
    shape: [1, 2, 4, 6],
    dynamic: false,
    points: 'spaced',
  });
  check('DFT and back', (g, x) => {
    const complex = g.node('DFT', [g.node('Unsqueeze', [x, g.int64(4)])], { axis: 2 });
    return g.node('DFT', [g.node('Mul', [complex, ramp(g, [4, 1, 2])])], { axis: 2, inverse: 1 });
  });
});

describe('GridSample', () => {
  for (const [mode, align] of [
    ['zeros', 0],
    ['border', 1],
  ] as const) {
    check(
      `of x, ${mode}`,
      (g, x) => {
        const grid = g.constant(
          Array.from({ length: 36 }, (_, i) => 1.15 * Math.sin(0.3 + 2.1 * i)),
          [2, 3, 3, 2],
        );
        return g.node('GridSample', [x, grid], { mode: 'bilinear', padding_mode: mode, align_corners: align });
      },
      { shape: [2, 2, 4, 5] },
    );
    check(
      `along the grid, ${mode}`,
      (g, x) => {
        // Places between pixels: no kink lies within a step.
        const grid = g.node('Mul', [g.node('Transpose', [x], { perm: [0, 2, 3, 1] }), g.constant([0.02], [])]);
        const at = Array.from({ length: 24 }, (_, i) => (((i * 7) % 5) - 2) * 0.4 + 0.11);
        return g.node('GridSample', [ramp(g, [1, 3, 6, 7]), g.node('Add', [grid, g.constant(at, [1, 3, 4, 2])])], {
          mode: 'bilinear',
          padding_mode: mode,
          align_corners: align,
        });
      },
      { shape: [1, 2, 3, 4], points: 'spaced' },
    );
  }
});

describe('Attention of operator set 23', () => {
  const opset = 23;
  check('heads apart', (g, x) => g.node('Attention', [x, g.node('Tanh', [x]), g.node('Mul', [x, x])]), { opset });
  check(
    'heads together, causal',
    (g, x) => g.node('Attention', [x, x, x], { q_num_heads: 2, kv_num_heads: 2, is_causal: 1 }),
    { opset, shape: [2, 5, 6] },
  );
  check(
    'with a mask and a scale',
    (g, x) => g.node('Attention', [x, x, x, ramp(g, [4, 4])], { scale: { float: 0.3 } }),
    { opset },
  );
});

describe('operators that ONNX Runtime fuses', () => {
  const rewritten = true;
  check('QuickGelu', (g, x) => g.node('com.microsoft.QuickGelu', [x], { alpha: { float: 1.702 } }), { rewritten });
  check('Gelu', (g, x) => g.node('com.microsoft.Gelu', [x]), { rewritten });
  check('BiasGelu', (g, x) => g.node('com.microsoft.BiasGelu', [x, ramp(g, [5])]), { rewritten });
  check('FastGelu', (g, x) => g.node('com.microsoft.FastGelu', [x, ramp(g, [5])]), { rewritten });
  check(
    'FusedConv',
    (g, x) =>
      g.node('com.microsoft.FusedConv', [x, ramp(g, [3, 3, 3, 3]), ramp(g, [3]), ramp(g, [2, 3, 4, 5])], {
        activation: 'Tanh',
        pads: [1, 1, 1, 1],
      }),
    { rewritten },
  );
  check(
    'FusedMatMul',
    (g, x) =>
      g.node('com.microsoft.FusedMatMul', [x, g.node('Tanh', [x])], {
        transA: 1,
        alpha: { float: 0.3 },
      }),
    { rewritten },
  );
  check(
    'SkipLayerNormalization',
    (g, x) => g.node('com.microsoft.SkipLayerNormalization', [x, g.node('Mul', [x, x]), ramp(g, [6]), ramp(g, [6])]),
    { rewritten, shape: [2, 5, 6] },
  );
});

describe('what is spelt out before it is differentiated', () => {
  const float = { type: { tensorType: { elemType: 1 } } };
  check(
    "a function of the model's own, called within another",
    (g, x) => {
      const alpha = { name: 'alpha', type: 1, refAttrName: 'slope' };
      g.define({
        name: 'Leaky',
        domain: 'own',
        input: ['a'],
        output: ['b'],
        attribute: ['slope'],
        node: [{ opType: 'LeakyRelu', input: ['a'], output: ['b'], attribute: [alpha] }],
      });
      g.define({
        name: 'Twice',
        domain: 'own',
        input: ['a'],
        output: ['c'],
        node: [0, 1].map((i) => ({
          opType: 'Leaky',
          domain: 'own',
          input: [i === 0 ? 'a' : 'b'],
          output: [i === 0 ? 'b' : 'c'],
          attribute: [{ name: 'slope', type: 1, f: 0.3 + i / 5 }],
        })),
      });
      return g.node('own.Twice', [x]);
    },
    { points: 'spaced', rewritten: true },
  );
  const branch = (opType: string, input: string[]): { graph: object } => ({
    graph: { name: opType, node: [{ opType, input, output: [opType] }], output: [{ name: opType, ...float }] },
  });
  const choice = (g: OnnxBuilder, x: string, condition: string): string => {
    const y = g.node('Mul', [x, x]);
    return g.node('If', [condition], {
      then_branch: branch('Neg', [y]) as { graph: never },
      else_branch: branch('Add', [x, y]) as { graph: never },
    });
  };
  check(
    'a branch that a size settles',
    (g, x) => {
      const size = g.node('Gather', [g.node('Shape', [x]), g.constant([1], [], 'int64')]);
      return choice(g, x, g.node('Equal', [size, g.constant([3], [], 'int64')]));
    },
    { rewritten: true },
  );
  check(
    'a branch that the noise level decides',
    (g, x) => {
      const level = g.node('ReduceMax', ['time'], { keepdims: 0 });
      return choice(g, x, g.node('Greater', [level, g.constant([2], [])]));
    },
    { rewritten: true },
  );
});
