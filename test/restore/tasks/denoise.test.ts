import { describe, expect, it } from 'vitest';
import { estimateNoise } from '../../../src-main/restore/noise-level.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { zeros } from '../../../src-main/tensor/tensor.ts';
import { noisyPicture, runRestore } from '../../fixtures/restore-run.ts';
import { whitePrior } from '../../fixtures/white-prior.ts';

describe('the noise estimate', () => {
  it.each([2, 10, 40])('finds σ = %i of 255 on a smooth picture with edges within 5 %', (sigma) => {
    const x = zeros([1, 1, 256, 256]);
    const random = new RandomGenerator(1);
    x.data.forEach((_, i) => {
      const [row, column] = [Math.floor(i / 256), i % 256];
      const clean = (column > 100 ? 60 : 0) + (row + column > 300 ? 50 : 0) + row / 4;
      x.data[i] = ((clean + sigma * random.normal()) * 2) / 255 - 1;
    });
    expect(127.5 * estimateNoise(x)).toBeGreaterThan(0.95 * sigma);
    expect(127.5 * estimateNoise(x)).toBeLessThan(1.05 * sigma);
  });

  it('is 0 for a flat picture and one without pairs of pixels', () => {
    expect(estimateNoise(zeros([1, 3, 20, 20]))).toBe(0);
    expect(estimateNoise(zeros([1, 3, 1, 20]))).toBe(0);
  });
});

describe('restore, task denoise', () => {
  it('gives the posterior mean of the prior in one network pass', async () => {
    const picture = noisyPicture(40, 30);
    const { pictures, report } = await runRestore({ picture }, { task: 'denoise', noise: 51 }, whitePrior(3));
    expect(report).toMatchObject({ solver: 'direct', nfe: 1, measured: { noise: 51 } });
    expect(report.measured).not.toHaveProperty('noiseEstimated');
    // Independent pixels of variance ¼ under noise of variance σ_y² = 0.4²: the mean is y/(1 + 4σ_y²).
    pictures[0].data.forEach((value, i) => {
      const mean = ((picture.data[i] / 127.5 - 1) / (1 + 4 * 0.4 ** 2) + 1) * 127.5;
      expect(Math.abs(value - mean)).toBeLessThanOrEqual(0.51);
    });
  });

  it('draws samples with the spread of the posterior, and reports their mean and deviation', async () => {
    const picture = noisyPicture(24, 24, { sigma: 0 });
    const options = { task: 'denoise', noise: 51, samples: 60, steps: 60 };
    const { pictures, companions } = await runRestore({ picture }, options, whitePrior(3));
    expect(pictures).toHaveLength(60);
    // 1/(4 + 1/σ_y²) is the variance of a pixel.
    const expected = 127.5 * Math.sqrt(1 / (4 + 1 / 0.4 ** 2));
    const { std, mean } = companions;
    expect(std).toMatchObject({ mode: 'gray', bitDepth: 16, width: 24, height: 24 });
    let average = 0;
    for (const value of std.data) average += value / std.data.length / 257;
    expect(average).toBeGreaterThan(0.9 * expected);
    expect(average).toBeLessThan(1.1 * expected);
    const first = pictures.reduce((sum, { data }) => sum + data[100], 0) / 60;
    expect(Math.abs(mean.data[100] - first)).toBeLessThan(1);
  });

  it('estimates the noise when it is not given, and says so', async () => {
    const { report } = await runRestore(
      { picture: noisyPicture(160, 160, { sigma: 12 }) },
      { task: 'denoise' },
      whitePrior(3),
    );
    expect(report.measured['noiseEstimated']).toBe(1);
    expect(report.measured['noise']).toBeGreaterThan(11);
    expect(report.measured['noise']).toBeLessThan(13.5);
  });

  it('cuts large pictures into windows that join without a seam', async () => {
    const picture = noisyPicture(2200, 1000);
    const { report, pictures } = await runRestore({ picture }, { task: 'denoise', noise: 51 }, whitePrior(3));
    expect(report.windows).toBe(3);
    pictures[0].data.forEach((value, i) => {
      const mean = ((picture.data[i] / 127.5 - 1) / (1 + 4 * 0.4 ** 2) + 1) * 127.5;
      if (Math.abs(value - mean) > 0.51) expect.fail(`value ${i}: ${value}, not ${mean}`);
    });
  });

  it.each([
    ['gray', 8],
    ['gray-alpha', 16],
    ['rgb-alpha', 8],
  ] as const)('keeps the mode and alpha of %s %i-bit', async (mode, bitDepth) => {
    const picture = noisyPicture(20, 10, { mode, bitDepth });
    const { pictures } = await runRestore({ picture }, { task: 'denoise', noise: 20 }, whitePrior(3));
    expect(pictures[0]).toMatchObject({ mode, bitDepth, width: 20, height: 10 });
    const channels = picture.data.length / 200;
    if (channels % 2 === 0) {
      for (let i = channels - 1; i < picture.data.length; i += channels) {
        expect(pictures[0].data[i]).toBe(picture.data[i]);
      }
    }
  });
});
