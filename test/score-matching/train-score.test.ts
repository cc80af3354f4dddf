import { describe, expect, it } from 'vitest';
import { createSde } from '../../src-main/sampling/sde.ts';
import { OBJECTIVES } from '../../src-main/score-matching/objectives.ts';
import type { ScoreModel } from '../../src-main/score-matching/score-model.ts';
import {
  trainScore,
  weightAt,
  type KnownDensity,
  type ScoreTraining,
} from '../../src-main/score-matching/train-score.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

/** ½ N(−m, s²) + ½ N(m, s²) with m = (.5, 0). */
const two: KnownDensity = {
  draw: (random) => [(random.uniform() < 0.5 ? -0.5 : 0.5) + 0.2 * random.normal(), 0.2 * random.normal()],
  score: (x, y, sigma) => {
    const v = 0.04 + sigma ** 2;
    return [(0.5 * Math.tanh((0.5 * x) / v) - x) / v, -y / v];
  },
  sigmaData: Math.sqrt((0.25 + 0.08) / 2),
};

function trained(settings: Partial<ScoreTraining>): ScoreModel {
  const run = trainScore({
    density: two,
    objective: 'denoising',
    levels: { kind: 'one', sigma: 0.2 },
    steps: 250,
    batch: 96,
    seed: 1,
    ...settings,
  });
  for (;;) {
    const next = run.next();
    if (next.done) return next.value;
  }
}

/** E‖s − ∇ log p_σ‖²/E‖∇ log p_σ‖² over samples of p_σ. */
function relativeError(model: ScoreModel, sigma: number): number {
  const random = new RandomGenerator(9);
  const points = new Float64Array(2000);
  for (let n = 0; n < 1000; n++) {
    points.set(
      two.draw(random).map((value) => value + sigma * random.normal()),
      2 * n,
    );
  }
  const { scores } = model.pass(points, new Float64Array(1000).fill(sigma));
  let [error, size] = [0, 0];
  for (let n = 0; n < 1000; n++) {
    const [x, y] = two.score(points[2 * n], points[2 * n + 1], sigma);
    error += (scores[2 * n] - x) ** 2 + (scores[2 * n + 1] - y) ** 2;
    size += x * x + y * y;
  }
  return error / size;
}

describe.each(OBJECTIVES)('%s score matching', (objective) => {
  it('finds the score of a mixture', () => {
    expect(relativeError(trained({ objective, steps: 1 }), 0.2)).toBeGreaterThan(0.1);
    expect(relativeError(trained({ objective }), 0.2)).toBeLessThan(objective === 'explicit' ? 0.02 : 0.06);
  });
});

it('one model learns every level of an SDE', () => {
  const sde = createSde({ name: 've', sigmaMin: 0.05, sigmaMax: 3 });
  const model = trained({ levels: { kind: 'sde', sde, tMin: 0, weighting: 'variance' }, steps: 300 });
  for (const sigma of [0.1, 0.5, 2]) expect(relativeError(model, sigma)).toBeLessThan(0.1);
});

it('same seed, same parameters', () => {
  const [one, same, other] = [1, 1, 2].map((seed) => trained({ seed, steps: 20 }).network.parameters);
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

it('λ = g² equals λ = α²σ² up to a constant for VE, and weighs little noise more for VP', () => {
  const ratio = (name: 've' | 'vp', t: number): number => {
    const sde = createSde({ name });
    return weightAt(sde, 'likelihood', t).weight / weightAt(sde, 'variance', t).weight;
  };
  expect(ratio('ve', 0.1)).toBeCloseTo(ratio('ve', 0.9), 10);
  expect(ratio('vp', 0.01)).toBeGreaterThan(10 * ratio('vp', 0.9) * 0.5);
});
