import { describe, expect, it } from 'vitest';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { tensor, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, mixturePrior, stationaryCovariance, type AnalyticPrior } from '../fixtures/analytic-prior.ts';
import {
  add,
  cholesky,
  choleskyLogDeterminant,
  choleskySolve,
  fromRows,
  matrix,
  multiply,
  multiplyVector,
  spectralFunction,
  symmetricEigen,
  transpose,
} from '../fixtures/dense.ts';

const correlated = fromRows([
  [0.5, 0.2, 0.05],
  [0.2, 0.3, -0.1],
  [0.05, -0.1, 0.2],
]);
const priors: [string, AnalyticPrior][] = [
  ['correlated Gaussian', gaussianPrior({ shape: [1, 1, 3], mean: [0.1, -0.2, 0.3], covariance: correlated })],
  ['diagonal Gaussian', gaussianPrior({ shape: [1, 1, 3], mean: 0.1, covariance: [0.5, 0.1, 0.02] })],
  [
    'mixture',
    mixturePrior({
      shape: [1, 1, 3],
      components: [
        { weight: 1, mean: [0.5, 0, 0], covariance: correlated },
        { weight: 2, mean: [-0.5, 0.3, 0.1], covariance: [0.1, 0.2, 0.1] },
      ],
    }),
  ],
];
const point = (...values: number[]): Tensor => tensor([1, 1, 1, 3], Float32Array.from(values));

describe('dense linear algebra', () => {
  it('decomposes a stationary covariance and solves with it', () => {
    const a = stationaryCovariance([3, 4, 4]);
    const eigen = symmetricEigen(a);
    const back = add(
      1,
      spectralFunction(eigen, (value) => value),
      -1,
      a,
    );
    expect(Math.max(...back.data.map(Math.abs))).toBeLessThan(1e-12);
    const lower = cholesky(a);
    expect(Math.max(...add(1, multiply(lower, transpose(lower)), -1, a).data.map(Math.abs))).toBeLessThan(1e-12);
    const b = Float64Array.from({ length: 48 }, (_, i) => Math.sin(i));
    multiplyVector(a, choleskySolve(lower, b)).forEach((value, i) => expect(value).toBeCloseTo(b[i], 10));
    const logDeterminant = eigen.values.reduce((sum, value) => sum + Math.log(value), 0);
    expect(choleskyLogDeterminant(lower)).toBeCloseTo(logDeterminant, 8);
  });
});

describe.each(priors)('%s', (_, prior) => {
  // Steps that float32 represents exactly, so that central differences see only their own error.
  const step = 2 ** -7;
  const at = [0.25, -0.125, 0.5];
  const shifted = (i: number, delta: number): Tensor => point(...at.map((value, k) => value + (k === i ? delta : 0)));

  it('has the score of its density', async () => {
    const sigma = 0.7;
    const denoised = await prior.denoise(point(...at), Float32Array.of(sigma));
    for (let i = 0; i < 3; i++) {
      const [up] = prior.logDensity(shifted(i, step), sigma);
      const [down] = prior.logDensity(shifted(i, -step), sigma);
      expect((denoised.data[i] - at[i]) / sigma ** 2).toBeCloseTo((up - down) / (2 * step), 3);
    }
  });

  it('has the transposed Jacobian of its denoiser', async () => {
    const sigma = Float32Array.of(0.5);
    const v = [1, -0.5, 0.25];
    const { vjp, denoised } = await prior.vjp(point(...at), sigma, point(...v));
    expect(denoised.data).toEqual((await prior.denoise(point(...at), sigma)).data);
    for (let i = 0; i < 3; i++) {
      const up = await prior.denoise(shifted(i, step), sigma);
      const down = await prior.denoise(shifted(i, -step), sigma);
      const expected = v.reduce((sum, vk, k) => sum + (vk * (up.data[k] - down.data[k])) / (2 * step), 0);
      expect(vjp.data[i]).toBeCloseTo(expected, 3);
    }
  });

  it('draws samples of its mean and covariance', () => {
    const n = 20_000;
    const x = prior.sample(BatchRandom.seeded(1, n)).data;
    for (let i = 0; i < 3; i++) {
      let sum = 0;
      for (let s = 0; s < n; s++) sum += x[s * 3 + i];
      const variance = prior.covariance.data[i * 4];
      expect(Math.abs(sum / n - prior.mean[i]) / Math.sqrt(variance / n)).toBeLessThan(4);
      for (let j = 0; j < 3; j++) {
        let cross = 0;
        for (let s = 0; s < n; s++) cross += (x[s * 3 + i] - prior.mean[i]) * (x[s * 3 + j] - prior.mean[j]);
        expect(Math.abs(cross / n - prior.covariance.data[i * 3 + j])).toBeLessThan(0.02);
      }
    }
  });

  it('refuses pictures of another shape', async () => {
    const wrong = tensor([1, 1, 3, 1], new Float32Array(3));
    await expect(prior.denoise(wrong, Float32Array.of(1))).rejects.toMatchObject({ code: 'invalid-shape' });
  });
});

describe('posterior', () => {
  const a = fromRows([
    [1, 0, 0],
    [0.5, 0.5, 0],
  ]);
  const y = [0.3, -0.1];

  it('satisfies Bayes’ rule for a Gaussian and a mixture', () => {
    const sigmaY = 0.2;
    for (const prior of [
      gaussianPrior({ shape: [1, 1, 3], mean: [0.1, -0.2, 0.3], covariance: correlated }),
      mixturePrior({
        shape: [1, 1, 3],
        components: [
          { weight: 1, mean: [0.5, 0, 0], covariance: correlated },
          { weight: 2, mean: [-0.5, 0.3, 0.1], covariance: [0.1, 0.2, 0.1] },
        ],
      }),
    ]) {
      const posterior = prior.posterior(a, y, sigmaY);
      const evidence = [
        [0, 0, 0],
        [0.5, -1, 0.25],
        [-0.75, 0.25, 1],
      ].map((x) => {
        const residual = multiplyVector(a, x).map((value, i) => y[i] - value);
        const logLikelihood = -residual.reduce((sum, r) => sum + r * r, 0) / (2 * sigmaY ** 2);
        return logLikelihood + prior.logDensity(point(...x), 0)[0] - posterior.logDensity(point(...x), 0)[0];
      });
      expect(evidence[1]).toBeCloseTo(evidence[0], 6);
      expect(evidence[2]).toBeCloseTo(evidence[0], 6);
    }
  });

  it('meets a noiseless measurement exactly', () => {
    const posterior = gaussianPrior({ shape: [1, 1, 3], covariance: correlated }).posterior(a, y, 0);
    multiplyVector(a, posterior.mean).forEach((value, i) => expect(value).toBeCloseTo(y[i], 10));
    const left = multiply(multiply(a, posterior.covariance), transpose(a));
    expect(Math.max(...add(1, left, -1, matrix(2, 2)).data.map(Math.abs))).toBeLessThan(1e-10);
  });
});
