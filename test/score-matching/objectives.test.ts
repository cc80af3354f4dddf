import { describe, expect, it } from 'vitest';
import { evaluateObjective, OBJECTIVES, type ScoreBatch } from '../../src-main/score-matching/objectives.ts';
import { ScoreModel } from '../../src-main/score-matching/score-model.ts';
import { drawBatch, type KnownDensity } from '../../src-main/score-matching/train-score.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

/** N(0, diag(.6², .3²)). */
const gaussian: KnownDensity = {
  draw: (random) => [0.6 * random.normal(), 0.3 * random.normal()],
  score: (x, y, sigma) => [-x / (0.36 + sigma ** 2), -y / (0.09 + sigma ** 2)],
  sigmaData: Math.sqrt(0.225),
};

function someModel(seed: number): ScoreModel {
  const random = new RandomGenerator(seed);
  const { network, sigmaData } = ScoreModel.seeded(random, gaussian.sigmaData);
  return new ScoreModel(
    network.parameters.map((value) => value + 0.15 * random.normal()),
    sigmaData,
  );
}
const batchOf = (count: number, sigma = 0.4): ScoreBatch =>
  drawBatch(gaussian, { kind: 'one', sigma }, count, new RandomGenerator(3));

describe.each(OBJECTIVES)('%s score matching', (name) => {
  it('has the gradient of its loss', () => {
    const model = someModel(1);
    const batch = { ...batchOf(5), weights: Float64Array.of(1, 0.5, 2, 1, 0.1) };
    const { gradient } = evaluateObjective(name, model, batch);
    const { parameters } = model.network;
    const h = 1e-5;
    for (let i = 0; i < parameters.length; i += 97) {
      const moved = (step: number) => {
        const changed = parameters.map((p, k) => (k === i ? p + step : p));
        return evaluateObjective(name, new ScoreModel(changed, model.sigmaData), batch).loss;
      };
      expect(gradient[i]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 5);
    }
  });
});

it('objectives differ by constants only: between two models they all see the same difference', () => {
  const batch = { ...batchOf(8_000), weights: new Float64Array(8_000).fill(1) };
  const [first, second] = [someModel(1), someModel(2)];
  const difference = (name: (typeof OBJECTIVES)[number]) =>
    evaluateObjective(name, first, batch).loss - evaluateObjective(name, second, batch).loss;
  const explicit = difference('explicit');
  expect(Math.abs(explicit)).toBeGreaterThan(0.2);
  expect(Math.abs(difference('implicit') / explicit - 1)).toBeLessThan(0.15);
  expect(Math.abs(difference('sliced') / explicit - 1)).toBeLessThan(0.15);
  expect(Math.abs(difference('denoising') / explicit - 1)).toBeLessThan(0.15);
});

it('implicit score matching of the true Gaussian has the loss of the closed form, −½ E‖∇ log p‖²', () => {
  // F = 0 is the score of N(0, σ_d²) with noise.
  const round: KnownDensity = {
    draw: (random) => [0.5 * random.normal(), 0.5 * random.normal()],
    score: (x, y, sigma) => [-x / (0.25 + sigma ** 2), -y / (0.25 + sigma ** 2)],
    sigmaData: 0.5,
  };
  const model = ScoreModel.seeded(new RandomGenerator(1), 0.5);
  const count = 10_000;
  const drawn = drawBatch(round, { kind: 'one', sigma: 0.5 }, count, new RandomGenerator(2));
  const batch = { ...drawn, weights: new Float64Array(count).fill(1) };
  // E‖x‖²/(2 (.5)²) − 2/.5 = −2 with variance .5 in each pixel.
  expect(evaluateObjective('implicit', model, batch).loss).toBeCloseTo(-2, 0);
  expect(evaluateObjective('explicit', model, batch).loss).toBeCloseTo(0, 10);
});

it('sliced score matching averages to the implicit objective over its directions', () => {
  const model = someModel(1);
  const batch = batchOf(8);
  const along = (signs: readonly [number, number]) =>
    evaluateObjective('sliced', model, { ...batch, directions: batch.points.map((_, i) => signs[i & 1]) });
  const [one, other] = [along([1, 1]), along([1, -1])];
  const implicit = evaluateObjective('implicit', model, batch);
  expect((one.loss + other.loss) / 2).toBeCloseTo(implicit.loss, 10);
  implicit.gradient.forEach((g, i) => expect((one.gradient[i] + other.gradient[i]) / 2).toBeCloseTo(g, 10));
});
