import { expect, it } from 'vitest';
import { adaptiveWalk, solveAdaptively } from '../../../src-renderer/learn/theory/adaptive-walk.ts';
import { MIXTURES } from '../../../src-renderer/learn/theory/presets.ts';

const options = { sigmaMax: 20, sigmaMin: 0.02, count: 20, seed: 1 };

it('a smaller tolerance costs more evaluations and errs less', async () => {
  const [coarse, fine] = await Promise.all(
    [1e-2, 1e-4].map((tolerance) => solveAdaptively(MIXTURES.three, { ...options, tolerance })),
  );
  expect(fine.evaluations).toBeGreaterThan(coarse.evaluations);
  expect(fine.error).toBeLessThan(coarse.error / 5);
  expect(coarse.sigmas[0]).toBe(20);
  expect(coarse.sigmas.at(-1)).toBeCloseTo(0.02, 10);
});

it('walks through the levels that the solver chose', async () => {
  const { sigmas } = await solveAdaptively(MIXTURES.one, { ...options, tolerance: 1e-2 });
  const seen: number[] = [];
  for await (const { sigma } of adaptiveWalk(MIXTURES.one, { ...options, tolerance: 1e-2 })) seen.push(sigma);
  expect(seen).toEqual(sigmas);
});
