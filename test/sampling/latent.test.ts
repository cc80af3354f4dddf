import { describe, expect, it } from 'vitest';
import { decodeLatent, encodeLatent, slerp } from '../../src-main/sampling/latent.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import type { Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, stationaryCovariance } from '../fixtures/analytic-prior.ts';

const shape = [1, 4, 4] as const;
const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
const settings = { sigmaMin: 0.002, sigmaMax: 80, rtol: 1e-5, atol: 1e-5 };

const rms = ({ data }: Tensor): number => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);

describe('latents of a Gaussian prior', () => {
  const x = prior.sample(BatchRandom.seeded(3, 300));

  it('are standard normal, whatever the covariance of the pictures', async () => {
    const { latent } = await encodeLatent(prior, x, settings);
    expect(latent.data.reduce((sum, value) => sum + value, 0) / latent.data.length).toBeCloseTo(0, 1);
    // 4800 values: a standard error of .02 of the variance.
    expect(rms(latent) ** 2).toBeGreaterThan(0.93);
    expect(rms(latent) ** 2).toBeLessThan(1.07);
    let neighbours = 0;
    for (let i = 0; i < latent.data.length; i += 2) neighbours += latent.data[i] * latent.data[i + 1];
    expect(Math.abs(neighbours / (latent.data.length / 2))).toBeLessThan(0.08);
  });

  it('give the pictures back', async () => {
    const few = prior.sample(BatchRandom.seeded(4, 3));
    const { latent, evaluations } = await encodeLatent(prior, few, settings);
    const { x: again } = await decodeLatent(prior, latent, settings);
    expect(evaluations).toHaveLength(3);
    again.data.forEach((value, i) => expect(Math.abs(value - few.data[i])).toBeLessThan(1e-3));
  });

  it('of lower temperature are nearer to the mean', async () => {
    const few = prior.sample(BatchRandom.seeded(5, 2));
    const { latent } = await encodeLatent(prior, few, settings);
    const { x: cool } = await decodeLatent(prior, { ...latent, data: latent.data.map((v) => v / 2) }, settings);
    const from = (t: Tensor): number => rms({ ...t, data: t.data.map((value) => value - 0.1) });
    expect(from(cool) / from(few)).toBeCloseTo(0.5, 1);
  });

  it('need levels in order', async () => {
    await expect(encodeLatent(prior, x, { ...settings, sigmaMin: 90 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('spherical interpolation', () => {
  const [a, b] = [1, 2].map((seed) => BatchRandom.seeded(seed, 1).normal([1, 1, 32, 32]));

  it('keeps the length and ends where it says', () => {
    expect(slerp(a, b, 0).data).toEqual(a.data);
    expect(slerp(a, b, 1).data).toEqual(b.data);
    expect(rms(slerp(a, b, 0.5))).toBeCloseTo((rms(a) + rms(b)) / 2, 2);
  });

  it('is a straight line between parallel vectors', () => {
    const twice = { ...a, data: a.data.map((value) => 2 * value) };
    expect(rms(slerp(a, twice, 0.5))).toBeCloseTo(1.5 * rms(a), 5);
  });

  it('refuses latents of different shapes', () => {
    expect(() => slerp(a, { shape: [1, 1, 1, 1], data: Float32Array.of(1) }, 0.5)).toThrow('different shapes');
  });
});
