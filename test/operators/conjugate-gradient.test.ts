import { describe, expect, it } from 'vitest';
import { conjugateGradient, leastSquares } from '../../src-main/operators/conjugate-gradient.ts';
import { estimateNorm } from '../../src-main/operators/iterative-operator.ts';
import { sample, tensor, type Tensor } from '../../src-main/tensor/tensor.ts';

const exact = { tolerance: 1e-7, maxIterations: 50 };

/** Multiplies every sample by a diagonal. */
function diagonal(values: readonly number[]): (x: Tensor) => Tensor {
  return (x) => ({ shape: x.shape, data: x.data.map((v, i) => v * values[i % values.length]) });
}

describe('conjugateGradient', () => {
  const stretch = diagonal([1, 2, 5, 10]);
  const b = tensor([2, 1, 1, 4], Float32Array.of(1, 1, 1, 1, 1000, 0, 0, -1e-3));

  it('solves a system of k different eigenvalues in k steps', () => {
    const solution = conjugateGradient(stretch, sample(b, 0), { tolerance: 1e-7, maxIterations: 4 });
    [1, 0.5, 0.2, 0.1].forEach((v, i) => expect(solution.data[i]).toBeCloseTo(v, 5));
  });

  it('gives a sample the same bytes beside an easy or a large one', () => {
    const together = conjugateGradient(stretch, b, exact);
    for (let i = 0; i < 2; i++) {
      expect(conjugateGradient(stretch, sample(b, i), exact).data).toEqual(sample(together, i).data);
    }
  });

  it('stops at the tolerance and at the limit', () => {
    let count = 0;
    const counted = (x: Tensor): Tensor => {
      count++;
      return stretch(x);
    };
    conjugateGradient(counted, sample(b, 0), { tolerance: 1e-7, maxIterations: 2 });
    expect(count).toBe(2);
    count = 0;
    conjugateGradient(counted, sample(b, 0), { tolerance: 0.9, maxIterations: 50 });
    expect(count).toBe(1);
    count = 0;
    expect([...conjugateGradient(counted, tensor([1, 1, 1, 4], new Float32Array(4)), exact).data]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(count).toBe(0);
  });

  it('is done in one step with the inverse as its preconditioner', () => {
    const once = { tolerance: 1e-7, maxIterations: 1 };
    const solution = conjugateGradient(stretch, sample(b, 0), once, diagonal([1, 0.5, 0.2, 0.1]));
    [1, 0.5, 0.2, 0.1].forEach((v, i) => expect(solution.data[i]).toBeCloseTo(v, 6));
  });
});

describe('leastSquares', () => {
  it('gives the minimum-norm solution of a system that has none', () => {
    // A = [1 1 0; 0 0 0]: only the sum of the first two is measured.
    const multiply = ({ data }: Tensor): Tensor => tensor([1, 1, 1, 2], Float32Array.of(data[0] + data[1], 0));
    const transpose = ({ data }: Tensor): Tensor => tensor([1, 1, 1, 3], Float32Array.of(data[0], data[0], 0));
    const u = leastSquares(multiply, transpose, tensor([1, 1, 1, 2], Float32Array.of(4, 7)), exact);
    [2, 2, 0].forEach((v, i) => expect(u.data[i]).toBeCloseTo(v, 6));
  });
});

describe('estimateNorm', () => {
  it('finds the largest singular value from above, within 1 %', () => {
    const values = Array.from({ length: 300 }, (_, i) => Math.cos(i / 200));
    values[123] = 1.02;
    const operator = { inputShape: [1, 15, 20] as const, apply: diagonal(values), adjoint: diagonal(values) };
    expect(estimateNorm(operator)).toBeGreaterThanOrEqual(1.02);
    expect(estimateNorm(operator)).toBeLessThan(1.02 * 1.0101);
  });

  it('is 0 for the operator that is 0', () => {
    const nothing = { inputShape: [1, 3, 3] as const, apply: diagonal([0]), adjoint: diagonal([0]) };
    expect(estimateNorm(nothing)).toBe(0);
  });
});
