import { describe, expect, it } from 'vitest';
import { CALIBRATED, deviationOptions } from '../../src-main/restore/calibrated.ts';
import { parseRestoreOptions, type Task } from '../../src-main/contract/restore-options.ts';
import { intervalFactor } from '../../src-main/restore/posterior.ts';
import { gaussianPrior, stationaryCovariance } from '../fixtures/analytic-prior.ts';
import { compareWithPosterior, drawPosterior, measure } from '../fixtures/posterior-run.ts';
import { smallOperators } from '../fixtures/small-operators.ts';

const PICTURES = 3;
const REPEATS = 48;

const operators: Readonly<Record<string, Exclude<Task, 'reconstruct'> | undefined>> = {
  mask: 'inpaint',
  luma: 'colorize',
  downsample: 'super-resolve',
  blur: 'deblur',
  identity: 'denoise',
};

describe('the samplers of the deviation', () => {
  const cases = smallOperators(6).flatMap((example) => {
    const task = operators[example.label];
    const isOpen = !['blur', 'identity'].includes(example.label);
    return task === undefined ? [] : (isOpen ? [0, 0.2] : [0.2]).map((noise) => ({ ...example, task, noise }));
  });

  it.each(cases)(
    'have the variance of the posterior: $label, σ_y $noise ‖A‖',
    async ({ task, noise, shape, operator }) => {
      const [{ solver, settings }] = CALIBRATED[task]!;
      const { method: options = {}, ...sampling } = settings;
      const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
      const measurement = measure(prior, operator, noise * operator.norm, PICTURES, REPEATS);
      const { predictor: _predictor, ...levels } = sampling;
      const samples = await drawPosterior({
        method: solver,
        measurement,
        network: prior,
        options,
        sampling: { ...levels, predictor: 'euler-maruyama' },
      });
      const { varianceRatio, meanError } = compareWithPosterior(prior, measurement, REPEATS, samples);
      expect(varianceRatio).toBeGreaterThan(0.95);
      expect(varianceRatio).toBeLessThan(1.1);
      expect(meanError).toBeLessThan(0.2);
    },
  );

  it('of reconstructions is the task’s own, whose variance is right for a noisy sinogram', async () => {
    const { shape, operator } = smallOperators(6).find(({ label }) => label === 'radon')!;
    const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
    const measurement = measure(prior, operator, 0.1 * operator.norm, 2, 24);
    const sampling = { steps: 40, sigmaMax: 5, sigmaMin: 0.01 };
    const samples = await drawPosterior({ method: 'daps', measurement, network: prior, sampling });
    const { varianceRatio } = compareWithPosterior(prior, measurement, 24, samples);
    expect(varianceRatio).toBeGreaterThan(0.9);
    expect(varianceRatio).toBeLessThan(1.1);
  });
});

describe('where the deviation comes from', () => {
  const prior = gaussianPrior({ shape: [1, 4, 4], mean: 0, covariance: stationaryCovariance([1, 4, 4]) });
  const options = (given: object) => parseRestoreOptions({ task: 'inpaint', samples: 3, ...given });

  it('is a calibrated sampler, unless a sampler was asked for by name', () => {
    expect(deviationOptions(options({ preset: 'best' }), prior)).toMatchObject({ samples: 3, task: 'inpaint' });
    expect(deviationOptions(options({ solver: 'ddnm' }), prior)).toBeUndefined();
    expect(deviationOptions(options({ steps: 4 }), prior)).toBeUndefined();
    expect(deviationOptions(options({ samples: 1 }), prior)).toBeUndefined();
    expect(deviationOptions(options({ task: 'reconstruct' }), prior)).toBeUndefined();
    const { vjp: _vjp, ...without } = prior;
    expect(deviationOptions(options({}), without)).toBeUndefined();
  });

  it('makes an interval of 5 to 95 % by Student’s t', () => {
    // Quantiles of .95 from tables: 6.3138, 2.0150 (5), 1.8331 (9), 1.6991 (29).
    expect(intervalFactor(2)).toBeCloseTo(6.3138 * Math.sqrt(1.5), 3);
    expect(intervalFactor(6)).toBeCloseTo(2.015 * Math.sqrt(7 / 6), 2);
    expect(intervalFactor(10)).toBeCloseTo(1.8331 * Math.sqrt(1.1), 3);
    expect(intervalFactor(30)).toBeCloseTo(1.6991 * Math.sqrt(31 / 30), 3);
  });
});
