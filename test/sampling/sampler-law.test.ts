import { describe, expect, it } from 'vitest';
import { annealedLangevin } from '../../src-main/sampling/annealed-langevin.ts';
import { createCorrector } from '../../src-main/sampling/corrector.ts';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { predictorCorrector } from '../../src-main/sampling/predictor-corrector.ts';
import {
  createPredictor,
  predictorNames,
  predictorOptions,
  type PredictorOptions as AnyPredictor,
} from '../../src-main/sampling/predictors/registry.ts';
import { createSchedule, geometricSchedule, karrasSchedule } from '../../src-main/sampling/schedule.ts';
import { createSde, sdeNames } from '../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { scale } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, stationaryCovariance, type GaussianPrior } from '../fixtures/analytic-prior.ts';
import { fromRows, matrix, multiplyVector, symmetricEigen, transpose, type Matrix } from '../fixtures/dense.ts';
import { gaussianScores, worstScore } from '../fixtures/statistics.ts';
import { samplerLaw, type LawOptions, type Mode } from './gaussian-law.ts';
import { finalState } from './run.ts';

/** Those whose law has a closed form; rk45 chooses its own steps. */
type PredictorOptions = Exclude<AnyPredictor, { name: 'rk45' }>;

// Samplers against the exact law of their output for Gaussian priors. Few steps, so that a wrong coefficient has
// nowhere to hide behind convergence; that the law tends to the prior itself is shown apart, without sampling.

const predictors = predictorNames
  .map((name) => predictorOptions(name, 0.6))
  .filter((options): options is PredictorOptions => options.name !== 'rk45');
const grid = sdeNames.flatMap((sde) => predictors.map((predictor) => ({ sde, predictor, label: predictor.name })));

/** Mean and covariance of the law, from the modes along the eigenvectors of the prior. */
function lawMoments(prior: GaussianPrior, options: LawOptions): { mean: Float64Array; covariance: Matrix } {
  const { values, vectors } = symmetricEigen(prior.covariance);
  const means = multiplyVector(transpose(vectors), prior.mean);
  const law = Array.from(values, (variance, k) => samplerLaw([{ mean: means[k], variance }], options)[0]);
  const d = prior.dimension;
  return {
    mean: multiplyVector(
      vectors,
      law.map((mode) => mode.mean),
    ),
    covariance: matrix(d, d, (i, j) =>
      law.reduce((sum, { variance }, k) => sum + vectors.data[i * d + k] * variance * vectors.data[j * d + k], 0),
    ),
  };
}

const correlated = gaussianPrior({
  shape: [1, 1, 4],
  mean: [0.4, -0.3, 0.1, 0],
  covariance: fromRows([
    [0.5, 0.2, 0.1, 0],
    [0.2, 0.3, -0.1, 0.02],
    [0.1, -0.1, 0.2, 0.01],
    [0, 0.02, 0.01, 0.02],
  ]),
});
const picture = gaussianPrior({ shape: [1, 8, 8], mean: 0.1, covariance: stationaryCovariance([1, 8, 8]) });

describe('predictors have their exact law for correlated Gaussians', () => {
  it.each(grid)('$sde × $label', async ({ sde: sdeName, predictor }) => {
    const sde = createSde({ name: sdeName });
    const sigmas = karrasSchedule({ steps: 10, sigmaMin: 0.02, sigmaMax: 20 });
    const random = BatchRandom.seeded(11, 5000);
    const samples = await finalState(
      predictorCorrector({
        denoiser: priorDenoiser(correlated),
        sde,
        sigmas,
        predictor: createPredictor(predictor),
        random,
        initial: scale(sigmas[0], random.normal([5000, 1, 1, 4])),
      }),
    );
    const eta = 'eta' in predictor ? { eta: predictor.eta ?? 0 } : {};
    const law = lawMoments(correlated, { sde, sigmas, predictor: predictor.name, ...eta });
    expect(worstScore(gaussianScores(samples, law.mean, law.covariance))).toBeLessThan(4);
  });

  it('also for pictures, whatever the schedule', async () => {
    const cases = [
      ['vp', 'reverse-diffusion', 'linear-t'],
      ['ve', 'dpm++2m', 'geometric'],
    ] as const;
    for (const [sdeName, name, schedule] of cases) {
      const sde = createSde({ name: sdeName });
      const sigmas = createSchedule(schedule, { steps: 12, sigmaMin: 0.05, sigmaMax: 20, sde });
      const random = BatchRandom.seeded(12, 800);
      const samples = await finalState(
        predictorCorrector({
          denoiser: priorDenoiser(picture),
          sde,
          sigmas,
          predictor: createPredictor({ name }),
          random,
          initial: scale(sigmas[0], random.normal([800, 1, 8, 8])),
        }),
      );
      const law = lawMoments(picture, { sde, sigmas, predictor: name });
      expect(worstScore(gaussianScores(samples, law.mean, law.covariance))).toBeLessThan(4);
    }
  });
});

describe('predictors with the Langevin corrector have their law for large pictures', () => {
  // Two kinds of pixels, 512 of each: the corrector's norms are then within O(1/1024) of their expectations.
  const modes: Mode[] = [
    { mean: 0.3, variance: 0.4 },
    { mean: -0.2, variance: 0.05 },
  ];
  const kind = (i: number): Mode => modes[i % 2];
  const prior = gaussianPrior({
    shape: [1, 32, 32],
    mean: Array.from({ length: 1024 }, (_, i) => kind(i).mean),
    covariance: Array.from({ length: 1024 }, (_, i) => kind(i).variance),
  });

  it.each(grid)('$sde × $label', async ({ sde: sdeName, predictor }) => {
    const n = 48;
    const sde = createSde({ name: sdeName });
    const sigmas = karrasSchedule({ steps: 8, sigmaMin: 0.05, sigmaMax: 20 });
    const random = BatchRandom.seeded(13, n);
    const corrector = createCorrector('langevin', { snr: 0.2 });
    const samples = await finalState(
      predictorCorrector({
        denoiser: priorDenoiser(prior),
        sde,
        sigmas,
        predictor: createPredictor(predictor),
        corrector,
        correctorSteps: 2,
        random,
        initial: scale(sigmas[0], random.normal([n, 1, 32, 32])),
      }),
    );
    const eta = 'eta' in predictor ? { eta: predictor.eta ?? 0 } : {};
    const law = samplerLaw(modes, { sde, sigmas, predictor: predictor.name, ...eta, correctorSteps: 2, snr: 0.2 });
    law.forEach(({ mean, variance }, k) => {
      const count = (n * 1024) / 2;
      let sum = 0;
      let squares = 0;
      for (let i = k; i < samples.data.length; i += 2) {
        sum += samples.data[i] - mean;
        squares += (samples.data[i] - mean) ** 2;
      }
      expect(Math.abs(sum) / Math.sqrt(count * variance)).toBeLessThan(4);
      expect(Math.abs(squares / variance - count) / Math.sqrt(2 * count)).toBeLessThan(4);
    });
  });
});

describe('the laws tend to the prior', () => {
  const modes: Mode[] = [
    { mean: 0.3, variance: 0.4 },
    { mean: -0.2, variance: 0.04 },
  ];
  const limit = (predictor: PredictorOptions, sdeName: (typeof sdeNames)[number], correctorSteps: number): Mode[] => {
    const sde = createSde({ name: sdeName });
    const sigmas = karrasSchedule({ steps: 4000, sigmaMin: 0.01, sigmaMax: 50 });
    return samplerLaw(modes, {
      sde,
      sigmas,
      predictor: predictor.name,
      ...('eta' in predictor ? { eta: predictor.eta ?? 0 } : {}),
      correctorSteps,
      snr: 0.05,
    });
  };
  const unbiased = grid.map((entry) =>
    entry.label === 'renoise' ? { ...entry, predictor: { name: 'renoise', eta: 0 } as const } : entry,
  );

  it.each(unbiased)('$sde × $label, with and without corrector', ({ sde, predictor }) => {
    for (const corrections of [0, 1]) {
      limit(predictor, sde, corrections).forEach(({ mean, variance }, k) => {
        expect(Math.abs(mean - modes[k].mean) / Math.sqrt(modes[k].variance)).toBeLessThan(0.01);
        // The corrector's own bias is r² at this step size, .0025 … .006.
        expect(Math.abs(variance / modes[k].variance - 1)).toBeLessThan(0.01);
      });
    }
  });

  it('but renoise with fresh noise loses variance: half of it at η = 1', () => {
    limit({ name: 'renoise', eta: 1 }, 've', 0).forEach(({ mean, variance }, k) => {
      expect(mean).toBeCloseTo(modes[k].mean, 2);
      expect(variance / modes[k].variance).toBeCloseTo(0.5, 2);
    });
  });

  it('DDPM’s ancestral variance is exact for pictures of variance 1, the posterior one for a single picture', () => {
    const sigmas = karrasSchedule({ steps: 7, sigmaMin: 0.1, sigmaMax: 30 });
    const law = (sdeName: 'vp' | 've', variance: number): number => {
      // Undo the last Tweedie step, D = k x + (1 − k) μ, to see the variance at σmin.
      const k = variance / (variance + 0.01) || 1;
      const sde = createSde({ name: sdeName });
      const options = { sde, sigmas, predictor: 'ancestral', initialVariance: variance + 900 } as const;
      return samplerLaw([{ mean: 0, variance }], options)[0].variance / k ** 2;
    };
    expect(law('vp', 1)).toBeCloseTo(1.01, 10);
    expect(law('ve', 1e-12) / 0.01).toBeCloseTo(1, 6);
  });
});

describe('annealed Langevin dynamics', () => {
  it('has its exact law for correlated Gaussians and pictures', async () => {
    const sigmas = geometricSchedule({ steps: 6, sigmaMin: 0.1, sigmaMax: 5 });
    const [stepsPerLevel, relativeStep] = [4, 0.3];
    for (const [prior, n] of [
      [correlated, 5000],
      [picture, 800],
    ] as const) {
      const random = BatchRandom.seeded(14, n);
      const samples = await finalState(
        annealedLangevin({
          denoiser: priorDenoiser(prior),
          sigmas,
          stepsPerLevel,
          relativeStep,
          random,
          initial: scale(sigmas[0], random.normal([n, ...prior.shape])),
        }),
      );
      const { values, vectors } = symmetricEigen(prior.covariance);
      const means = multiplyVector(transpose(vectors), prior.mean);
      const law = Array.from(values, (lambda, k) => {
        let [mean, variance] = [0, sigmas[0] ** 2];
        for (const sigma of sigmas.slice(0, -1)) {
          // x + (α/2) s + √α z with α = ε σ²/σ_L² and s = −(x − μ)/(λ + σ²).
          const alpha = relativeStep * sigma ** 2;
          const own = 1 - alpha / 2 / (lambda + sigma ** 2);
          for (let i = 0; i < stepsPerLevel; i++) {
            mean = own * mean + (1 - own) * means[k];
            variance = own ** 2 * variance + alpha;
          }
        }
        const shrink = lambda / (lambda + sigmas[5] ** 2);
        return { mean: shrink * mean + (1 - shrink) * means[k], variance: shrink ** 2 * variance };
      });
      const d = prior.dimension;
      const mean = multiplyVector(
        vectors,
        law.map((mode) => mode.mean),
      );
      const covariance = matrix(d, d, (i, j) =>
        law.reduce((sum, { variance }, k) => sum + vectors.data[i * d + k] * variance * vectors.data[j * d + k], 0),
      );
      expect(worstScore(gaussianScores(samples, mean, covariance))).toBeLessThan(4);
    }
  });
});
