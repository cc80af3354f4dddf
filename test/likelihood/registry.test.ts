import { describe, expect, it } from 'vitest';
import { LangevinError } from '../../src-main/errors.ts';
import { whyNot } from '../../src-main/likelihood/likelihood.ts';
import {
  applicableMethods,
  createLikelihood,
  likelihoodMethod,
  likelihoods,
} from '../../src-main/likelihood/registry.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { createPredictor, predictorOptions } from '../../src-main/sampling/predictors/registry.ts';
import { zeros } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior } from '../fixtures/analytic-prior.ts';
import { smallOperators } from '../fixtures/small-operators.ts';

const cases = smallOperators(6);
/** Methods for one operator. */
const only: Record<string, string> = { repaint: 'mask', direct: 'identity' };

function priorOf(shape: readonly [number, number, number], withVjp = true): ScoreNetwork {
  const prior = gaussianPrior({ shape, covariance: new Float64Array(shape[0] * shape[1] * shape[2]).fill(0.25) });
  if (withVjp) return prior;
  const { manifest, provider } = prior;
  return { manifest, provider, denoise: (x, sigma) => prior.denoise(x, sigma), dispose: async () => {} };
}

function codeAndMessage(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof LangevinError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('the registry of likelihoods', () => {
  it('has every method of the reference by its name', () => {
    expect([...likelihoods.keys()].sort()).toEqual(
      [
        'ald',
        'daps',
        'ddnm',
        'ddrm',
        'diffpir',
        'direct',
        'dpir',
        'dps',
        'mmps',
        'pigdm',
        'projection',
        'red-diff',
        'repaint',
      ].sort(),
    );
  });

  it.each([...likelihoods.values()])('$name states its source, defaults and sampling', (method) => {
    expect(method.title).not.toBe('');
    expect(method.source).toMatch(/20\d\d/);
    expect(method.schema.parse({})).toEqual(method.defaults);
    const { steps, sigmaMax, rho, predictor, eta } = method.sampling;
    expect(steps).toBeGreaterThan(1);
    expect(sigmaMax).toBeGreaterThan(0);
    expect(rho).toBeGreaterThan(0);
    if (predictor !== undefined) {
      expect(createPredictor(predictorOptions(predictor, eta ?? 0))).toBeDefined();
    }
  });

  it.each([...likelihoods.values()])('$name says whether it has its own update', (method) => {
    const { operator, shape } = cases.find(({ label }) => label === (only[method.name] ?? 'mask'))!;
    for (const sigmaY of [0, 0.1]) {
      const measurement = { operator, sigmaY, y: zeros([1, ...operator.outputShape]) };
      if (whyNot(method.needs, measurement, priorOf(shape)) !== undefined) continue;
      const { kind } = createLikelihood(method.name, measurement, priorOf(shape));
      expect(method.hasOwnUpdate(measurement, method.defaults)).toBe(kind === 'transition');
    }
  });

  it('takes ζ and λ of DiffPIR from the operator, as published', () => {
    const diffpir = likelihoodMethod('diffpir');
    const eta = (label: string) =>
      diffpir.samplingFor?.(cases.find((example) => example.label === label)!.operator).eta;
    expect(eta('mask')).toBe(1);
    expect(eta('downsample')).toBe(0.5);
  });

  it('names the known methods when asked for another', () => {
    const { code, message } = codeAndMessage(() => likelihoodMethod('dips'));
    expect(code).toBe('invalid-argument');
    expect(message).toContain('"dips"');
    expect(message).toContain('mmps');
  });

  it.each([...likelihoods.keys()])('%s refuses options that it does not have', (name) => {
    const { operator, shape } = cases.find(({ label }) => label === (only[name] ?? 'mask'))!;
    const measurement = { operator, y: zeros([1, ...operator.outputShape]), sigmaY: 0 };
    const { code, message } = codeAndMessage(() => createLikelihood(name, measurement, priorOf(shape), { speed: 11 }));
    expect(code).toBe('invalid-argument');
    expect(message).toContain('speed');
  });

  it('refuses a measurement of another shape, a wrong number of channels and a bad noise level', () => {
    const { operator, shape } = cases[0];
    const y = zeros([1, 1, 3, 3]);
    expect(codeAndMessage(() => createLikelihood('ddnm', { operator, y, sigmaY: 0 }, priorOf(shape)))).toMatchObject({
      code: 'invalid-shape',
      message: expect.stringContaining('[1, 1, 3, 3]') as string,
    });
    const right = zeros([1, ...operator.outputShape]);
    expect(
      codeAndMessage(() => createLikelihood('ddnm', { operator, y: right, sigmaY: 0 }, priorOf([3, 6, 6]))).code,
    ).toBe('invalid-shape');
    for (const sigmaY of [-0.1, Number.NaN, Infinity]) {
      expect(codeAndMessage(() => createLikelihood('ddnm', { operator, y: right, sigmaY }, priorOf(shape))).code).toBe(
        'invalid-argument',
      );
    }
  });
});

describe.each(cases)('for $label', ({ operator, shape, label }) => {
  describe.each([0, 0.1])('with σ_y = %d', (sigmaY) => {
    const measurement = { operator, y: zeros([1, ...operator.outputShape]), sigmaY };

    it.each([...likelihoods.values()])('$name is made, or refused with its reason and what works', (method) => {
      for (const network of [priorOf(shape), priorOf(shape, false)]) {
        const reasons = [
          ...(method.needs.vjp && network.vjp === undefined ? ['gradients of the network'] : []),
          ...(method.name === 'ddrm' && operator.spectrum === undefined ? ['singular value decomposition'] : []),
          ...(method.name in only && label !== only[method.name] ? [`works only with ${only[method.name]}`] : []),
          ...(['projection', 'repaint'].includes(method.name) && sigmaY > 0 ? ['noiseless'] : []),
        ];
        const reason = whyNot(method.needs, measurement, network);
        if (reasons.length === 0) {
          expect(reason).toBeUndefined();
          expect(createLikelihood(method.name, measurement, network)).toHaveProperty('kind');
          expect(applicableMethods(measurement, network)).toContain(method.name);
          continue;
        }
        expect(reason).toContain(reasons[0]);
        const { code, message } = codeAndMessage(() => createLikelihood(method.name, measurement, network));
        expect(code).toBe('unsupported-combination');
        expect(message).toContain(reasons[0]);
        expect(message).toContain(applicableMethods(measurement, network).join(', '));
        expect(applicableMethods(measurement, network)).not.toContain(method.name);
      }
    });
  });

  it('is solved by some method without gradients, noisy or not', () => {
    for (const sigmaY of [0, 0.1]) {
      expect(applicableMethods({ operator, sigmaY }, priorOf(shape, false)).length).toBeGreaterThanOrEqual(5);
    }
  });
});
