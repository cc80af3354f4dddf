import { describe, expect, it } from 'vitest';
import { checkMethodOptions, likelihoodMethod } from '../../src-main/likelihood/registry.ts';
import { noiseLevels, sdeOf } from '../../src-main/restore/noise-levels.ts';
import type { SamplerSettings } from '../../src-main/restore/sampler-settings.ts';
import { reportedSettings, resolveSampler } from '../../src-main/restore/settings.ts';
import { UNCONDITIONAL } from '../../src-main/restore/tuned.ts';
import type { AskedSampler } from '../../src-main/restore/unused-options.ts';
import { annealedVarianceRatio } from '../../src-main/sampling/annealed-langevin.ts';
import { geometricSchedule } from '../../src-main/sampling/schedule.ts';

const resolve = (asked: AskedSampler, method?: string): SamplerSettings =>
  resolveSampler({}, UNCONDITIONAL, asked, method);

/** Variance of annealed Langevin's samples ÷ that of a Gaussian mode, by the exact recursion of its updates. */
function varianceRatio(settings: SamplerSettings, variance: number): number {
  const levels = noiseLevels(settings).slice(0, -1);
  let current = levels[0] ** 2;
  for (const sigma of levels) {
    const own = 1 - (settings.langevinStep * sigma ** 2) / 2 / (variance + sigma ** 2);
    for (let i = 0; i < settings.langevinSteps; i++) current = own ** 2 * current + settings.langevinStep * sigma ** 2;
  }
  const shrink = variance / (variance + levels[levels.length - 1] ** 2);
  return (shrink ** 2 * current) / variance;
}

describe('annealed Langevin by name', () => {
  const settings = resolve({ predictor: 'annealed-langevin' });

  it('has levels, T and α of its own, with which it gives samples of the prior', () => {
    expect(settings).toMatchObject({ schedule: 'geometric', corrector: 'none', sigmaMax: 80, sigmaMin: 0.005 });
    for (const variance of [8, 1, 0.25, 0.05, 0.008, 0.002]) {
      expect(varianceRatio(settings, variance)).toBeGreaterThan(0.95);
      expect(varianceRatio(settings, variance)).toBeLessThan(1.1);
    }
  });

  it('takes as many levels as the range needs', () => {
    const narrow = resolve({ predictor: 'annealed-langevin', sigmaMax: 1, sigmaMin: 0.03 });
    expect(narrow.steps).toBe(55);
    expect(varianceRatio(narrow, 0.25)).toBeCloseTo(1, 0);
  });

  it.each<AskedSampler>([
    { steps: 30 },
    { steps: 30, schedule: 'karras' },
    { langevinStep: 0.062 },
    { langevinSteps: 1, langevinStep: 0.2 },
  ])('refuses %j, which would leave noise, and says by how much', (asked) => {
    expect(() => resolve({ predictor: 'annealed-langevin', ...asked })).toThrow(/more levels/);
  });

  it('knows the ratio beforehand', () => {
    const levels = geometricSchedule({ steps: 200, sigmaMax: 80, sigmaMin: 0.005 });
    // Measured on the exact Gaussian, 1.462 and 1.086.
    expect(annealedVarianceRatio(levels, 5, 0.062)).toBeCloseTo(1.46, 2);
    expect(annealedVarianceRatio(levels, 20, 0.062)).toBeCloseTo(1.086, 2);
  });
});

describe('options that would change nothing are refused by name', () => {
  it.each<[AskedSampler, string | undefined, string]>([
    [{ predictor: 'heun' }, 'daps', 'daps has its own update and no predictor'],
    [{ corrector: 'langevin' }, 'daps', 'no corrector'],
    [{ snr: 0.5 }, 'daps', 'there is no corrector'],
    [{ eta: 0.1 }, 'daps', 'langevin solvers daps'],
    [{ sde: 'vp' }, 'daps', 'the same for every SDE'],
    [{ sde: 'vp' }, undefined, 'heun is the same for every SDE'],
    [{ sde: 'vp', predictor: 'ddim', eta: 0.5 }, undefined, 'ddim is the same for every SDE'],
    [{ sdeOptions: { betaMax: 10 } }, undefined, '--sde-option would change nothing'],
    [{ eta: 0.5 }, undefined, 'the predictor heun has no η'],
    [{ snr: 0.2 }, undefined, 'there is no corrector'],
    [{ correctorSteps: 2, corrector: 'none' }, undefined, 'there is no corrector'],
    [{ predictor: 'annealed-langevin', corrector: 'langevin' }, undefined, 'has no corrector'],
    [{ predictor: 'annealed-langevin', eta: 0 }, undefined, 'no η'],
    [{ langevinSteps: 4 }, undefined, 'belongs to --predictor annealed-langevin'],
    [{ schedule: 'geometric', rho: 5 }, undefined, 'has no exponent'],
  ])('%j with %s', (asked, method, message) => {
    expect(() => resolve(asked, method)).toThrow(
      expect.objectContaining({ code: 'unsupported-combination', message: expect.stringContaining(message) as string }),
    );
  });

  it.each<[AskedSampler, string | undefined]>([
    [{ sde: 'vp', predictor: 'ancestral' }, undefined],
    [{ sde: 've', schedule: 'linear-t' }, 'daps'],
    [{ sde: 'vp', corrector: 'langevin', snr: 0.1, correctorSteps: 2 }, undefined],
    [{ predictor: 'renoise', eta: 1 }, undefined],
    [{ corrector: 'none' }, 'daps'],
    [{ steps: 12, sigmaMax: 10, sigmaMin: 0.1, rho: 3 }, 'daps'],
  ])('but %j with %s is taken', (asked, method) => {
    expect(resolve(asked, method)).toMatchObject(asked);
  });
});

describe('parameters', () => {
  it('of the SDE reach it, and one that it does not have is refused by name', () => {
    const asked = { predictor: 'euler-maruyama', sde: 'vp', schedule: 'linear-t' } as const;
    const settings = resolve({ ...asked, sdeOptions: { betaMax: 10 } });
    expect(sdeOf(settings).alpha(1)).toBeCloseTo(Math.exp(-0.25 * 9.9 - 0.05), 6);
    expect(reportedSettings(settings)).toMatchObject({ 'sde.betaMax': 10, sde: 'vp' });
    expect(() => resolve({ ...asked, sdeOptions: { s: 10 } })).toThrow(/"s"/);
  });

  it('of the noise levels are kept in order', () => {
    expect(resolve({ sigmaMin: 0.2 }).sigmaMin).toBe(0.2);
    expect(() => resolve({ sigmaMin: 2, sigmaMax: 1 })).toThrow('must be below');
  });

  it('of the noise levels are done or refused, never cut to what the network knows', () => {
    const known = { sigmaMin: 0.01, sigmaMax: 50 };
    const within = (asked: AskedSampler) => resolveSampler({}, UNCONDITIONAL, asked, undefined, known);
    expect(within({}).sigmaMax).toBe(50);
    expect(within({ sigmaMax: 50, sigmaMin: 0.01 })).toMatchObject(known);
    expect(() => within({ sigmaMax: 80 })).toThrow(/highest noise level 80 .* 0\.01 to 50/);
    expect(() => within({ sigmaMin: 0.005 })).toThrow(/lowest noise level 0\.005 .* 0\.01 to 50/);
  });

  it('of a method are checked by its schema, and named', () => {
    expect(checkMethodOptions(likelihoodMethod('mmps'), { iterations: 5 })).toMatchObject({ iterations: 5, clip: 1.2 });
    expect(() => checkMethodOptions(likelihoodMethod('mmps'), { zeta: 1 })).toThrow(
      'it has no zeta. Its own options are iterations, noiseFloor, clip',
    );
    expect(() => checkMethodOptions(likelihoodMethod('mmps'), { iterations: 0 })).toThrow('iterations');
    expect(() => checkMethodOptions(likelihoodMethod('direct'), { a: 1 })).toThrow('no options of its own');
  });
});
