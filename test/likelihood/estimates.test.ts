import { describe, expect, it } from 'vitest';
import type { GuidedLikelihood, Measurement, TransitionLikelihood } from '../../src-main/likelihood/likelihood.ts';
import { createLikelihood } from '../../src-main/likelihood/registry.ts';
import { denoiserVariance } from '../../src-main/prior/manifest.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { ancestral } from '../../src-main/sampling/predictors/ancestral.ts';
import { createSde } from '../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { linear, normPerSample, repeatSigma, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, operatorMatrix, stationaryCovariance, type GaussianPrior } from '../fixtures/analytic-prior.ts';
import {
  add,
  identity,
  multiply,
  multiplyVector,
  spectralFunction,
  symmetricEigen,
  symmetricPseudoInverse,
  transpose,
  type Matrix,
} from '../fixtures/dense.ts';
import { measure } from '../fixtures/posterior-run.ts';
import { smallOperators, type OperatorCase } from '../fixtures/small-operators.ts';

const cases = smallOperators(5);
const levels = [80, 3, 0.4, 0.05];

function priorFor({ shape }: OperatorCase): GaussianPrior {
  return gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
}

/** σ_y that means as much for every operator. */
function noiseFor({ operator }: OperatorCase): number {
  return 0.1 * operator.norm;
}

function guided(name: string, measurement: Measurement, network: ScoreNetwork, options = {}): GuidedLikelihood {
  const likelihood = createLikelihood(name, measurement, network, options);
  if (likelihood.kind !== 'guided') throw new Error(`${name} is not guided.`);
  return likelihood;
}

function transition(name: string, measurement: Measurement, network: ScoreNetwork, options = {}): TransitionLikelihood {
  const likelihood = createLikelihood(name, measurement, network, options);
  if (likelihood.kind !== 'transition') throw new Error(`${name} has no transition.`);
  return likelihood;
}

/** A draw from p(x at σ): what a sampler would have there. */
function stateAt(prior: GaussianPrior, sigma: number, n: number, seed = 3): Tensor {
  const random = BatchRandom.seeded(seed, n);
  const clean = prior.sample(random);
  return linear(1, clean, sigma, random.normal(clean.shape));
}

function row(x: Tensor, n: number): Float32Array {
  const size = x.data.length / x.shape[0];
  return x.data.subarray(n * size, (n + 1) * size);
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]));
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
  }
  expect(worst / scale).toBeLessThan(tolerance);
}

/** Σ(Σ + σ²I)⁻¹, the Jacobian of the Gaussian prior's denoiser. */
function jacobian(prior: GaussianPrior, sigma: number): Matrix {
  return spectralFunction(symmetricEigen(prior.covariance), (value) => value / (value + sigma ** 2));
}

describe.each(cases)('for $label', (example) => {
  const { operator } = example;
  const prior = priorFor(example);
  const a = operatorMatrix(operator);
  const at = transpose(a);
  const noisy = measure(prior, operator, noiseFor(example), 2, 1);
  const clean = measure(prior, operator, 0, 2, 1);

  it.each(levels)('mmps estimates E[x0 | x, y] exactly at σ = %d', async (sigma) => {
    const x = stateAt(prior, sigma, 2);
    for (const measurement of [noisy, clean]) {
      // A noiseless measurement is taken as one with the noise of the floor.
      const sigmaY = measurement.sigmaY === 0 ? 0.02 * operator.norm : measurement.sigmaY;
      const options = { iterations: 80, clip: null, noiseFloor: 0.02 };
      const { denoised } = await guided('mmps', measurement, prior, options).estimate(x, sigma);
      for (const n of [0, 1]) {
        const exact = prior.posterior(a, row(measurement.y, n), sigmaY);
        const expected = await exact.denoise(x, repeatSigma(sigma, 2));
        expectClose(row(denoised, n), row(expected, n), 3e-3);
      }
    }
  });

  it('mmps keeps its estimate within the range asked for', async () => {
    const { denoised } = await guided('mmps', noisy, prior, { clip: 0.05 }).estimate(stateAt(prior, 0.4, 2), 0.4);
    expect(Math.max(...denoised.data.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.05));
  });

  it.each(levels)('pigdm adds Jᵀv to D, v = Aᵀ(A Aᵀ + σ_y²/r²)⁻¹(y − A D) or A⁺(y − A D), at σ = %d', async (sigma) => {
    const x = stateAt(prior, sigma, 2);
    const j = jacobian(prior, sigma);
    const d = await prior.denoise(x, repeatSigma(sigma, 2));
    const ratio = noisy.sigmaY ** 2 / denoiserVariance(prior.manifest, sigma);
    const inverse = symmetricPseudoInverse(add(1, multiply(a, at), ratio, identity(a.rows)));
    for (const measurement of [noisy, clean]) {
      const { denoised, epsilon } = await guided('pigdm', measurement, prior).estimate(x, sigma);
      const misfit = linear(1, measurement.y, -1, operator.apply(d));
      for (const n of [0, 1]) {
        const v =
          measurement.sigmaY > 0
            ? multiplyVector(at, multiplyVector(inverse, row(misfit, n)))
            : row(operator.pseudoInverse(misfit), n);
        const step = multiplyVector(j, v);
        expectClose(
          row(denoised, n),
          step.map((value, i) => value + row(d, n)[i]),
          2e-3,
        );
      }
      expectClose(
        epsilon!.data,
        x.data.map((value, i) => (value - d.data[i]) / sigma),
        1e-5,
      );
    }
  });

  it.each(levels)('diffpir minimises ‖Ax − y‖²/σ_y² + λ‖x − D‖²/σ² at σ = %d', async (sigma) => {
    const x = stateAt(prior, sigma, 2);
    const lambda = 3;
    const { denoised } = await guided('diffpir', noisy, prior, { lambda }).estimate(x, sigma);
    const d = await prior.denoise(x, repeatSigma(sigma, 2));
    const rho = (lambda * noisy.sigmaY ** 2) / sigma ** 2;
    for (const n of [0, 1]) {
      const [estimate, own] = [row(denoised, n), row(d, n)];
      const misfit = multiplyVector(a, estimate).map((value, i) => value - row(noisy.y, n)[i]);
      // The gradient of the objective times σ_y²/2 is 0 at the minimum.
      const gradient = multiplyVector(at, misfit).map((value, i) => value + rho * (estimate[i] - own[i]));
      expect(Math.hypot(...gradient)).toBeLessThan(2e-3 * Math.max(1, rho) * operator.norm ** 2);
    }
  });

  it('ddnm explains a noiseless measurement and changes nothing that it does not see', async () => {
    const sigma = 0.4;
    const x = stateAt(prior, sigma, 2);
    const { denoised, epsilon } = await guided('ddnm', clean, prior).estimate(x, sigma);
    const d = await prior.denoise(x, repeatSigma(sigma, 2));
    expectClose(operator.apply(denoised).data, clean.y.data, 2e-3);
    const range = multiply(multiply(at, symmetricPseudoInverse(multiply(a, at))), a);
    for (const n of [0, 1]) {
      const change = row(denoised, n).map((value, i) => value - row(d, n)[i]);
      expectClose(multiplyVector(range, change), change, 5e-3);
    }
    expectClose(
      epsilon!.data,
      x.data.map((value, i) => (value - d.data[i]) / sigma),
      1e-5,
    );
  });

  it('dps steps along the gradient of the residual norm by ζ√(1+σ²)√(1+σ′²)', async () => {
    const [sigma, sigmaNext, zeta] = [2, 1.5, 1e-3];
    const x = stateAt(prior, sigma, 2);
    const { state } = await transition('dps', noisy, prior, { zeta }).transition(
      x,
      sigma,
      sigmaNext,
      BatchRandom.seeded(4, 2),
    );
    const d = await prior.denoise(x, repeatSigma(sigma, 2));
    const denoiser = async () => ({ denoised: d });
    const step = ancestral.start({ sde: createSde({ name: 'edm' }), denoiser, random: BatchRandom.seeded(4, 2) });
    const unguided = await step({ x, sigma, sigmaNext, estimate: { denoised: d } });
    for (const n of [0, 1]) {
      const misfit = multiplyVector(a, row(d, n)).map((value, i) => row(noisy.y, n)[i] - value);
      const along = multiplyVector(jacobian(prior, sigma), multiplyVector(at, misfit));
      const length = (zeta * Math.sqrt((1 + sigma ** 2) * (1 + sigmaNext ** 2))) / Math.hypot(...misfit);
      const moved = row(state, n).map((value, i) => value - row(unguided, n)[i]);
      const scale = Math.hypot(...along) * length;
      expectClose(
        moved.map((value) => value / scale),
        along.map((value) => (value * length) / scale),
        2e-3,
      );
    }
  });

  it('dps never steps further than a linear residual would need to reach the noise', async () => {
    const [sigma, sigmaNext] = [2, 1.5];
    const x = stateAt(prior, sigma, 2);
    const step = async (zeta: number): Promise<Tensor> =>
      (await transition('dps', noisy, prior, { zeta }).transition(x, sigma, sigmaNext, BatchRandom.seeded(4, 2))).state;
    expect((await step(1e6)).data).toEqual((await step(1e9)).data);
  });

  it('red-diff makes Adam’s first step against the signs of its gradient', async () => {
    const [sigma, lambda, learningRate] = [0.7, 0.4, 0.05];
    const method = transition('red-diff', noisy, prior, { lambda, learningRate });
    const mu = method.start(sigma, BatchRandom.seeded(6, 2));
    const { state } = await method.transition(mu, sigma, 0.5, BatchRandom.seeded(7, 2));
    const x = linear(1, mu, sigma, BatchRandom.seeded(7, 2).normal(mu.shape));
    const d = await prior.denoise(x, repeatSigma(sigma, 2));
    for (const n of [0, 1]) {
      const misfit = multiplyVector(a, row(mu, n)).map((value, i) => value - row(noisy.y, n)[i]);
      const data = multiplyVector(at, misfit);
      const expected = row(mu, n).map((value, i) => {
        const gradient = data[i] / operator.norm ** 2 + lambda * (value - row(d, n)[i]);
        return value - learningRate * Math.sign(gradient);
      });
      expectClose(row(state, n), expected, 1e-3);
    }
  });

  it('projection makes the state’s measurement y + σAz, and y at σ = 0', () => {
    const project = guided('projection', clean, prior).project!;
    const x = stateAt(prior, 2, 2);
    const z = BatchRandom.seeded(8, 2).normal(x.shape);
    const noised = linear(1, clean.y, 2, operator.apply(z));
    expectClose(operator.apply(project(x, 2, BatchRandom.seeded(8, 2))).data, noised.data, 3e-3);
    expectClose(operator.apply(project(x, 0, BatchRandom.seeded(8, 2))).data, clean.y.data, 3e-3);
    const start = guided('projection', clean, prior).start(2, BatchRandom.seeded(9, 2));
    const fresh = BatchRandom.seeded(9, 2);
    fresh.normal(x.shape);
    expectClose(operator.apply(start).data, linear(1, clean.y, 2, operator.apply(fresh.normal(x.shape))).data, 3e-3);
  });

  it('projection with λ < 1 goes that part of the way, and all of it at σ = 0', () => {
    const project = guided('projection', clean, prior, { lambda: 0.25 }).project!;
    const x = stateAt(prior, 2, 2);
    const before = linear(1, operator.apply(x), -1, clean.y);
    const z = BatchRandom.seeded(8, 2).normal(x.shape);
    const after = linear(1, operator.apply(project(x, 2, BatchRandom.seeded(8, 2))), -1, clean.y);
    expectClose(after.data, linear(0.75, before, 0.5, operator.apply(z)).data, 3e-3);
    expect(
      normPerSample(linear(1, operator.apply(project(x, 0, BatchRandom.seeded(8, 2))), -1, clean.y))[0],
    ).toBeLessThan(3e-3 * operator.norm);
  });
});
