import { describe, expect, it } from 'vitest';
import { measureBits, meanWithError, type MeasureBitsOptions } from '../../src-main/sampling/measure-bits.ts';
import { gaussianPrior } from '../fixtures/analytic-prior.ts';
import { gaussianBits } from '../fixtures/gaussian-model.ts';

const options: MeasureBitsOptions = {
  repeats: 1,
  probe: 'rademacher',
  sigmaMin: 0.002,
  sigmaMax: 80,
  seed: 1,
  index: 0,
  roundTrip: false,
  rtol: 1e-5,
  atol: 1e-5,
};
const levels = Uint8Array.from({ length: 12 }, (_, i) => 90 + 5 * i);
const independent = { mean: 0.1, variance: 0.04 };
const prior = gaussianPrior({ shape: [3, 2, 2], mean: independent.mean, covariance: new Float64Array(12).fill(0.04) });

describe('bits per dimension', () => {
  it('of all pictures of one pixel sum to the mass of the prior on the 256 levels', async () => {
    // The right offset (+7 for levels of width 2/256) is what makes 2^−bits a probability.
    const pixel = gaussianPrior({ shape: [1, 1, 1], mean: 0, covariance: [0.09] });
    let sum = 0;
    for (let level = 0; level < 256; level++) {
      const { estimates } = await measureBits(pixel, Uint8Array.of(level), [1, 1, 1], { ...options, index: level });
      sum += 2 ** -estimates[0];
    }
    // P(|N(0, 0.3²)| < 1) = 0.99914.
    expect(sum).toBeGreaterThan(0.998);
    expect(sum).toBeLessThan(1.0003);
  });

  it.each(['rademacher', 'gaussian'] as const)('are unbiased with %s probes', async (probe) => {
    const { estimates } = await measureBits(prior, levels, [3, 2, 2], { ...options, probe, repeats: 60 });
    const { mean, standardError } = meanWithError(estimates);
    const exact = gaussianBits(levels, independent, 0.002);
    expect(standardError).toBeLessThan(0.02);
    expect(Math.abs(mean - exact)).toBeLessThan(3 * (standardError ?? 0));
  });

  it('come with the error of the way there and back, which follows the tolerance', async () => {
    const measure = (tolerance: number) =>
      measureBits(prior, levels, [3, 2, 2], { ...options, rtol: tolerance, atol: tolerance, roundTrip: true });
    const [loose, tight] = [await measure(1e-3), await measure(1e-6)];
    expect(loose.roundTrip?.rms).toBeLessThan(0.1);
    expect(tight.roundTrip?.rms).toBeLessThan(1e-4);
    expect(tight.roundTrip?.max).toBeGreaterThanOrEqual(tight.roundTrip?.rms ?? Infinity);
    // The way back takes passes without a gradient.
    expect(tight.nfe).toBeGreaterThan(tight.vjps);
    expect(tight.vjps).toBeGreaterThan(loose.vjps);
  });

  it('repeat with the seed and the index, and differ between repeats and pictures', async () => {
    const measure = (changes: Partial<MeasureBitsOptions>) =>
      measureBits(prior, levels, [3, 2, 2], { ...options, rtol: 1e-2, atol: 1e-2, repeats: 2, ...changes });
    const first = (await measure({})).estimates;
    expect((await measure({})).estimates).toEqual(first);
    expect(first[0]).not.toBe(first[1]);
    // A further repeat leaves the earlier ones as they are.
    expect((await measure({ repeats: 3 })).estimates.slice(0, 2)).toEqual(first);
    expect((await measure({ seed: 2 })).estimates[0]).not.toBe(first[0]);
    expect((await measure({ index: 1 })).estimates[0]).not.toBe(first[0]);
  });

  it('tell their progress, which only grows', async () => {
    const fractions: number[] = [];
    const onProgress = (fraction: number): void => void fractions.push(fraction);
    await measureBits(prior, levels, [3, 2, 2], { ...options, repeats: 2, roundTrip: true, onProgress });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeCloseTo(1);
    expect(fractions.filter((fraction) => fraction < 1 / 3).length).toBeGreaterThan(2);
  });

  it('need a network with gradients, and levels in order', async () => {
    const { vjp: _vjp, ...blind } = prior;
    await expect(measureBits(blind, levels, [3, 2, 2], options)).rejects.toMatchObject({
      code: 'unsupported-combination',
    });
    await expect(measureBits(prior, levels, [3, 2, 2], { ...options, sigmaMin: 90 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(measureBits(prior, levels.slice(1), [3, 2, 2], options)).rejects.toMatchObject({
      code: 'invalid-shape',
    });
  });
});

describe('the mean of estimates', () => {
  it('has a standard error from two on', () => {
    expect(meanWithError([3])).toEqual({ mean: 3, standardError: undefined });
    expect(meanWithError([1, 3])).toEqual({ mean: 2, standardError: 1 });
  });
});
