import { describe, expect, it } from 'vitest';
import { IdentityOperator } from '../../src-main/operators/identity.ts';
import { MaskOperator } from '../../src-main/operators/mask.ts';
import { measuredEntries, simulate } from '../../src-main/operators/measure.ts';
import { createOperator } from '../../src-main/operators/registry.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { linear, sample, zeros } from '../../src-main/tensor/tensor.ts';

describe('simulate', () => {
  const x = BatchRandom.seeded(1, 3).normal([3, 1, 60, 50]);

  it('adds noise of the stated deviation, the same from the same seed, whatever the batch', () => {
    const operator = new IdentityOperator([1, 60, 50]);
    const y = simulate(operator, x, 0.2, BatchRandom.seeded(7, 3));
    const noise = linear(1, y, -1, x).data;
    const mean = noise.reduce((sum, v) => sum + v, 0) / noise.length;
    const deviation = Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / noise.length);
    // Four standard errors of 9000 draws.
    expect(Math.abs(mean)).toBeLessThan((4 * 0.2) / Math.sqrt(9000));
    expect(Math.abs(deviation / 0.2 - 1)).toBeLessThan(4 / Math.sqrt(2 * 9000));
    expect(simulate(operator, x, 0.2, BatchRandom.seeded(7, 3))).toEqual(y);
    expect(simulate(operator, sample(x, 1), 0.2, BatchRandom.seeded(7, 1, 1)).data).toEqual(sample(y, 1).data);
  });

  it('is A x without noise, and draws nothing then', () => {
    const random = BatchRandom.seeded(7, 3);
    expect(simulate(new IdentityOperator([1, 60, 50]), x, 0, random)).toEqual(x);
    expect(random).toEqual(BatchRandom.seeded(7, 3));
  });

  it('leaves entries empty that measure nothing', () => {
    const mask = Uint8Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const y = simulate(new MaskOperator([1, 60, 50], mask), x, 0.5, BatchRandom.seeded(7, 3));
    y.data.forEach((v, i) => expect(v === 0).toBe(mask[i % 3000] === 1));
    // The rays of a vertical view that pass beside a narrow picture.
    const radon = createOperator({ name: 'radon', options: { angles: [0], detectors: 9 } }, [1, 4, 3]);
    expect([...measuredEntries(radon)]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0]);
  });

  it('refuses negative noise', () => {
    const operator = new IdentityOperator([1, 2, 2]);
    expect(() => simulate(operator, zeros([1, 1, 2, 2]), -1, BatchRandom.seeded(1, 1))).toThrow(
      /sigmaY but received -1/,
    );
  });
});
