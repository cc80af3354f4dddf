import { describe, test } from 'vitest';
import { checkGradient, type GradientCase } from './gradient-check.ts';

function waves(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.cos(2.3 * i + 0.5));
}

const element = 'float64';

describe('MatMul', () => {
  const cases: [string, number[], number[]][] = [
    ['matrices', [3, 4], [4, 2]],
    ['a batch by one matrix', [2, 3, 4], [4, 2]],
    ['batches', [2, 3, 4], [2, 4, 5]],
    ['batches broadcast', [2, 1, 3, 4], [5, 4, 2]],
    ['x broadcast over a batch', [3, 4], [2, 5, 4, 2]],
    ['a vector by a matrix', [4], [4, 2]],
    ['a vector by a batch', [4], [2, 4, 3]],
    ['a matrix by a vector', [3, 4], [4]],
    ['a batch by a vector', [2, 3, 4], [4]],
    ['vectors', [4], [4]],
  ];
  test.each(cases)('%s', async (_, shape, other) => {
    const constant = waves(other.reduce((a, b) => a * b, 1));
    await checkGradient({ shape, element, build: (g, x) => g.node('MatMul', [x, g.constant(constant, other)]) });
  });

  test.each(cases.filter(([, a, b]) => a.length > 1 || b.length === 1))('%s, x second', async (_, other, shape) => {
    const constant = waves(other.reduce((a, b) => a * b, 1));
    await checkGradient({ shape, element, build: (g, x) => g.node('MatMul', [g.constant(constant, other), x]) });
  });

  test('of x with itself transposed', async () => {
    const build: GradientCase['build'] = (g, x) => g.node('MatMul', [x, g.node('Transpose', [x], { perm: [0, 2, 1] })]);
    await checkGradient({ shape: [2, 3, 4], element, build });
  });
});

describe('Gemm', () => {
  const forms = [0, 1].flatMap((transA) => [0, 1].map((transB) => [transA, transB] as const));
  test.each(forms)('transA %d, transB %d', async (transA, transB) => {
    const attributes = { transA, transB, alpha: { float: 0.5 }, beta: { float: 2 } };
    const [a, b] = [transA ? [4, 3] : [3, 4], transB ? [2, 4] : [4, 2]];
    const first: GradientCase['build'] = (g, x) =>
      g.node('Gemm', [x, g.constant(waves(8), b), g.constant([1, 2], [2])], attributes);
    const second: GradientCase['build'] = (g, x) => g.node('Gemm', [g.constant(waves(12), a), x], attributes);
    await checkGradient({ shape: a, element, build: first });
    await checkGradient({ shape: b, element, build: second });
  });

  test.each([[[2]], [[3, 1]], [[1]], [[3, 2]]])('the bias of shape [%s]', async (shape) => {
    const build: GradientCase['build'] = (g, x) =>
      g.node('Gemm', [g.constant(waves(12), [3, 4]), g.constant(waves(8), [4, 2]), x], { beta: { float: 0.5 } });
    await checkGradient({ shape, element, build });
  });
});

describe('Einsum', () => {
  const cases: [string, number[], number[]][] = [
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['bhid,bhjd->bhij', [2, 2, 3, 4], [2, 2, 5, 4]],
    ['bhij,bhjd->bhid', [1, 2, 3, 4], [1, 2, 4, 3]],
    ['bct,bcs->bts', [2, 3, 4], [2, 3, 5]],
    ['nchw,cd->ndhw', [1, 3, 2, 2], [3, 4]],
    ['ij,jk', [2, 3], [3, 4]],
    ['ij,k->k', [2, 3], [4]],
    ['...ij,...jk->...ik', [2, 2, 3], [2, 3, 4]],
  ];
  test.each(cases)('%s', async (equation, shape, other) => {
    const constant = waves(other.reduce((a, b) => a * b, 1));
    await checkGradient({ shape, build: (g, x) => g.node('Einsum', [x, g.constant(constant, other)], { equation }) });
    const xSecond: GradientCase['build'] = (g, x) =>
      g.node('Einsum', [g.constant(waves(shape.reduce((a, b) => a * b, 1)), shape), x], { equation });
    await checkGradient({ shape: other, build: xSecond });
  });

  test.each(['ij->ji', 'ij->j', 'bij->b'])('one operand: %s', async (equation) => {
    const shape = equation.startsWith('b') ? [2, 3, 4] : [3, 4];
    await checkGradient({ shape, build: (g, x) => g.node('Einsum', [x], { equation }) });
  });
});
