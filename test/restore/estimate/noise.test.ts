import { describe, expect, it } from 'vitest';
import { withNoise, type ChainNoise } from '../../../src-main/restore/chain/chain-noise.ts';
import { estimateGrain } from '../../../src-main/restore/estimate/grain.ts';
import { estimateNoiseLaw } from '../../../src-main/restore/estimate/noise-law.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { zeros, type Tensor } from '../../../src-main/tensor/tensor.ts';

const SIDE = 160;

/** A ramp from dark to light with stripes of detail on a quarter of it. */
function scene(): Tensor {
  const x = zeros([1, 3, SIDE, SIDE]);
  for (let i = 0; i < x.data.length; i++) {
    const column = i % SIDE;
    const row = Math.floor(i / SIDE) % SIDE;
    x.data[i] = -0.8 + (1.5 * column) / SIDE + (row < SIDE / 4 ? 0.1 * Math.sin(row + column) : 0);
  }
  return x;
}

const noisy = (noise: ChainNoise): Tensor => withNoise(noise, scene(), BatchRandom.seeded(4, 1));

describe('estimateNoiseLaw', () => {
  it.each([2, 10, 40])('finds white noise of %f', (sigma) => {
    const { level, dependsOnSignal } = estimateNoiseLaw(noisy({ kind: 'white', sigma }));
    expect(Math.abs(level / sigma - 1)).toBeLessThan(0.06);
    expect(dependsOnSignal).toBe(false);
  });

  it('finds the slope of Poisson noise', () => {
    const law = estimateNoiseLaw(noisy({ kind: 'poisson', slope: 1.5, sigma: 3 }));
    expect(law.dependsOnSignal).toBe(true);
    expect(Math.abs(law.slope / 1.5 - 1)).toBeLessThan(0.2);
  });

  it('finds none where there is none, and says when there was too little to look at', () => {
    expect(estimateNoiseLaw(scene()).level).toBeLessThan(0.8);
    expect(estimateNoiseLaw(zeros([1, 1, 12, 12])).blocks).toBeLessThan(2);
  });
});

describe('estimateGrain', () => {
  it.each([
    [8, 0.8],
    [15, 1.4],
  ])('finds grain of %f and its size %f', (sigma, size) => {
    const grain = estimateGrain(noisy({ kind: 'grain', sigma, size }));
    expect(Math.abs(grain.sigma / sigma - 1)).toBeLessThan(0.15);
    expect(Math.abs(grain.size - size)).toBeLessThan(0.21);
  });

  it('takes white noise for the finest grain', () => {
    expect(estimateGrain(noisy({ kind: 'white', sigma: 10 })).size).toBeLessThan(0.45);
  });
});
