import { describe, expect, it } from 'vitest';
import { bitsPerDimension, dequantise } from '../../src-main/sampling/dequantise.ts';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { probabilityFlow } from '../../src-main/sampling/flow.ts';
import {
  drawProbe,
  logLikelihood,
  priorGradient,
  probeNames,
  type LikelihoodResult,
  type ProbeName,
} from '../../src-main/sampling/log-likelihood.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { concatSamples, sample, zeros, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, mixturePrior, stationaryCovariance, type AnalyticPrior } from '../fixtures/analytic-prior.ts';
import { fromRows } from '../fixtures/dense.ts';
import { meanAndError } from '../fixtures/statistics.ts';

const [sigmaMin, sigmaMax] = [0.01, 80];
const covariance = fromRows([
  [0.3, 0.1, 0],
  [0.1, 0.2, -0.05],
  [0, -0.05, 0.1],
]);
const priors: [string, AnalyticPrior][] = [
  ['correlated Gaussian', gaussianPrior({ shape: [1, 1, 3], mean: [0.2, -0.1, 0], covariance })],
  [
    'mixture',
    mixturePrior({
      shape: [1, 1, 3],
      components: [
        { weight: 2, mean: [0.6, 0, 0.3], covariance: [0.05, 0.1, 0.02] },
        { weight: 1, mean: [-0.5, 0.2, -0.3], covariance },
      ],
    }),
  ],
];

function likelihood(
  prior: AnalyticPrior,
  x: Tensor,
  probe: Tensor,
  tolerance = 1e-5,
  top = sigmaMax,
): Promise<LikelihoodResult> {
  return logLikelihood(priorGradient(prior), x, probe, {
    sigmaMin,
    sigmaMax: top,
    sigmaData: prior.manifest.sigmaData,
    rtol: tolerance,
    atol: tolerance,
  });
}

/** The same picture n times. */
function repeated(x: Tensor, n: number): Tensor {
  return concatSamples(Array.from({ length: n }, () => x));
}

describe.each(priors)('likelihood of a %s', (_, prior) => {
  it('is exact with the exact trace', async () => {
    // Σᵢ eᵢᵀ J eᵢ: the mean over the probes √d eᵢ.
    const d = prior.dimension;
    const x = prior.sample(BatchRandom.seeded(81, 5));
    const exact = prior.logDensity(x, sigmaMin);
    const probes = zeros([d, ...prior.shape]);
    for (let i = 0; i < d; i++) probes.data[i * d + i] = Math.sqrt(d);
    for (let n = 0; n < 5; n++) {
      // At σmax the state counts as N(0, σmax² + σ_d²), which leaves out the mean: an error of μ/σmax.
      const { logDensity } = await likelihood(prior, repeated(sample(x, n), d), probes, 1e-7, 3000);
      expect(Math.abs(meanAndError(logDensity).mean - exact[n])).toBeLessThan(3e-4);
    }
  });

  it.each(probeNames)('is unbiased with %s probes, within 3 standard errors', async (name) => {
    const x = prior.sample(BatchRandom.seeded(82, 2));
    const exact = prior.logDensity(x, sigmaMin);
    for (let n = 0; n < 2; n++) {
      const many = repeated(sample(x, n), 150);
      const probe = drawProbe(name, many.shape, BatchRandom.seeded(83, 150));
      const { mean, error } = meanAndError((await likelihood(prior, many, probe)).logDensity);
      expect(Math.abs(mean - exact[n])).toBeLessThan(3 * error);
      expect(error).toBeLessThan(0.2);
    }
  });

  it('averages over pictures to minus the entropy, within 3 standard errors', async () => {
    const x = prior.sample(BatchRandom.seeded(84, 150));
    const exact = prior.logDensity(x, sigmaMin);
    const probe = drawProbe('rademacher', x.shape, BatchRandom.seeded(85, 150));
    const { logDensity } = await likelihood(prior, x, probe);
    const { mean, error } = meanAndError(logDensity.map((value, i) => value - exact[i]));
    expect(Math.abs(mean)).toBeLessThan(3 * error);
  });
});

describe('likelihood of pictures', () => {
  const prior = gaussianPrior({ shape: [1, 8, 8], covariance: stationaryCovariance([1, 8, 8]) });

  const estimates = async (
    name: ProbeName,
  ): Promise<{ mean: number; deviation: number; error: number; exact: number }> => {
    const x = prior.sample(BatchRandom.seeded(86, 1));
    const probe = drawProbe(name, [24, 1, 8, 8], BatchRandom.seeded(87, 24));
    const { logDensity } = await likelihood(prior, repeated(x, 24), probe, 1e-4);
    return { ...meanAndError(logDensity), exact: prior.logDensity(x, sigmaMin)[0] };
  };

  it('is within 3 standard errors of the truth, and ±1 probes spread less', async () => {
    const [rademacher, gaussian] = [await estimates('rademacher'), await estimates('gaussian')];
    for (const { mean, error, exact } of [rademacher, gaussian]) expect(Math.abs(mean - exact)).toBeLessThan(3 * error);
    expect(rademacher.deviation).toBeLessThan(gaussian.deviation);
    // Without the correction for its length, a Gaussian probe alone would spread by √(2d) ln(σmax/σmin)/2 ≈ 50 nats.
    expect(gaussian.deviation).toBeLessThan(25);
  });

  it('carries the picture to a latent that the flow brings back', async () => {
    const x = prior.sample(BatchRandom.seeded(88, 2));
    const probe = drawProbe('rademacher', x.shape, BatchRandom.seeded(89, 2));
    const { latent } = await likelihood(prior, x, probe);
    const back = await probabilityFlow(priorDenoiser(prior), latent, { from: sigmaMax, to: sigmaMin });
    back.state.data.forEach((value, i) => expect(Math.abs(value - x.data[i])).toBeLessThan(1e-3));
    expect(Math.max(...latent.data.map(Math.abs))).toBeGreaterThan(50);
  });

  it('gives a sample the same bytes in any batch, and counts its gradients', async () => {
    const x = prior.sample(BatchRandom.seeded(90, 3));
    const probe = drawProbe('gaussian', x.shape, BatchRandom.seeded(91, 3));
    const before = prior.evaluations.vjp;
    const together = await likelihood(prior, x, probe);
    expect(together.evaluations.reduce((sum, count) => sum + count, 0)).toBe(prior.evaluations.vjp - before);
    for (let i = 0; i < 3; i++) {
      const alone = await likelihood(prior, sample(x, i), sample(probe, i));
      expect(alone.logDensity[0]).toBe(together.logDensity[i]);
      expect(alone.latent.data).toEqual(sample(together.latent, i).data);
    }
  });

  it('says why when the network has no gradients', () => {
    const { vjp, ...forwardOnly } = prior;
    expect(vjp).toBeDefined();
    expect(() => priorGradient(forwardOnly)).toThrow(
      expect.objectContaining({ code: 'unsupported-combination', message: expect.stringContaining('analytic') }),
    );
  });

  it('refuses a probe of another shape', async () => {
    const x = prior.sample(BatchRandom.seeded(92, 2));
    await expect(likelihood(prior, x, sample(x, 0))).rejects.toMatchObject({ code: 'invalid-shape' });
  });
});

describe('bits per dimension', () => {
  it('is 8 for pictures of uniform noise, where the density on [−1, 1)^d is 2^−d', () => {
    expect(bitsPerDimension(-48 * Math.LN2, 48)).toBeCloseTo(8, 12);
  });

  it('adds up to the entropy of the levels', () => {
    // A density of steps as wide as a level, with the probabilities of a discrete law.
    const probabilities = Array.from({ length: 256 }, (_, k) => (2 * (k + 1)) / (256 * 257));
    const entropy = -probabilities.reduce((sum, p) => sum + p * Math.log2(p), 0);
    const expected = probabilities.reduce((sum, p) => sum + p * bitsPerDimension(Math.log(p / (2 / 256)), 1), 0);
    expect(expected).toBeCloseTo(entropy, 12);
  });

  it('dequantises a level to anywhere in its interval, per sample', () => {
    const levels = Uint8Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 0 : 255));
    const x = dequantise(levels, [2, 1, 10, 100], BatchRandom.seeded(93, 2));
    x.data.forEach((value, i) => {
      const low = levels[i] / 128 - 1;
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(low + 1 / 128);
    });
    const within = x.data.map((value, i) => (value + 1) * 128 - levels[i]);
    const { mean, error } = meanAndError(within);
    expect(Math.abs(mean - 0.5)).toBeLessThan(3 * error);
    expect(error).toBeCloseTo(Math.sqrt(1 / 12 / 2000), 3);
    const alone = dequantise(levels.subarray(1000), [1, 1, 10, 100], BatchRandom.seeded(93, 1, 1));
    expect(alone.data).toEqual(sample(x, 1).data);
  });

  it('refuses a count that does not fit', () => {
    expect(() => dequantise(new Uint8Array(5), [1, 1, 2, 2], BatchRandom.seeded(1, 1))).toThrow(
      expect.objectContaining({ code: 'invalid-shape' }),
    );
  });
});
