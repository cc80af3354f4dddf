import { describe, expect, it } from 'vitest';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { predictorCorrector } from '../../src-main/sampling/predictor-corrector.ts';
import { createPredictor, type PredictorOptions } from '../../src-main/sampling/predictors/registry.ts';
import { createSchedule, type ScheduleName } from '../../src-main/sampling/schedule.ts';
import { createSde } from '../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { scale, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior } from '../fixtures/analytic-prior.ts';
import { collect } from './run.ts';

// Along the probability flow of N(μ, λ), x − μ shrinks by √((λ + σ′²)/(λ + σ²)) per mode: the exact solution.
const variances = [0.5, 0.1, 0.3, 0.02];
const prior = gaussianPrior({ shape: [1, 1, 4], mean: 0.2, covariance: variances });
const [sigmaMax, sigmaMin] = [5, 0.1];

async function error(predictor: PredictorOptions, schedule: ScheduleName, steps: number): Promise<number> {
  const random = BatchRandom.seeded(21, 16);
  const initial: Tensor = scale(sigmaMax, random.normal([16, 1, 1, 4]));
  const sde = createSde({ name: 'vp' });
  const run = await collect(
    predictorCorrector({
      denoiser: priorDenoiser(prior),
      sde,
      sigmas: createSchedule(schedule, { steps: steps + 1, sigmaMin, sigmaMax, sde, rho: 3 }),
      predictor: createPredictor(predictor),
      random,
      initial,
    }),
  );
  const last = run.steps[steps - 1];
  expect(last.sigmaNext).toBe(sigmaMin);
  let sum = 0;
  for (let i = 0; i < initial.data.length; i++) {
    const lambda = variances[i % 4];
    const factor = Math.sqrt((lambda + sigmaMin ** 2) / (lambda + sigmaMax ** 2));
    sum += (last.state.data[i] - (0.2 + factor * (initial.data[i] - 0.2))) ** 2;
  }
  return Math.sqrt(sum / initial.data.length);
}

describe('order of convergence on the probability flow', () => {
  const cases: [PredictorOptions, ScheduleName, number][] = [
    [{ name: 'euler' }, 'karras', 1],
    [{ name: 'euler' }, 'linear-t', 1],
    [{ name: 'ddim' }, 'geometric', 1],
    [{ name: 'heun' }, 'karras', 2],
    [{ name: 'heun' }, 'geometric', 2],
    [{ name: 'dpm++2m' }, 'karras', 2],
    [{ name: 'dpm++2m' }, 'geometric', 2],
  ];
  it.each(cases)('%j, %s: %i', async (predictor, schedule, order) => {
    const [coarse, middle, fine] = [
      await error(predictor, schedule, 40),
      await error(predictor, schedule, 80),
      await error(predictor, schedule, 160),
    ];
    expect(Math.abs(Math.log2(coarse / middle) - order)).toBeLessThan(0.2);
    expect(Math.abs(Math.log2(middle / fine) - order)).toBeLessThan(0.15);
    // Not only the order: the error itself is small.
    expect(fine).toBeLessThan(order === 1 ? 0.02 : 5e-4);
  });

  it('ddim without noise is euler', async () => {
    expect(await error({ name: 'ddim', eta: 0 }, 'karras', 9)).toBe(await error({ name: 'euler' }, 'karras', 9));
  });
});

describe('rk45', () => {
  it('keeps to its tolerances whatever the schedule', async () => {
    for (const steps of [1, 4]) {
      expect(await error({ name: 'rk45', rtol: 1e-6, atol: 1e-6 }, 'karras', steps)).toBeLessThan(2e-5);
      const loose = await error({ name: 'rk45', rtol: 1e-2, atol: 1e-2 }, 'karras', steps);
      expect(loose).toBeLessThan(2e-2);
    }
  });
});
