import { describe, expect, it } from 'vitest';
import { conjugateResidual, type Multiplied } from '../../src-main/likelihood/conjugate-residual.ts';
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

describe('conjugate residuals with per-sample scalars', () => {
  it('solves a positive definite system in as many steps as it has dimensions', async () => {
    const exact = choleskySolve(cholesky(definite), rhs.data);
    const solution = await conjugateResidual(multiplyBy(definite), rhs, rhs.shape, d + 2);
    solution.data.forEach((value, i) => expect(value).toBeCloseTo(exact[i], 3));
  });

  it('solves an indefinite and an asymmetric system too', async () => {
    const indefinite = matrix(d, d, (i, j) => (i === j ? (i === 0 ? -3 : 1 + i) : 0));
    expect(misfit(indefinite, await conjugateResidual(multiplyBy(indefinite), rhs, rhs.shape, d))).toBeLessThan(1e-4);
    const rotated = matrix(d, d, (i, j) => (i === j ? 3 : i === j + 1 ? -1 : 0));
    expect(misfit(rotated, await conjugateResidual(multiplyBy(rotated), rhs, rhs.shape, d))).toBeLessThan(1e-4);
  });

  it('leaves the picture alone where M is nothing', async () => {
    const nothing = matrix(d, d);
    const solution = await conjugateResidual(multiplyBy(nothing), rhs, rhs.shape, 5);
    expect(solution).toEqual(zeros(rhs.shape));
  });

  it('never leaves more residual after more steps, however asymmetric the matrix', async () => {
    for (let seed = 0; seed < 50; seed++) {
      let before = 1;
      const noise = BatchRandom.seeded(seed, 1).normal([1, 1, d, d]).data;
      const skewed = matrix(d, d, (i, j) => definite.data[i * d + j] * 0.1 + 2 * noise[i * d + j]);
      for (const iterations of [1, 2, 3, 20]) {
        const left = misfit(skewed, await conjugateResidual(multiplyBy(skewed), rhs, rhs.shape, iterations));
        expect(left).toBeLessThanOrEqual(before + 1e-5);
        before = left;
      }
    }
  });

  it('gives every sample of a batch the bytes that it gets alone', async () => {
    const steep = matrix(d, d, (i, j) => definite.data[i * d + j] * (i === j ? 4 : 1));
    const flat = matrix(d, d, (i, j) => (i === j ? -1 : 0));
    const other = BatchRandom.seeded(8, 1).normal([1, 1, 1, d]);
    const still = zeros([1, 1, 1, d]);
    const batch = concatSamples([rhs, other, still, rhs]);
    const together = await conjugateResidual(multiplyBy(definite, steep, definite, flat), batch, batch.shape, 4);
    const alone = [
      await conjugateResidual(multiplyBy(definite), rhs, rhs.shape, 4),
      await conjugateResidual(multiplyBy(steep), other, other.shape, 4),
      await conjugateResidual(multiplyBy(definite), still, still.shape, 4),
      await conjugateResidual(multiplyBy(flat), rhs, rhs.shape, 4),
    ];
    expect(Buffer.from(together.data.buffer)).toEqual(Buffer.from(concatSamples(alone).data.buffer));
  });

  it('leaves the picture alone where the network answers NaN', async () => {
    const broken = matrix(d, d, () => Number.NaN);
    const solution = await conjugateResidual(multiplyBy(broken), rhs, rhs.shape, 3);
    expect(solution).toEqual(tensor(rhs.shape, new Float32Array(d)));
  });
});
