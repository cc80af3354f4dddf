import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guidedNetwork } from '../../src-main/likelihood/classifier-guidance.ts';
import { createClassifier } from '../../src-main/prior/classifier.ts';
import type { NoiseClassifier } from '../../src-main/prior/noise-classifier.ts';
import { resolveSampler } from '../../src-main/restore/settings.ts';
import { sampleUnconditionally } from '../../src-main/restore/solve.ts';
import { UNCONDITIONAL } from '../../src-main/restore/tuned.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { repeatSigma, type Tensor } from '../../src-main/tensor/tensor.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { gaussianPrior, mixturePrior } from '../fixtures/analytic-prior.ts';
import { mixtureClassifier } from '../fixtures/mixture-model.ts';

const mixture = { weights: [0.6, 0.3, 0.1], means: [-0.5, 0.2, 0.6], variance: 0.01, pixels: 4 };
const covariance = new Float64Array(4).fill(mixture.variance);
const prior = mixturePrior({
  shape: [1, 2, 2],
  components: mixture.means.map((mean, k) => ({ weight: mixture.weights[k], mean, covariance })),
});
const component = (k: number) => gaussianPrior({ shape: [1, 2, 2], mean: mixture.means[k], covariance });
let classifier: NoiseClassifier;

beforeAll(async () => {
  classifier = await createClassifier('exact.onnx', mixtureClassifier(mixture), { provider: 'cpu' });
});
afterAll(() => classifier.dispose());

async function draw(network: ScoreNetwork, count: number): Promise<Tensor> {
  const settings = resolveSampler({}, UNCONDITIONAL, { steps: 40 });
  const random = BatchRandom.seeded(11, count);
  const run = sampleUnconditionally({ network, settings, shape: [1, 2, 2], random });
  for (;;) {
    const step = await run.next();
    if (step.done) return step.value;
  }
}

describe('guidance by an exact classifier', () => {
  it.each([0, 1, 2])('turns the denoiser of the mixture into that of component %i at every noise level', async (k) => {
    const guided = guidedNetwork(prior, { classifier, class: k, scale: 1 });
    for (const sigma of [0.05, 0.3, 1, 10, 80]) {
      const z = BatchRandom.seeded(k, 8).normal([8, 1, 2, 2]);
      const x = { ...z, data: z.data.map((value) => value * Math.hypot(0.5, sigma)) };
      const sigmas = repeatSigma(sigma, 8);
      const [actual, expected] = [await guided.denoise(x, sigmas), await component(k).denoise(x, sigmas)];
      actual.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i], 3));
    }
  });

  it('draws from the rarest component, with its mean and variance', async () => {
    const n = 150;
    const { data } = await draw(guidedNetwork(prior, { classifier, class: 2, scale: 1 }), n);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
    // Three standard errors of 4 n independent values, and the sampler's own error of 40 steps.
    expect(Math.abs(mean - 0.6)).toBeLessThan((3 * 0.1) / Math.sqrt(4 * n) + 0.002);
    expect(Math.abs(variance / mixture.variance - 1)).toBeLessThan(3 * Math.sqrt(2 / (4 * n)) + 0.05);
  });

  it('leaves the prior alone at scale 0', async () => {
    const none = await draw(guidedNetwork(prior, { classifier, class: 2, scale: 0 }), 20);
    expect(none.data).toEqual((await draw(prior, 20)).data);
  });

  it('refuses classes that do not exist and scales below zero, and has no gradient', () => {
    expect(() => guidedNetwork(prior, { classifier, class: 3, scale: 1 })).toThrow(/from 0 to 2/);
    expect(() => guidedNetwork(prior, { classifier, class: 0, scale: -1 })).toThrow(/classifier scale/);
    expect(guidedNetwork(prior, { classifier, class: 0, scale: 1 }).vjp).toBeUndefined();
  });
});
