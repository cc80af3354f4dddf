import { describe, expect, it } from 'vitest';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { dormandPrince } from '../../src-main/sampling/dormand-prince.ts';
import { probabilityFlow } from '../../src-main/sampling/flow.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { sample, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, mixturePrior, stationaryCovariance } from '../fixtures/analytic-prior.ts';
import { multiplyVector, spectralFunction, symmetricEigen } from '../fixtures/dense.ts';

describe('Dormand–Prince', () => {
  // y″ = −y, a full turn: (cos t, −sin t).
  const rotation = (rtol: number, from = 0, to = 2 * Math.PI) =>
    dormandPrince({
      derivative: async (_t, y) => Float64Array.of(y[1], -y[0]),
      from,
      to,
      initial: Float64Array.of(1, 0),
      firstStep: 0.1,
      rtol,
      atol: rtol,
    });

  it('keeps the error near the tolerance at the cost of a fifth-order method', async () => {
    for (const rtol of [1e-3, 1e-6, 1e-9]) {
      const { state } = await rotation(rtol);
      const error = Math.hypot(state[0] - 1, state[1]);
      expect(error).toBeLessThan(20 * rtol);
      expect(error).toBeGreaterThan(rtol / 1000);
    }
    const [coarse, fine] = [await rotation(1e-5), await rotation(1e-10)];
    // 10⁵ times the accuracy costs 10 times the evaluations at order five.
    expect(fine.evaluations / coarse.evaluations).toBeGreaterThan(6);
    expect(fine.evaluations / coarse.evaluations).toBeLessThan(14);
  });

  it('runs backwards, and not at all over no distance', async () => {
    const { state } = await rotation(1e-8, 2 * Math.PI, Math.PI / 2);
    expect(state[0]).toBeCloseTo(0, 6);
    expect(state[1]).toBeCloseTo(-1, 6);
    expect(await rotation(1e-8, 3, 3)).toEqual({ state: Float64Array.of(1, 0), evaluations: 0 });
  });

  it('depends on time: dy/dt = 5 t⁴ is exact', async () => {
    const { state } = await dormandPrince({
      derivative: async (t) => Float64Array.of(5 * t ** 4),
      from: 0,
      to: 2,
      initial: Float64Array.of(0),
      firstStep: 2,
      rtol: 1,
      atol: 100,
    });
    expect(state[0]).toBeCloseTo(32, 10);
  });

  it('says so when the tolerance cannot be met', async () => {
    const rough = dormandPrince({
      derivative: async (t) => Float64Array.of(Math.sin(t * 1e12)),
      from: 0,
      to: 1,
      initial: Float64Array.of(0),
      firstStep: 0.1,
      rtol: 1e-14,
      atol: 1e-14,
    });
    await expect(rough).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('larger tolerances'),
    });
    const undefinedSlope = dormandPrince({
      derivative: async () => Float64Array.of(NaN),
      from: 0,
      to: 1,
      initial: Float64Array.of(0),
      firstStep: 0.1,
    });
    await expect(undefinedSlope).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(rotation(0)).rejects.toThrow('rtol');
  });
});

const covariance = stationaryCovariance([1, 4, 4]);
const prior = gaussianPrior({ shape: [1, 4, 4], mean: 0.2, covariance });
const [low, high] = [0.01, 50];

describe('probability flow', () => {
  it('is the exact solution for a Gaussian, up and down', async () => {
    const x = prior.sample(BatchRandom.seeded(71, 3));
    const eigen = symmetricEigen(covariance);
    const expected = (from: number, to: number): Float64Array[] => {
      const map = spectralFunction(eigen, (value) => Math.sqrt((value + to ** 2) / (value + from ** 2)));
      return [0, 1, 2].map((i) => {
        const offset = multiplyVector(
          map,
          sample(x, i).data.map((value) => value - 0.2),
        );
        return offset.map((value) => value + 0.2);
      });
    };
    for (const [from, to] of [
      [low, high],
      [high, low],
      [1, 0.3],
    ]) {
      const { state } = await probabilityFlow(priorDenoiser(prior), x, { from, to }, { rtol: 1e-6, atol: 1e-6 });
      expected(from, to).forEach((exact, i) =>
        exact.forEach((value, k) => {
          expect(Math.abs(sample(state, i).data[k] - value)).toBeLessThan(2e-5 * Math.max(1, to));
        }),
      );
    }
  });

  it('comes back: x0 → x_T → x0, closer with tighter tolerances', async () => {
    const mixture = mixturePrior({
      shape: [1, 1, 3],
      components: [
        { weight: 1, mean: 0.5, covariance: [0.1, 0.02, 0.05] },
        { weight: 1, mean: -0.5, covariance: [0.05, 0.1, 0.02] },
      ],
    });
    const x = mixture.sample(BatchRandom.seeded(72, 4));
    const roundTrip = async (tolerance: number): Promise<number> => {
      const options = { rtol: tolerance, atol: tolerance };
      const up = await probabilityFlow(priorDenoiser(mixture), x, { from: low, to: high }, options);
      const down = await probabilityFlow(priorDenoiser(mixture), up.state, { from: high, to: low }, options);
      return Math.max(...down.state.data.map((value, i) => Math.abs(value - x.data[i])));
    };
    const [loose, tight] = [await roundTrip(1e-3), await roundTrip(1e-6)];
    expect(tight).toBeLessThan(1e-4);
    expect(tight).toBeLessThan(loose / 5);
  });

  it('gives a sample the same bytes and evaluations in any batch', async () => {
    const x = prior.sample(BatchRandom.seeded(73, 4));
    const before = prior.evaluations.denoise;
    const together = await probabilityFlow(priorDenoiser(prior), x, { from: low, to: high });
    const used = prior.evaluations.denoise - before;
    expect(together.evaluations.reduce((sum, count) => sum + count, 0)).toBe(used);
    for (let i = 0; i < 4; i++) {
      const alone = await probabilityFlow(priorDenoiser(prior), sample(x, i), { from: low, to: high });
      expect(alone.state.data).toEqual(sample(together.state, i).data);
      expect(alone.evaluations).toEqual([together.evaluations[i]]);
    }
  });

  it('reports how far it has come, cancels, and refuses σ = 0', async () => {
    const x: Tensor = prior.sample(BatchRandom.seeded(74, 2));
    const seen: [number, number][] = [];
    const levels = { from: low, to: high };
    await probabilityFlow(priorDenoiser(prior), x, levels, {
      onStep: ({ sample, sigma }) => seen.push([sample, sigma]),
    });
    const first = seen.filter(([index]) => index === 0).map(([, sigma]) => sigma);
    expect(first.length).toBeGreaterThan(5);
    expect(first.at(-1)).toBeCloseTo(high, 8);
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(seen.at(-1)?.[0]).toBe(1);

    const controller = new AbortController();
    const before = prior.evaluations.denoise;
    const cancelled = probabilityFlow(priorDenoiser(prior), x, levels, {
      signal: controller.signal,
      onStep: () => controller.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    // The first step: one slope to begin with and six more.
    expect(prior.evaluations.denoise - before).toBe(7);
    await expect(probabilityFlow(priorDenoiser(prior), x, { from: 0, to: 1 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});
