import { describe, expect, it } from 'vitest';
import type { TransitionLikelihood } from '../../src-main/likelihood/likelihood.ts';
import { createLikelihood } from '../../src-main/likelihood/registry.ts';
import { jumpPath } from '../../src-main/likelihood/time-travel.ts';
import { createOperator } from '../../src-main/operators/registry.ts';
import type { LinearOperator } from '../../src-main/operators/operator.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { linear, repeatSigma, tensor, type Shape, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, operatorMatrix, stationaryCovariance } from '../fixtures/analytic-prior.ts';
import { measure } from '../fixtures/posterior-run.ts';
import { gaussianScores, worstScore } from '../fixtures/statistics.ts';
import { smallOperators } from '../fixtures/small-operators.ts';

const shape = [1, 4, 4] as const;
const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
const unknown = Uint8Array.from({ length: 16 }, (_, i) => (i % 3 === 0 ? 1 : 0));
const mask = createOperator({ name: 'mask', options: { mask: unknown } }, shape);

function transition(name: string, ...rest: [Parameters<typeof createLikelihood>[1], object?]): TransitionLikelihood {
  const likelihood = createLikelihood(name, rest[0], prior, rest[1]);
  if (likelihood.kind !== 'transition') throw new Error(`${name} has no transition.`);
  return likelihood;
}

function stateAt(sigma: number, n: number): Tensor {
  const random = BatchRandom.seeded(3, n);
  return linear(1, prior.sample(random), sigma, random.normal([n, ...shape]));
}

describe('ddrm, and ddnm with noise,', () => {
  const [sigma, eta] = [0.5, 0.6];
  const x = stateAt(sigma, 1);

  // For a mask the singular vectors are the pixels, with s = 1 where known and 0 where not.
  it.each([
    ['above the noise', 0.1, 0.3],
    ['below the noise', 0.1, 0.04],
    ['at the end', 0.1, 0],
    ['without noise', 0, 0.3],
    ['without noise at the end', 0, 0],
  ])('take the three rules of DDRM pixel by pixel %s', async (_, sigmaY, sigmaNext) => {
    const measurement = measure(prior, mask, sigmaY, 1, 1);
    const d = await prior.denoise(x, repeatSigma(sigma, 1));
    const z = BatchRandom.seeded(5, 1).normal(x.shape).data;
    for (const etaB of [1, 0.7]) {
      const { state } = await transition('ddrm', measurement, { eta, etaB }).transition(
        x,
        sigma,
        sigmaNext,
        BatchRandom.seeded(5, 1),
      );
      state.data.forEach((value, i) => {
        const epsilon = (x.data[i] - d.data[i]) / sigma;
        const keep = Math.sqrt(1 - eta ** 2) * sigmaNext;
        const gap = measurement.y.data[i] - d.data[i];
        const fresh = eta * sigmaNext * z[i];
        const expected =
          unknown[i] === 1
            ? d.data[i] + keep * epsilon + fresh
            : sigmaNext < sigmaY
              ? d.data[i] + (keep * gap) / sigmaY + fresh
              : d.data[i] + etaB * gap + Math.sqrt(sigmaNext ** 2 - (etaB * sigmaY) ** 2) * z[i];
        expect(value).toBeCloseTo(expected, 4);
      });
    }
    if (sigmaY > 0) {
      const [plus, withEtaB1] = [transition('ddnm', measurement, { eta }), transition('ddrm', measurement, { eta })];
      const [a, b] = [BatchRandom.seeded(5, 1), BatchRandom.seeded(5, 1)];
      expect((await plus.transition(x, sigma, sigmaNext, a)).state).toEqual(
        (await withEtaB1.transition(x, sigma, sigmaNext, b)).state,
      );
    }
  });

  it('leave σ′ of noise in all directions, whether through the spectrum or with one scalar', async () => {
    const n = 1000;
    const downsample = createOperator({ name: 'downsample', options: { factor: 2, filter: 'area' } }, shape);
    const withoutSpectrum: LinearOperator = {
      name: 'downsample',
      inputShape: downsample.inputShape,
      outputShape: downsample.outputShape,
      norm: downsample.norm,
      apply: (x) => downsample.apply(x),
      adjoint: (y) => downsample.adjoint(y),
      pseudoInverse: (y) => downsample.pseudoInverse(y),
      solve: (r, sigmaY2, k) => downsample.solve(r, sigmaY2, k),
    };
    // One state, one measurement: what varies is the noise that the step adds and that of the measurement.
    const [sigmaY, sigmaNext] = [0.1, 0.3];
    const one = stateAt(sigma, 1);
    const repeated = tensor(
      [n, ...shape],
      new Float32Array(n * 16).map((_, i) => one.data[i % 16]),
    );
    for (const operator of [downsample, withoutSpectrum]) {
      const clean = operator.apply(repeated);
      const y = linear(1, clean, sigmaY, BatchRandom.seeded(11, n).normal(clean.shape));
      const method = transition('ddnm', { operator, y, sigmaY }, { eta: 1 });
      const { state } = await method.transition(repeated, sigma, sigmaNext, BatchRandom.seeded(5, n));
      // η = 1 adds no old noise: the covariance of x′ is σ′²I.
      const expected = Array.from({ length: 16 }, (_, i) => {
        let sum = 0;
        for (let s = 0; s < n; s++) sum += state.data[s * 16 + i];
        return sum / n;
      });
      const covariance = { rows: 16, cols: 16, data: new Float64Array(256) };
      for (let i = 0; i < 16; i++) covariance.data[i * 17] = sigmaNext ** 2;
      const scores = gaussianScores(state, expected, covariance);
      expect(Math.abs(scores.variance)).toBeLessThan(4);
      expect(Math.abs(scores.covariance)).toBeLessThan(4);
    }
  });
});

describe('repaint', () => {
  it('keeps y + σ′z where the mask keeps the picture, and y at the end', async () => {
    const n = 500;
    const measurement = measure(prior, mask, 0, 1, n);
    const x = stateAt(1, n);
    const { state } = await transition('repaint', measurement).transition(x, 1, 0.4, BatchRandom.seeded(5, n));
    let [sum, squares, count] = [0, 0, 0];
    state.data.forEach((value, i) => {
      if (unknown[i % 16] === 1) return;
      const noise = (value - measurement.y.data[i]) / 0.4;
      sum += noise;
      squares += noise * noise;
      count++;
    });
    expect(Math.abs(sum / Math.sqrt(count))).toBeLessThan(4);
    expect(Math.abs((squares - count) / Math.sqrt(2 * count))).toBeLessThan(4);
    const last = await transition('repaint', measurement).transition(x, 0.4, 0, BatchRandom.seeded(5, n));
    const d = await prior.denoise(x, repeatSigma(0.4, n));
    last.state.data.forEach((value, i) => {
      expect(value).toBeCloseTo(unknown[i % 16] === 1 ? d.data[i] : measurement.y.data[i], 5);
    });
  });

  it('walks every stretch of levels as often as asked, and ends at 0 once', () => {
    expect(jumpPath([8, 4, 2, 1, 0.5, 0], 2, 3)).toEqual([8, 4, 2, 8, 4, 2, 8, 4, 2, 1, 0.5, 2, 1, 0.5, 2, 1, 0.5, 0]);
    expect(jumpPath([8, 4, 2, 0], 1, 2)).toEqual([8, 4, 8, 4, 2, 4, 2, 0]);
    expect(jumpPath([8, 4, 2, 0], 5, 1)).toEqual([8, 4, 2, 0]);
    expect(jumpPath([8, 0], 1, 10)).toEqual([8, 0]);
  });

  it('scales the published jump of 10 in 250 levels to the schedule', () => {
    const measurement = measure(prior, mask, 0, 1, 1);
    const sigmas = Array.from({ length: 101 }, (_, i) => 100 - i);
    const path = transition('repaint', measurement, { resample: 2 }).path!(sigmas);
    expect(path.slice(0, 10)).toEqual([100, 99, 98, 97, 96, 100, 99, 98, 97, 96]);
  });
});

describe('daps', () => {
  // With independent pixels N(D, r²I) is the true law of x0 given x, so every step is exact, whatever the schedule.
  const variance = 0.25;

  it.each(smallOperators(5))('draws x0 from the exact posterior for $label', async ({ operator, shape: own }) => {
    const d = own[0] * own[1] * own[2];
    const white = gaussianPrior({ shape: own, mean: 0, covariance: new Float64Array(d).fill(variance) });
    const [sigma, sigmaNext, n, sigmaY] = [0.6, 1e-6, 600, 0.2 * operator.norm];
    const measurement = measure(white, operator, sigmaY, 1, n);
    const likelihood = createLikelihood('daps', measurement, white, { odeSteps: 1 });
    if (likelihood.kind !== 'transition') throw new Error('daps has no transition.');
    const one = BatchRandom.seeded(3, 1).normal([1, ...own]).data;
    const x = tensor(
      [n, ...own] satisfies Shape,
      new Float32Array(n * d).map((_, i) => one[i % d]),
    );
    const { state } = await likelihood.transition(x, sigma, sigmaNext, BatchRandom.seeded(5, n));
    // x is one more measurement of x0, with noise σ: first that, then y.
    const keep = variance / (variance + sigma ** 2);
    const givenX = gaussianPrior({
      shape: own,
      mean: one.map((value) => keep * value),
      covariance: new Float64Array(d).fill(keep * sigma ** 2),
    });
    const exact = givenX.posterior(
      operatorMatrix(operator),
      measurement.y.data.subarray(0, measurement.y.data.length / n),
      sigmaY,
    );
    expect(worstScore(gaussianScores(state, exact.mean, exact.covariance))).toBeLessThan(4);
    // The last step gives the mean of that law, to the interpolation of the calibration table.
    const last = await likelihood.transition(x, sigma, 0, BatchRandom.seeded(5, n));
    exact.mean.forEach((value, i) => expect(Math.abs(last.state.data[i] - value)).toBeLessThan(3e-3));
  });
});

describe('red-diff', () => {
  it('carries Adam’s state within a run and not into the next', async () => {
    const measurement = measure(prior, mask, 0.1, 1, 1);
    const run = async (method: TransitionLikelihood): Promise<Tensor> => {
      const random = BatchRandom.seeded(2, 1);
      let x = method.start(1, random);
      for (const sigma of [1, 0.5, 0.2]) x = (await method.transition(x, sigma, sigma / 2, random)).state;
      return x;
    };
    const first = transition('red-diff', measurement);
    const once = await run(first);
    expect(await run(transition('red-diff', measurement))).toEqual(once);
    expect((await run(first)).data).not.toEqual(once.data);
  });
});

describe('dpir', () => {
  it('denoises the picture that explains the measurement, and adds no noise', async () => {
    const sigmaY = 0.1;
    const measurement = measure(prior, mask, sigmaY, 1, 1);
    const method = transition('dpir', measurement);
    const x = method.start(1, BatchRandom.seeded(2, 1));
    expect(method.start(1, BatchRandom.seeded(3, 1))).toEqual(x);
    const sigma = 0.3;
    const { state } = await method.transition(x, sigma, 0.1, BatchRandom.seeded(2, 1));
    // Of a mask, every known value moves by the same share of the way.
    const share = 1 / (1 + (0.23 * sigmaY ** 2) / sigma ** 2);
    const kept = mask.apply(tensor(x.shape, new Float32Array(x.data.length).fill(1)));
    const explained = {
      shape: x.shape,
      data: x.data.map((v, i) => v + kept.data[i] * share * (measurement.y.data[i] - v)),
    };
    const expected = await prior.denoise(explained, Float32Array.of(sigma));
    state.data.forEach((v, i) => expect(v).toBeCloseTo(expected.data[i], 5));
  });

  it('comes nearer to its fixed point in as many levels with momentum', async () => {
    const measurement = measure(prior, mask, 0.1, 1, 1);
    const run = async (levels: number, options: object) => {
      const method = transition('dpir', measurement, options);
      let x = method.start(1, BatchRandom.seeded(2, 1));
      for (let i = 0; i < levels; i++) x = (await method.transition(x, 0.3, 0.3, BatchRandom.seeded(2, 1))).state;
      return x;
    };
    const fixed = await run(400, {});
    const distance = (x: Tensor) => Math.hypot(...x.data.map((v, i) => v - fixed.data[i]));
    expect(distance(await run(4, { momentum: 0.5 }))).toBeLessThan(0.8 * distance(await run(4, {})));
  });

  it('explains the measurement once more at the end where it is asked to', async () => {
    const measurement = measure(prior, mask, 0, 1, 1);
    const end = async (options: object) => {
      const method = transition('dpir', measurement, options);
      const { state } = await method.transition(
        method.start(1, BatchRandom.seeded(2, 1)),
        0.3,
        0,
        BatchRandom.seeded(2, 1),
      );
      return Math.hypot(...linear(1, measurement.y, -1, mask.apply(state)).data);
    };
    expect(await end({ explained: true })).toBeLessThan(0.01 * (await end({})));
  });

  it('sees another symmetry of the picture at every level, and the picture itself at the first', async () => {
    const seen: Tensor[] = [];
    const watching = {
      ...prior,
      denoise: (x: Tensor, sigma: Float32Array) => (seen.push(x), prior.denoise(x, sigma)),
    };
    const measurement = measure(prior, mask, 0.1, 1, 1);
    const method = createLikelihood('dpir', measurement, watching, { turns: true });
    if (method.kind !== 'transition') throw new Error('dpir has no transition.');
    const x = method.start(1, BatchRandom.seeded(2, 1));
    for (let i = 0; i < 2; i++) await method.transition(x, 0.3, 0.1, BatchRandom.seeded(2, 1));
    const [first, second] = seen;
    const width = first.shape[3];
    const mirrored = first.data.map((_, i) => first.data[i - (i % width) + (width - 1 - (i % width))]);
    expect(second.data).toEqual(mirrored);
  });
});

describe('annealed Langevin dynamics', () => {
  it('has the posterior of a flat prior as its fixed law', async () => {
    // Far from its mean a wide prior is flat: what is left is the likelihood N(y; x, σ_y² + σ²).
    const wide = gaussianPrior({ shape, covariance: new Float64Array(16).fill(1e8) });
    const identity = createOperator({ name: 'identity' }, shape);
    const n = 500;
    const [sigma, sigmaY, stepSize] = [0.5, 0.3, 0.02];
    const y = tensor([n, ...shape], new Float32Array(n * 16).fill(0.4));
    const likelihood = createLikelihood('ald', { operator: identity, y, sigmaY }, wide, {
      stepsPerLevel: 100,
      stepSize,
    });
    if (likelihood.kind !== 'transition') throw new Error('ald has no transition.');
    const random = BatchRandom.seeded(4, n);
    let x = random.normal(y.shape);
    for (let i = 0; i < 3; i++) x = (await likelihood.transition(x, 1, sigma, random)).state;
    const total = sigma ** 2 + sigmaY ** 2;
    // A Langevin chain with step α has the variance v/(1 − α/2v) around a Gaussian of variance v.
    const variance = total / (1 - (stepSize * sigma ** 2) / (2 * total));
    const covariance = { rows: 16, cols: 16, data: new Float64Array(256) };
    for (let i = 0; i < 16; i++) covariance.data[i * 17] = variance;
    expect(worstScore(gaussianScores(x, new Float64Array(16).fill(Math.fround(0.4)), covariance))).toBeLessThan(4);
  });

  it('ends in Tweedie’s estimate', async () => {
    const measurement = measure(prior, mask, 0.1, 1, 1);
    const x = stateAt(0.1, 1);
    const { state } = await transition('ald', measurement).transition(x, 0.1, 0, BatchRandom.seeded(1, 1));
    expect(state).toEqual(await prior.denoise(x, repeatSigma(0.1, 1)));
  });
});
