import { describe, expect, it } from 'vitest';
import { compareSets, FEATURES, randomFeatures } from '../../src-main/sampling/set-distance.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import type { Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, stationaryCovariance } from '../fixtures/analytic-prior.ts';

const shape = [1, 16, 16] as const;
const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
const draw = (seed: number, change = (value: number) => value): Tensor => {
  const x = prior.sample(BatchRandom.seeded(seed, 80));
  return { ...x, data: x.data.map(change) };
};

describe('the distance between sets of pictures', () => {
  const real = randomFeatures(draw(1));

  it('is near 0 for draws of the same law, whose precision and recall are alike', () => {
    const same = compareSets(real, randomFeatures(draw(2)));
    expect(Math.abs(same.distance)).toBeLessThan(0.1);
    expect(Math.abs(same.precision - same.recall)).toBeLessThan(0.3);
    expect(same.precision).toBeGreaterThan(0.5);
  });

  it('sees pictures that vary too little: precise, but much is not reached', () => {
    const flat = compareSets(real, randomFeatures(draw(3, (value) => 0.1 + 0.5 * (value - 0.1))));
    expect(flat.distance).toBeGreaterThan(0.1);
    expect(flat.recall).toBeLessThan(0.3);
    expect(flat.precision).toBeGreaterThan(flat.recall + 0.2);
  });

  it('sees pictures that vary too much, and brighter ones', () => {
    const wild = compareSets(real, randomFeatures(draw(4, (value) => 0.1 + 2 * (value - 0.1))));
    expect(wild.precision).toBeLessThan(0.3);
    const bright = compareSets(real, randomFeatures(draw(5, (value) => value + 0.4)));
    expect(bright.distance).toBeGreaterThan(0.5);
  });

  it('does not let a trace of noise outweigh everything where the real pictures are constant', () => {
    const bordered = (seed: number, border: number): Float64Array[] => {
      const { shape, data } = draw(seed);
      const inside = (i: number): boolean => [i % 16, (i >> 4) % 16].every((at) => at > 3 && at < 12);
      return randomFeatures({ shape, data: data.map((value, i) => (inside(i) ? value : -1 + (border * (i % 7)) / 7)) });
    };
    const same = compareSets(bordered(1, 0), bordered(2, 0.01));
    expect(Math.abs(same.distance)).toBeLessThan(0.2);
    expect(same.precision).toBeGreaterThan(0.4);
  });

  it('is the same everywhere', () => {
    expect(real[0]).toHaveLength(FEATURES);
    expect(randomFeatures(draw(1))).toEqual(real);
  });

  it('refuses sets that say nothing', () => {
    expect(() => compareSets(real.slice(0, 3), real)).toThrow('number of pictures');
    expect(() => randomFeatures({ shape: [1, 1, 8, 8], data: new Float32Array(64) })).toThrow('16 × 16');
  });
});
