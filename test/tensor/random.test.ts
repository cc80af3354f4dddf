import { describe, expect, it } from 'vitest';
import { BatchRandom, RandomGenerator } from '../../src-main/tensor/random.ts';

const N = 2_000_000;

describe('RandomGenerator', () => {
  it('draws standard normals: moments to the sixth and tail probabilities', () => {
    const draws = new Float32Array(N);
    new RandomGenerator(7).fillNormal(draws);
    const moments = new Float64Array(7);
    let beyond1 = 0;
    let beyondTail = 0;
    for (const x of draws) {
      for (let k = 1, p = x; k <= 6; k++, p *= x) moments[k] += p / N;
      if (Math.abs(x) > 1) beyond1++;
      if (Math.abs(x) > 3.5) beyondTail++;
    }
    // z-tests: Var(x^k) is 1, 2, 15, 96, 945 and 10 170 for k = 1…6.
    const expected = [0, 0, 1, 0, 3, 0, 15];
    const variance = [0, 1, 2, 15, 96, 945, 10_170];
    for (let k = 1; k <= 6; k++) {
      expect(Math.abs(moments[k] - expected[k]) / Math.sqrt(variance[k] / N), `moment ${k}`).toBeLessThan(4);
    }
    for (const [count, p] of [
      [beyond1, 0.31731051],
      [beyondTail, 4.652582e-4],
    ]) {
      expect(Math.abs(count / N - p) / Math.sqrt((p * (1 - p)) / N)).toBeLessThan(4);
    }
  });

  it('has no lag-1 correlation, nor one between streams of neighbouring seeds', () => {
    const a = new Float32Array(N);
    const b = new Float32Array(N);
    new RandomGenerator(1, 0).fillNormal(a);
    new RandomGenerator(1, 1).fillNormal(b);
    let lag = 0;
    let cross = 0;
    for (let i = 1; i < N; i++) {
      lag += a[i] * a[i - 1];
      cross += a[i] * b[i];
    }
    expect(Math.abs(lag) / Math.sqrt(N)).toBeLessThan(4);
    expect(Math.abs(cross) / Math.sqrt(N)).toBeLessThan(4);
  });

  it('fills an array with the numbers that single draws give, and repeats by seed', () => {
    const filled = new Float32Array(10_000);
    new RandomGenerator(3, 4).fillNormal(filled);
    const single = new RandomGenerator(3, 4);
    expect(filled).toEqual(Float32Array.from(filled, () => single.normal()));
    const other = new Float32Array(10_000);
    new RandomGenerator(3, 5).fillNormal(other);
    expect(other).not.toEqual(filled);
  });

  it('distinguishes seeds above 2^32', () => {
    expect(new RandomGenerator(1).uint32()).not.toBe(new RandomGenerator(1 + 2 ** 32).uint32());
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => new RandomGenerator(seed)).toThrow(/seed must be an integer/);
  });
});

describe('BatchRandom', () => {
  it('draws passing noise of the same numbers, in memory that it takes again', () => {
    for (const sign of [1, -1] as const) {
      const [kept, passing] = [1, 2].map(() => new BatchRandom([new RandomGenerator(5), new RandomGenerator(6)], sign));
      const first = passing.passingNormal([2, 1, 3, 3]);
      expect(first).toEqual(kept.normal([2, 1, 3, 3]));
      const second = passing.passingNormal([2, 1, 3, 3]);
      expect(second).toEqual(kept.normal([2, 1, 3, 3]));
      expect(second.data.buffer).toBe(first.data.buffer);
      expect(passing.passingNormal([2, 1, 1, 2])).toEqual(kept.normal([2, 1, 1, 2]));
    }
  });

  it('gives sample i the same numbers whatever the batch size', () => {
    const four = BatchRandom.seeded(9, 4).normal([4, 3, 5, 5]);
    for (let i = 0; i < 4; i++) {
      const one = BatchRandom.seeded(9, 1, i).normal([1, 3, 5, 5]);
      expect(four.data.slice(i * 75, (i + 1) * 75)).toEqual(one.data);
    }
  });

  it('refuses a shape of another batch size', () => {
    expect(() => BatchRandom.seeded(0, 2).normal([3, 1, 1, 1])).toThrow(/2 generators/);
  });
});
