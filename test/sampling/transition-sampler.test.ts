import { describe, expect, it } from 'vitest';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { transitionSampler, type Transition } from '../../src-main/sampling/transition-sampler.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { linear, sample, scale, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior } from '../fixtures/analytic-prior.ts';
import { fromRows, identity, add } from '../fixtures/dense.ts';
import { gaussianScores, worstScore } from '../fixtures/statistics.ts';
import { collect, finalState } from './run.ts';

const covariance = fromRows([
  [0.4, 0.1],
  [0.1, 0.2],
]);
const prior = gaussianPrior({ shape: [1, 1, 2], mean: [0.3, -0.1], covariance });

/** Ancestral steps of the prior, whose law at every level is exact when the levels are close. */
const ancestral: Transition = {
  async transition(x, sigma, sigmaNext, random) {
    const { denoised } = await priorDenoiser(prior)(x, sigma);
    if (sigmaNext === 0) return { denoised, state: denoised };
    const keep = (sigmaNext / sigma) ** 2;
    const mean = linear(keep, x, 1 - keep, denoised);
    return { denoised, state: linear(1, mean, sigmaNext * Math.sqrt(1 - keep), random.normal(x.shape)) };
  },
};

describe('transition sampler', () => {
  it('goes up by fresh noise of variance σ″² − σ²', async () => {
    const n = 6000;
    const random = BatchRandom.seeded(51, n);
    const exact = linear(1, prior.sample(random), 0.5, random.normal([n, 1, 1, 2]));
    // One step of no length to speak of, then up: an exact draw at .5 must become one at 2.
    const path = [0.5 * (1 + 1e-9), 0.5, 2, 1, 0];
    const { steps } = await collect(transitionSampler({ likelihood: ancestral, path, random, initial: exact }));
    expect(steps.map((step) => step.kind)).toEqual(['transition', 'renoise', 'transition', 'transition']);
    const up = steps[1];
    expect(up).toMatchObject({ sigma: 0.5, sigmaNext: 2, stepSize: -1.5, denoised: steps[0].denoised });
    expect([...up.scoreNorm.slice(0, 2)]).toEqual([0, 0]);
    const at2 = add(1, covariance, 4, identity(2));
    expect(worstScore(gaussianScores(up.state, prior.mean, at2))).toBeLessThan(4);
  });

  it('reports levels and ends with the method’s own last state', async () => {
    const random = BatchRandom.seeded(52, 2);
    const initial = scale(3, random.normal([2, 1, 1, 2]));
    const path = [3, 1, 2, 0.5, 0];
    const { steps, result } = await collect(transitionSampler({ likelihood: ancestral, path, random, initial }));
    expect(steps.map(({ index, count, sigma, sigmaNext }) => [index, count, sigma, sigmaNext])).toEqual(
      [0, 1, 2, 3].map((i) => [i, 4, path[i], path[i + 1]]),
    );
    expect(result.data).toEqual(steps[3].denoised.data);
    expect(steps[0].scoreNorm[0]).toBeGreaterThan(0);
  });

  it('gives a sample the same bytes in any batch, and applies the projection', async () => {
    const levels: number[] = [];
    const run = (first: number, n: number): Promise<Tensor> => {
      const random = BatchRandom.seeded(53, n, first);
      return finalState(
        transitionSampler({
          likelihood: ancestral,
          path: [3, 1, 2, 0.5, 0],
          random,
          initial: scale(3, random.normal([n, 1, 1, 2])),
          project: (x, sigma) => {
            levels.push(sigma);
            return x;
          },
        }),
      );
    };
    const together = await run(0, 3);
    expect(levels).toEqual([1, 2, 0.5, 0]);
    for (let i = 0; i < 3; i++) expect((await run(i, 1)).data).toEqual(sample(together, i).data);
  });

  it.each([[[2, 1]], [[1, 2, 0]], [[2, 1, 1, 0]], [[2, 0, 1, 0]], [[0]], [[2, NaN, 0]]])(
    'refuses the path %j',
    async (path) => {
      const random = BatchRandom.seeded(54, 1);
      const initial = random.normal([1, 1, 1, 2]);
      const run = transitionSampler({ likelihood: ancestral, path, random, initial });
      await expect(run.next()).rejects.toMatchObject({ code: 'invalid-argument' });
    },
  );

  it('stops before the next update once cancelled', async () => {
    const controller = new AbortController();
    const random = BatchRandom.seeded(55, 1);
    const initial = random.normal([1, 1, 1, 2]);
    const run = transitionSampler({
      likelihood: ancestral,
      path: [2, 1, 0],
      random,
      initial,
      signal: controller.signal,
    });
    await run.next();
    controller.abort();
    await expect(run.next()).rejects.toMatchObject({ code: 'cancelled' });
  });
});
