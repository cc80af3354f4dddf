import { describe, expect, it } from 'vitest';
import { conjugateGradient, type Multiplied } from '../../src-main/likelihood/conjugate-gradient.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { concatSamples, normPerSample, sample, tensor, zeros, type Tensor } from '../../src-main/tensor/tensor.ts';
import { cholesky, choleskySolve, matrix, multiplyVector, type Matrix } from '../fixtures/dense.ts';

const d = 8;

/** p → M p and, as the picture, p itself: the correction is then the solution. */
function multiplyBy(...matrices: Matrix[]): (p: Tensor) => Promise<Multiplied> {
  return async (p) => {
    const product = zeros(p.shape);
    for (let n = 0; n < p.shape[0]; n++) {
      product.data.set(multiplyVector(matrices[n % matrices.length], sample(p, n).data), n * d);
    }
    return { product, image: p };
  };
}

const random = BatchRandom.seeded(5, 1);
const root = random.normal([1, 1, d, d]).data;
const definite = matrix(d, d, (i, j) => {
  let sum = i === j ? 0.1 : 0;
  for (let k = 0; k < d; k++) sum += root[i * d + k] * root[j * d + k];
  return sum;
});
const rhs = random.normal([1, 1, 1, d]);

function misfit(m: Matrix, solution: Tensor): number {
  const product = multiplyVector(m, solution.data);
  return Math.hypot(...product.map((value, i) => value - rhs.data[i])) / normPerSample(rhs)[0];
}

describe('conjugate gradients with per-sample scalars', () => {
  it('solves a positive definite system in as many steps as it has dimensions', async () => {
    const exact = choleskySolve(cholesky(definite), rhs.data);
    const solution = await conjugateGradient(multiplyBy(definite), rhs, rhs.shape, d + 2);
    solution.data.forEach((value, i) => expect(value).toBeCloseTo(exact[i], 3));
  });

  it('stops before a direction of negative or no curvature, keeping what it has', async () => {
    for (const sign of [-1, 0]) {
      const curved = matrix(d, d, (i, j) => (i === j ? sign : 0));
      const solution = await conjugateGradient(multiplyBy(curved), rhs, rhs.shape, 5);
      expect([...solution.data]).toEqual(Array.from({ length: d }, () => 0));
    }
    // One bad direction among good ones: the steps before it still count.
    const indefinite = matrix(d, d, (i, j) => (i === j ? (i === 0 ? -3 : 1 + i) : 0));
    const solution = await conjugateGradient(multiplyBy(indefinite), rhs, rhs.shape, 30);
    expect(solution.data.every(Number.isFinite)).toBe(true);
    expect(misfit(indefinite, solution)).toBeLessThanOrEqual(1);
  });

  it('never leaves more residual than no correction at all, however asymmetric the matrix', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const noise = BatchRandom.seeded(seed, 1).normal([1, 1, d, d]).data;
      const skewed = matrix(d, d, (i, j) => definite.data[i * d + j] * 0.1 + 2 * noise[i * d + j]);
      const solution = await conjugateGradient(multiplyBy(skewed), rhs, rhs.shape, 20);
      expect(misfit(skewed, solution)).toBeLessThanOrEqual(1 + 1e-5);
    }
  });

  it('gives every sample of a batch the bytes that it gets alone', async () => {
    const steep = matrix(d, d, (i, j) => definite.data[i * d + j] * (i === j ? 4 : 1));
    const flat = matrix(d, d, (i, j) => (i === j ? -1 : 0));
    const other = BatchRandom.seeded(8, 1).normal([1, 1, 1, d]);
    const still = zeros([1, 1, 1, d]);
    const batch = concatSamples([rhs, other, still, rhs]);
    const together = await conjugateGradient(multiplyBy(definite, steep, definite, flat), batch, batch.shape, 4);
    const alone = [
      await conjugateGradient(multiplyBy(definite), rhs, rhs.shape, 4),
      await conjugateGradient(multiplyBy(steep), other, other.shape, 4),
      await conjugateGradient(multiplyBy(definite), still, still.shape, 4),
      await conjugateGradient(multiplyBy(flat), rhs, rhs.shape, 4),
    ];
    expect(Buffer.from(together.data.buffer)).toEqual(Buffer.from(concatSamples(alone).data.buffer));
  });

  it('treats a matrix of NaN as one of no curvature', async () => {
    const broken = matrix(d, d, () => Number.NaN);
    const solution = await conjugateGradient(multiplyBy(broken), rhs, rhs.shape, 3);
    expect(solution).toEqual(tensor(rhs.shape, new Float32Array(d)));
  });
});
