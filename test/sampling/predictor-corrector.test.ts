import { describe, expect, it } from 'vitest';
import { annealedLangevin } from '../../src-main/sampling/annealed-langevin.ts';
import { createCorrector } from '../../src-main/sampling/corrector.ts';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { predictorCorrector } from '../../src-main/sampling/predictor-corrector.ts';
import {
  createPredictor,
  predictorNames,
  predictorOptions,
  type PredictorOptions,
} from '../../src-main/sampling/predictors/registry.ts';
import { karrasSchedule } from '../../src-main/sampling/schedule.ts';
import type { Denoiser, Estimate } from '../../src-main/sampling/sampler.ts';
import { createSde } from '../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import {
  normPerSample,
  linear,
  sample,
  scale,
  tensor,
  zeros,
  type Shape,
  type Tensor,
} from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, stationaryCovariance } from '../fixtures/analytic-prior.ts';
import { collect, finalState } from './run.ts';

const shape: Shape = [2, 1, 4, 4];
const prior = gaussianPrior({ shape: [1, 4, 4], mean: 0.1, covariance: stationaryCovariance([1, 4, 4]) });
const sde = createSde({ name: 'vp' });
const sigmas = karrasSchedule({ steps: 5, sigmaMin: 0.05, sigmaMax: 10 });

function start(n = 2): { random: BatchRandom; initial: Tensor } {
  const random = BatchRandom.seeded(31, n);
  return { random, initial: scale(sigmas[0], random.normal([n, 1, 4, 4])) };
}

/** Remembers what it was asked. */
function recording(denoiser: Denoiser): { denoiser: Denoiser; calls: { x: Float32Array; sigma: number }[] } {
  const calls: { x: Float32Array; sigma: number }[] = [];
  return {
    calls,
    denoiser: (x, sigma) => {
      calls.push({ x: x.data.slice(), sigma });
      return denoiser(x, sigma);
    },
  };
}

describe('predictor–corrector', () => {
  // rk45 chooses its own steps, and so how often it evaluates.
  it.each(predictorNames.filter((name) => name !== 'rk45'))(
    '%s: never evaluates the same state twice, and as often as it says',
    async (name) => {
      const predictor = createPredictor({ name });
      const { denoiser, calls } = recording(priorDenoiser(prior));
      const corrector = createCorrector('langevin', { snr: 0.1 });
      await finalState(
        predictorCorrector({ denoiser, sde, sigmas, predictor, corrector, correctorSteps: 2, ...start() }),
      );
      // Two corrections and one predictor step at each of five levels; the last step needs one evaluation only.
      expect(calls).toHaveLength(5 * 2 + 4 * predictor.evaluations + 1);
      const keys = calls.map(({ x, sigma }) => `${sigma}:${x.join()}`);
      expect(new Set(keys).size).toBe(calls.length);
    },
  );

  it('reports every update: level, kind, state, estimate, score norm and step size', async () => {
    const { denoiser, calls } = recording(priorDenoiser(prior));
    const corrector = createCorrector('langevin', { snr: 0.1 });
    const predictor = createPredictor({ name: 'ancestral' });
    const { initial, random } = start();
    const { steps, result } = await collect(
      predictorCorrector({ denoiser, sde, sigmas, predictor, corrector, random, initial }),
    );
    expect(steps.map(({ kind, index, count, sigma, sigmaNext }) => [kind, index, count, sigma, sigmaNext])).toEqual(
      [0, 1, 2, 3, 4].flatMap((i) => [
        ['corrector', i, 5, sigmas[i], sigmas[i]],
        ['predictor', i, 5, sigmas[i], sigmas[i + 1]],
      ]),
    );
    for (const [i, step] of steps.entries()) {
      const x = tensor(shape, calls[i].x);
      const before = i === 0 ? initial : steps[i - 1].state;
      expect(x.data).toEqual(before.data);
      expect(step.denoised.data).toEqual((await denoiser(x, step.sigma)).denoised.data);
      const score = scale(1 / step.sigma ** 2, linear(1, step.denoised, -1, x));
      normPerSample(score).forEach((norm, n) => expect(step.scoreNorm[n] / norm).toBeCloseTo(1, 5));
      if (step.kind === 'predictor') expect(step.stepSize).toBe(step.sigma - step.sigmaNext);
      else expect(step.stepSize).toBeGreaterThan(0);
    }
    expect(result.data).toEqual(steps[9].state.data);
  });

  it('ends with the estimate itself at the last level', async () => {
    const predictor = createPredictor({ name: 'euler-maruyama' });
    const { steps, result } = await collect(
      predictorCorrector({ denoiser: priorDenoiser(prior), sde, sigmas, predictor, ...start() }),
    );
    const expected = await priorDenoiser(prior)(steps[3].state, sigmas[4]);
    expect(result.data).toEqual(expected.denoised.data);
  });

  it('makes no correction without a corrector', async () => {
    const predictor = createPredictor({ name: 'euler' });
    const corrector = createCorrector('none');
    const run = { denoiser: priorDenoiser(prior), sde, sigmas, predictor, corrector, correctorSteps: 3, ...start() };
    expect((await collect(predictorCorrector(run))).steps).toHaveLength(5);
  });

  it('leaves its argument and the states it has given alone', async () => {
    const { initial, random } = start();
    const before = initial.data.slice();
    const kept: [Tensor, Float32Array][] = [];
    const corrector = createCorrector('langevin');
    const predictor = createPredictor({ name: 'heun' });
    for await (const { state } of predictorCorrector({
      denoiser: priorDenoiser(prior),
      sde,
      sigmas,
      predictor,
      corrector,
      random,
      initial,
    })) {
      kept.push([state, state.data.slice()]);
    }
    expect(initial.data).toEqual(before);
    for (const [state, copy] of kept) expect(state.data).toEqual(copy);
  });

  it('applies the projection after every update, at the level of the state', async () => {
    const levels: number[] = [];
    const known = zeros(shape);
    const { steps, result } = await collect(
      predictorCorrector({
        denoiser: priorDenoiser(prior),
        sde,
        sigmas,
        predictor: createPredictor({ name: 'ancestral' }),
        corrector: createCorrector('langevin'),
        project: (x, sigma, random) => {
          levels.push(sigma);
          const noise = random.normal(x.shape);
          const data = x.data.map((value, i) => (i % 2 === 0 ? known.data[i] + sigma * noise.data[i] : value));
          return { shape: x.shape, data };
        },
        ...start(),
      }),
    );
    expect(levels).toEqual(steps.map((step) => step.sigmaNext));
    // Known pixels come out exactly.
    result.data.forEach((value, i) => i % 2 === 0 && expect(value).toBe(0));
  });

  it('uses the noise direction of the estimate in ddim only', async () => {
    const epsilon = scale(1, BatchRandom.seeded(5, 2).normal(shape));
    const denoiser: Denoiser = async (x, sigma) => ({ ...(await priorDenoiser(prior)(x, sigma)), epsilon });
    const run = (name: 'ddim' | 'euler', ask: Denoiser) =>
      collect(predictorCorrector({ denoiser: ask, sde, sigmas, predictor: createPredictor({ name }), ...start() }));
    const { steps } = await run('ddim', denoiser);
    const expected = linear(1, steps[0].denoised, sigmas[1], epsilon);
    steps[0].state.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i], 5));
    expect((await run('euler', denoiser)).result.data).toEqual((await run('euler', priorDenoiser(prior))).result.data);
  });

  it('stops before the next evaluation once cancelled', async () => {
    const controller = new AbortController();
    const { denoiser, calls } = recording(priorDenoiser(prior));
    const predictor = createPredictor({ name: 'ancestral' });
    const sampler = predictorCorrector({ denoiser, sde, sigmas, predictor, ...start(), signal: controller.signal });
    await sampler.next();
    await sampler.next();
    controller.abort();
    await expect(sampler.next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(calls).toHaveLength(2);
  });

  it.each([
    [[3, 1], 'descend'],
    [[1, 2, 0], 'descend'],
    [[2, 2, 0], 'descend'],
    [[0], 'descend'],
    [[Infinity, 1, 0], 'descend'],
    [[NaN, 1, 0], 'descend'],
  ])('refuses the levels %j', async (bad, message) => {
    const predictor = createPredictor({ name: 'euler' });
    const run = predictorCorrector({ denoiser: priorDenoiser(prior), sde, sigmas: bad, predictor, ...start() });
    await expect(run.next()).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a count of corrections that is not one', async () => {
    const predictor = createPredictor({ name: 'euler' });
    const base = { denoiser: priorDenoiser(prior), sde, sigmas, predictor, ...start() };
    const corrector = createCorrector('langevin');
    const run = predictorCorrector({ ...base, corrector, correctorSteps: 1.5 });
    await expect(run.next()).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

describe('the batch size never changes a sample', () => {
  const options: PredictorOptions[] = predictorNames.map((name) => predictorOptions(name, 0.5));

  it.each(options)('$name: four together are four alone, byte for byte', async (option) => {
    const run = (first: number, n: number): Promise<Tensor> => {
      const random = BatchRandom.seeded(32, n, first);
      return finalState(
        predictorCorrector({
          denoiser: priorDenoiser(prior),
          sde,
          sigmas,
          predictor: createPredictor(option),
          corrector: createCorrector('langevin', { snr: 0.2 }),
          random,
          initial: scale(sigmas[0], random.normal([n, 1, 4, 4])),
        }),
      );
    };
    const together = await run(0, 4);
    for (let i = 0; i < 4; i++) expect((await run(i, 1)).data).toEqual(sample(together, i).data);
    expect(sample(together, 0).data).not.toEqual(sample(together, 1).data);
  });

  it('annealed Langevin: likewise', async () => {
    const run = (first: number, n: number): Promise<Tensor> => {
      const random = BatchRandom.seeded(33, n, first);
      const initial = scale(sigmas[0], random.normal([n, 1, 4, 4]));
      return finalState(annealedLangevin({ denoiser: priorDenoiser(prior), sigmas, random, initial }));
    };
    const together = await run(0, 4);
    for (let i = 0; i < 4; i++) expect((await run(i, 1)).data).toEqual(sample(together, i).data);
  });
});

describe('annealed Langevin', () => {
  it('updates T times at every level and denoises at the end', async () => {
    const { denoiser, calls } = recording(priorDenoiser(prior));
    const { steps, result } = await collect(annealedLangevin({ denoiser, sigmas, stepsPerLevel: 3, ...start() }));
    expect(calls.map((call) => call.sigma)).toEqual(
      [...sigmas].slice(0, 5).flatMap((s, i) => Array<number>(i === 4 ? 4 : 3).fill(s)),
    );
    expect(steps.at(-1)).toMatchObject({ kind: 'predictor', sigmaNext: 0, index: 4, count: 5 });
    expect(result.data).toEqual((await denoiser(steps.at(-2)!.state, sigmas[4])).denoised.data);
  });

  it.each([{ stepsPerLevel: 0 }, { relativeStep: 0 }, { relativeStep: 4 }])('refuses %j', async (bad) => {
    const run = annealedLangevin({ denoiser: priorDenoiser(prior), sigmas, ...start(), ...bad });
    await expect(run.next()).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('stops before the next evaluation once cancelled', async () => {
    const signal = AbortSignal.abort();
    const run = annealedLangevin({ denoiser: priorDenoiser(prior), sigmas, ...start(), signal });
    await expect(run.next()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('registry', () => {
  it('names the predictors there are, and refuses options that a predictor does not have', () => {
    for (const name of predictorNames) expect(createPredictor({ name }).name).toBe(name);
    expect(() => createPredictor({ name: 'rk4' } as unknown as PredictorOptions)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('euler-maruyama') }),
    );
    expect(() => createPredictor({ name: 'euler', eta: 0.5 } as unknown as PredictorOptions)).toThrow('eta');
    expect(() => createPredictor({ name: 'ddim', eta: 1.5 })).toThrow('eta');
  });

  it('gives an estimate without a noise direction to the prior', async () => {
    const estimate: Estimate = await priorDenoiser(prior)(zeros(shape), 1);
    expect(Object.keys(estimate)).toEqual(['denoised']);
  });
});
