import { describe, expect, test } from 'vitest';
import { createSde, sdeNames } from '../../../src-main/sampling/sde.ts';
import { classOf, guidedDenoiser } from '../../../src-renderer/learn/theory/class-guidance.ts';
import { forwardWalk } from '../../../src-renderer/learn/theory/forward-walk.ts';
import { langevinWalk } from '../../../src-renderer/learn/theory/langevin-walk.ts';
import type { Mixture } from '../../../src-renderer/learn/theory/mixture.ts';
import { momentError, sampleMoments } from '../../../src-renderer/learn/theory/moments.ts';
import { EXACT_SOLVER, posteriorSolvers, posteriorWalk } from '../../../src-renderer/learn/theory/posterior-walk.ts';
import { MIXTURES } from '../../../src-renderer/learn/theory/presets.ts';
import { reverseWalk } from '../../../src-renderer/learn/theory/reverse-walk.ts';
import type { Walk, WalkFrame } from '../../../src-renderer/learn/theory/walk.ts';

const gaussian: Mixture = [{ weight: 1, mean: { x: 0, y: 0 }, covariance: { xx: 0.04, xy: 0, yy: 0.04 } }];

async function all(walk: Walk): Promise<WalkFrame[]> {
  const frames: WalkFrame[] = [];
  for await (const frame of walk) frames.push(frame);
  return frames;
}

const errorOf = ({ points, exact }: WalkFrame) => momentError(sampleMoments(points), exact);

describe('Langevin sampling', () => {
  const run = { count: 1500, seed: 1, sigma: 0.2, levels: 1, sigmaMax: 2, steps: 300 };

  // x ← (1 − α/2v) x + √α z has the variance v/(1 − α/4v), v = .04 + σ² = .08.
  test.each([0.2, 1, 3])('at a relative step of %f has the variance of its closed form', async (relativeStep) => {
    const last = (await all(langevinWalk(gaussian, { ...run, relativeStep }))).at(-1)!;
    const { covariance } = sampleMoments(last.points);
    const variance = (covariance.xx + covariance.yy) / 2;
    expect(last.step).toBe(300);
    expect(Math.abs(variance / (0.08 / (1 - (relativeStep * 0.04) / (4 * 0.08))) - 1)).toBeLessThan(0.1);
  });

  test('with a step too small has not arrived', async () => {
    const last = (await all(langevinWalk(gaussian, { ...run, relativeStep: 0.002 }))).at(-1)!;
    expect(errorOf(last).mean).toBeGreaterThan(0.8);
  });

  test('from high noise down finds modes that one low level does not', async () => {
    const options = { ...run, count: 400, sigma: 0.05, relativeStep: 0.5 };
    const [direct, annealed] = await Promise.all([
      all(langevinWalk(MIXTURES.two, options)),
      all(langevinWalk(MIXTURES.two, { ...options, levels: 10 })),
    ]);
    expect(annealed[0].sigma).toBe(2);
    expect(errorOf(direct.at(-1)!).mean).toBeGreaterThan(0.5);
    expect(errorOf(annealed.at(-1)!).mean).toBeLessThan(0.15);
  });
});

describe('the forward SDE', () => {
  test.each(sdeNames.filter((name) => name !== 'edm'))('%s arrives at its marginal', async (name) => {
    const sde = createSde(name === 've' ? { name, sigmaMax: 5 } : { name });
    const frames = await all(forwardWalk(MIXTURES.three, { sde, steps: 200, count: 4000, seed: 2 }));
    for (const frame of [frames[100], frames[200]]) {
      const { mean, covariance } = errorOf(frame);
      expect(mean / Math.sqrt(frame.exact.covariance.xx + frame.exact.covariance.yy)).toBeLessThan(0.05);
      expect(covariance).toBeLessThan(0.08);
    }
  });
});

describe('the reverse process', () => {
  const run = { sde: createSde({ name: 'vp' }), schedule: 'karras', sigmaMin: 0.01, sigmaMax: 20, snr: 0.1 } as const;

  test.each([
    ['reverse-diffusion', 'langevin', 0.06],
    ['ancestral', 'none', 0.06],
    ['heun', 'none', 0.06],
  ] as const)('by %s with corrector %s ends in the mixture', async (predictor, corrector, allowed) => {
    const frames = await all(
      reverseWalk(MIXTURES.three, { ...run, predictor, corrector, steps: 100, count: 1500, seed: 4 }),
    );
    expect(frames).toHaveLength(101);
    const last = frames.at(-1)!;
    expect(last.sigma).toBe(0);
    expect(errorOf(last).mean).toBeLessThan(allowed);
    expect(errorOf(last).covariance).toBeLessThan(2 * allowed);
  });

  test('of the flow gives the same points again, and counts what it evaluates', async () => {
    const once = () =>
      all(reverseWalk(MIXTURES.three, { ...run, predictor: 'heun', corrector: 'none', steps: 8, count: 10, seed: 4 }));
    const [first, second] = [await once(), await once()];
    expect(first.at(-1)!.points).toEqual(second.at(-1)!.points);
    expect(first.at(-1)!.evaluations).toBe(15);
  });
});

describe('draws from the posterior', () => {
  const measurement = { a: { x: 0.8, y: -0.6 }, y: 0.3, sigmaY: 0.2 };

  test('with the exact score have its moments', async () => {
    const options = { measurement, solver: EXACT_SOLVER, steps: 60, count: 1500, seed: 5 };
    const last = (await all(posteriorWalk(MIXTURES.three, options))).at(-1)!;
    expect(errorOf(last).mean).toBeLessThan(0.05);
    expect(errorOf(last).covariance).toBeLessThan(0.12);
  });

  test('by every solver that can run stay finite and near', async () => {
    const solvers = posteriorSolvers().map(({ name }) => name);
    expect(solvers).toContain('mmps');
    for (const solver of solvers) {
      const options = { measurement, solver, steps: 20, count: 200, seed: 5 };
      const last = (await all(posteriorWalk(MIXTURES.three, options))).at(-1)!;
      expect(last.sigma, solver).toBe(0);
      expect(errorOf(last).mean, solver).toBeLessThan(0.6);
    }
  });
});

describe('guidance to a class', () => {
  const run = { count: 1500, seed: 3, schedule: 'karras', sigmaMin: 0.02, sigmaMax: 20, steps: 40 } as const;
  const guided = async (scale: number): Promise<WalkFrame> => {
    const denoiser = guidedDenoiser(MIXTURES.three, 1, scale);
    const sampler = { sde: createSde({ name: 'edm' }), predictor: 'heun', corrector: 'none', snr: 0.1 } as const;
    return (await all(reverseWalk(classOf(MIXTURES.three, 1), { ...run, ...sampler, denoiser }))).at(-1)!;
  };

  test('with scale 1 draws from the class alone, with 0 from all, with more less variety', async () => {
    const [none, bayes, strong] = await Promise.all([guided(0), guided(1), guided(4)]);
    expect(errorOf(bayes).mean).toBeLessThan(0.02);
    expect(errorOf(bayes).covariance).toBeLessThan(0.1);
    expect(errorOf(none).mean).toBeGreaterThan(0.3);
    const spread = ({ points }: WalkFrame): number => {
      const { covariance } = sampleMoments(points);
      return covariance.xx + covariance.yy;
    };
    expect(spread(strong)).toBeLessThan(0.95 * spread(bayes));
  });
});
