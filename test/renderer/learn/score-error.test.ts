import { expect, it } from 'vitest';
import { createSde } from '../../../src-main/sampling/sde.ts';
import { ScoreModel } from '../../../src-main/score-matching/score-model.ts';
import { trainScore } from '../../../src-main/score-matching/train-score.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { covarianceOf } from '../../../src-renderer/learn/theory/mixture.ts';
import { knownDensity, learnedDenoiser } from '../../../src-renderer/learn/training/learned-score.ts';
import { errorByDensity, errorByLevel, klBound } from '../../../src-renderer/learn/training/score-error.ts';
import { MIXTURES } from '../../../src-renderer/learn/theory/presets.ts';

it('is nothing for a model that is the score: an untrained one of a round Gaussian', async () => {
  const round = [{ weight: 1, mean: { x: 0, y: 0 }, covariance: covarianceOf([0.5, 0.5]) }];
  const model = ScoreModel.seeded(new RandomGenerator(1), knownDensity(round).sigmaData);
  for (const error of errorByDensity(model, round, 0.3)) expect(error).toBeCloseTo(0, 10);
  expect(errorByLevel(model, round, [0.1, 1])[1]).toBeCloseTo(0, 10);
  expect(klBound(model, round, createSde({ name: 'vp' }), 0.01)).toBeCloseTo(0, 10);
  const { denoised } = await learnedDenoiser(model)({ shape: [1, 1, 1, 2], data: Float32Array.of(1, -2) }, 0.5);
  expect(Array.from(denoised.data)).toEqual([0.5, -1]);
});

it('grows where samples hardly fall', () => {
  const levels = { kind: 'one', sigma: 0.1 } as const;
  const order = { density: knownDensity(MIXTURES.two), objective: 'denoising', levels, seed: 1 } as const;
  const run = trainScore({ ...order, steps: 200, batch: 96 });
  for (let next = run.next(); ; next = run.next()) {
    if (!next.done) continue;
    const errors = errorByDensity(next.value, MIXTURES.two, 0.1);
    expect(errors[0]).toBeLessThan(0.4);
    expect(errors[3]).toBeGreaterThan(errors[0]);
    return;
  }
});
