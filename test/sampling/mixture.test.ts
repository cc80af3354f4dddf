import { describe, expect, it } from 'vitest';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { probabilityFlow } from '../../src-main/sampling/flow.ts';
import { predictorCorrector } from '../../src-main/sampling/predictor-corrector.ts';
import { createPredictor, type PredictorName } from '../../src-main/sampling/predictors/registry.ts';
import { karrasSchedule } from '../../src-main/sampling/schedule.ts';
import { createSde, type SdeName } from '../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { scale, type Tensor } from '../../src-main/tensor/tensor.ts';
import { mixturePrior } from '../fixtures/analytic-prior.ts';
import { fromRows } from '../fixtures/dense.ts';
import { finalState } from './run.ts';

// A prior whose score is not linear: three components of different weight and shape, well apart.
const components = [
  {
    weight: 0.5,
    mean: [-1, -0.5],
    covariance: fromRows([
      [0.06, 0.03],
      [0.03, 0.04],
    ]),
  },
  { weight: 0.3, mean: [1, -0.4], covariance: [0.02, 0.08] },
  { weight: 0.2, mean: [0.2, 1], covariance: [0.05, 0.05] },
];
const prior = mixturePrior({ shape: [1, 1, 2], components });
const n = 2000;

/** Share, mean and covariance of the samples nearest to each component, as standard scores; the largest of all. */
function worstMixtureScore(x: Tensor): number {
  const groups = components.map((): number[][] => []);
  for (let s = 0; s < n; s++) {
    const point = [x.data[2 * s], x.data[2 * s + 1]];
    const distance = components.map(({ mean }) => Math.hypot(point[0] - mean[0], point[1] - mean[1]));
    groups[distance.indexOf(Math.min(...distance))].push(point);
  }
  let worst = 0;
  const record = (score: number): void => void (worst = Math.max(worst, Math.abs(score)));
  groups.forEach((points, k) => {
    const { weight, mean } = components[k];
    const covariance = prior.components[k].covariance.data;
    const count = points.length;
    record((count - n * weight) / Math.sqrt(n * weight * (1 - weight)));
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 1],
    ]) {
      const cross = points.reduce((sum, p) => sum + (p[i] - mean[i]) * (p[j] - mean[j]), 0) / count;
      const [ii, jj, ij] = [covariance[3 * i], covariance[3 * j], covariance[2 * i + j]];
      record((cross - ij) / Math.sqrt((ii * jj + ij * ij) / count));
    }
    for (const i of [0, 1]) {
      record(points.reduce((sum, p) => sum + p[i] - mean[i], 0) / Math.sqrt(count * covariance[3 * i]));
    }
  });
  return worst;
}

describe('samples of a Gaussian mixture have its weights, means and covariances', () => {
  it('as exact draws do, and draws of another mixture do not', () => {
    expect(worstMixtureScore(prior.sample(BatchRandom.seeded(61, n)))).toBeLessThan(4);
    const other = mixturePrior({
      shape: [1, 1, 2],
      components: components.map((component, k) => ({ ...component, weight: k === 0 ? 0.6 : component.weight })),
    });
    expect(worstMixtureScore(other.sample(BatchRandom.seeded(61, n)))).toBeGreaterThan(4);
  });

  const cases: [SdeName, PredictorName, number][] = [
    ['ve', 'euler-maruyama', 200],
    ['vp', 'ancestral', 200],
    ['subvp', 'euler-maruyama', 200],
    ['tutorial', 'euler-maruyama', 200],
    ['edm', 'heun', 40],
    ['edm', 'dpm++2m', 60],
  ];
  it.each(cases)('%s × %s in %i steps', async (sdeName, predictor, steps) => {
    const random = BatchRandom.seeded(62, n);
    const sigmas = karrasSchedule({ steps, sigmaMin: 0.01, sigmaMax: 20 });
    const samples = await finalState(
      predictorCorrector({
        denoiser: priorDenoiser(prior),
        sde: createSde({ name: sdeName }),
        sigmas,
        predictor: createPredictor({ name: predictor }),
        random,
        initial: scale(sigmas[0], random.normal([n, 1, 1, 2])),
      }),
    );
    expect(worstMixtureScore(samples)).toBeLessThan(4.5);
  });

  it('the probability flow from noise', async () => {
    const random = BatchRandom.seeded(64, n);
    const levels = { from: 20, to: 0.01 };
    const noise = scale(20, random.normal([n, 1, 1, 2]));
    const { state } = await probabilityFlow(priorDenoiser(prior), noise, levels, { rtol: 1e-3, atol: 1e-3 });
    expect(worstMixtureScore(state)).toBeLessThan(4.5);
  });
});
