import { describe, expect, test } from 'vitest';
import { likelihoodScore, posteriorOf, WeightedSum } from '../../../src-renderer/learn/theory/measurement.ts';
import {
  covarianceOf,
  densityAt,
  drawFrom,
  knowledgeAt,
  momentsOf,
  type Mixture,
} from '../../../src-renderer/learn/theory/mixture.ts';
import { momentError, sampleMoments } from '../../../src-renderer/learn/theory/moments.ts';
import { MIXTURES } from '../../../src-renderer/learn/theory/presets.ts';
import { exactNetwork } from '../../../src-renderer/learn/theory/exact-network.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { tensor } from '../../../src-main/tensor/tensor.ts';

const mixture: Mixture = MIXTURES.three;
const step = 1e-4;

describe('a mixture with noise', () => {
  test('has the score that finite differences of its log density give', () => {
    for (const sigma of [0.05, 0.3, 2]) {
      for (const [x, y] of [
        [-0.4, 0.2],
        [0.3, -0.1],
        [1.2, 1],
      ]) {
        const log = (dx: number, dy: number) => Math.log(densityAt(mixture, x + dx, y + dy, sigma));
        const { score, logDensity } = knowledgeAt(mixture, { x, y }, sigma);
        expect(logDensity).toBeCloseTo(log(0, 0), 8);
        expect(score.x).toBeCloseTo((log(step, 0) - log(-step, 0)) / (2 * step), 3);
        expect(score.y).toBeCloseTo((log(0, step) - log(0, -step)) / (2 * step), 3);
      }
    }
  });

  test('has a covariance of x0 that is σ² times the derivative of the denoiser', () => {
    const sigma = 0.4;
    const at = (x: number, y: number) => knowledgeAt(mixture, { x, y }, sigma).denoised;
    const { spread } = knowledgeAt(mixture, { x: 0.1, y: 0.2 }, sigma);
    const [right, left, up, down] = [
      at(0.1 + step, 0.2),
      at(0.1 - step, 0.2),
      at(0.1, 0.2 + step),
      at(0.1, 0.2 - step),
    ];
    const slope = sigma ** 2 / (2 * step);
    expect(spread.xx).toBeCloseTo((right.x - left.x) * slope, 5);
    expect(spread.xy).toBeCloseTo((right.y - left.y) * slope, 5);
    expect(spread.xy).toBeCloseTo((up.x - down.x) * slope, 5);
    expect(spread.yy).toBeCloseTo((up.y - down.y) * slope, 5);
  });

  test('denoises a single Gaussian by the Wiener filter', () => {
    const one: Mixture = [{ weight: 1, mean: { x: 0.2, y: -0.1 }, covariance: { xx: 0.25, xy: 0, yy: 0.09 } }];
    const { denoised, spread } = knowledgeAt(one, { x: 1, y: 1 }, 0.5);
    expect(denoised.x).toBeCloseTo(0.2 + (0.25 / 0.5) * 0.8, 12);
    expect(denoised.y).toBeCloseTo(-0.1 + (0.09 / 0.34) * 1.1, 12);
    expect(spread.xx).toBeCloseTo(0.125, 12);
  });

  test('is drawn with its own moments', () => {
    const random = new RandomGenerator(3);
    const points = new Float32Array(40_000);
    for (let i = 0; i < points.length; i += 2) {
      const { x, y } = drawFrom(mixture, random);
      points.set([x, y], i);
    }
    const error = momentError(sampleMoments(points), momentsOf(mixture));
    expect(error.mean).toBeLessThan(0.02);
    expect(error.covariance).toBeLessThan(0.03);
  });

  test('turns axes into a covariance with these eigenvalues', () => {
    const { xx, xy, yy } = covarianceOf([0.3, 0.1], 30);
    expect(xx + yy).toBeCloseTo(0.1, 12);
    expect(xx * yy - xy * xy).toBeCloseTo(0.0009, 12);
    expect(Math.atan2(2 * xy, xx - yy) / 2).toBeCloseTo(Math.PI / 6, 12);
  });
});

describe('a measurement of it', () => {
  const measurement = { a: { x: 0.8, y: -0.6 }, y: 0.3, sigmaY: 0.2 };
  const posterior = posteriorOf(mixture, measurement);

  test('has a posterior that is prior times likelihood', () => {
    const ratio = ([x, y]: readonly number[]) => {
      const misfit = measurement.y - measurement.a.x * x - measurement.a.y * y;
      const likelihood = Math.exp(-(misfit ** 2) / (2 * measurement.sigmaY ** 2));
      return densityAt(posterior, x, y, 0) / (densityAt(mixture, x, y, 0) * likelihood);
    };
    const points = [
      [0.2, 0.1],
      [0.5, 0.3],
      [0, -0.5],
      [-0.3, 0.2],
    ];
    for (const point of points) expect(ratio(point) / ratio(points[0])).toBeCloseTo(1, 6);
    expect(posterior.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  test('has a likelihood score that is the posterior score less the prior score', () => {
    for (const sigma of [0.1, 0.5, 3]) {
      for (const [x, y] of [
        [0.2, 0.1],
        [-0.8, 0.9],
      ]) {
        const likelihood = likelihoodScore(mixture, measurement, { x, y }, sigma);
        const [prior, after] = [mixture, posterior].map((law) => knowledgeAt(law, { x, y }, sigma).score);
        expect(likelihood.x).toBeCloseTo(after.x - prior.x, 8);
        expect(likelihood.y).toBeCloseTo(after.y - prior.y, 8);
      }
    }
  });

  test('is an operator with an exact adjoint, pseudo-inverse and solve', () => {
    const operator = new WeightedSum({ x: 2, y: 1 });
    const y = operator.apply(tensor([2, 1, 1, 2], new Float32Array([1, 2, 3, -1])));
    expect([...y.data]).toEqual([4, 5]);
    expect([...operator.adjoint(y).data]).toEqual([8, 4, 10, 5]);
    expect([...operator.apply(operator.pseudoInverse(y)).data]).toEqual([4, 5]);
    expect([...operator.solve(y, 1, 3).data]).toEqual([0.25, 0.3125]);
  });
});

test('the network of a mixture answers with its gradient as well', async () => {
  const network = exactNetwork(mixture);
  const at = (x: number) => network.denoise(tensor([1, 1, 1, 2], new Float32Array([x, 0.2])), new Float32Array([0.4]));
  const x = tensor([1, 1, 1, 2], new Float32Array([0.1, 0.2]));
  const { vjp } = await network.vjp!(x, new Float32Array([0.4]), tensor([1, 1, 1, 2], new Float32Array([1, 0])));
  const [low, high] = [(await at(0.08)).data[0], (await at(0.12)).data[0]];
  expect(vjp.data[0]).toBeCloseTo((high - low) / 0.04, 2);
});

test('moments and their errors are those of the definition', () => {
  const found = sampleMoments([1, 2, 3, 2, 2, 5]);
  expect(found).toEqual({ mean: { x: 2, y: 3 }, covariance: { xx: 1, xy: 0, yy: 3 } });
  const exact = { mean: { x: 2, y: 7 }, covariance: { xx: 1, xy: 2, yy: 1 } };
  const error = momentError(found, exact);
  expect(error.mean).toBe(4);
  // √(2·2² + 2²) over √(1 + 2·2² + 1).
  expect(error.covariance).toBeCloseTo(Math.sqrt(12 / 10), 12);
});
