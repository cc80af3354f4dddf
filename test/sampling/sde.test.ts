import { describe, expect, it } from 'vitest';
import { LangevinError } from '../../src-main/errors.ts';
import { createSde, sdeNames, type Sde, type SdeOptions } from '../../src-main/sampling/sde.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

describe.each(sdeNames)('%s', (name) => {
  const sde = createSde({ name });
  const times = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => sde.tMin + ((sde.tMax - sde.tMin) * (i + 0.5)) / count);

  it('inverts σ(t), also beyond its range of t', () => {
    for (const t of [...times(20), sde.tMin, sde.tMax]) {
      expect(sde.timeOf(sde.sigma(t))).toBeCloseTo(t, 9);
    }
    for (const sigma of [1e-5, 0.002, 0.01, 0.7, 3, 80, 500]) {
      expect(sde.sigma(sde.timeOf(sigma)) / sigma).toBeCloseTo(1, 9);
    }
  });

  it('has ascending σ(t), positive at tMin', () => {
    const sigmas = [sde.tMin, ...times(50), sde.tMax].map((t) => sde.sigma(t));
    expect(sigmas[0]).toBeGreaterThan(0);
    sigmas.slice(1).forEach((sigma, i) => expect(sigma).toBeGreaterThan(sigmas[i]));
  });

  it('has the drift and diffusion that belong to α and σ', () => {
    for (const t of times(15)) {
      const h = 1e-5 * t;
      const logAlpha = (at: number): number => Math.log(sde.alpha(at));
      const sigma2 = (at: number): number => sde.sigma(at) ** 2;
      expect(sde.drift(t)).toBeCloseTo((logAlpha(t + h) - logAlpha(t - h)) / (2 * h), 5);
      const slope = (sigma2(t + h) - sigma2(t - h)) / (2 * h);
      expect(sde.diffusion2(t) / (sde.alpha(t) ** 2 * slope)).toBeCloseTo(1, 5);
    }
  });

  it('has the marginals that a simulation of dx̃ = f x̃ dt + g dw reaches', () => {
    // From one picture value x0 at tMin, in steps that lengthen with t.
    const [n, steps, x0] = [6000, 600, 0.8];
    const random = new RandomGenerator(7, sdeNames.indexOf(name));
    const x = new Float64Array(n);
    for (let i = 0; i < n; i++) x[i] = sde.alpha(sde.tMin) * (x0 + sde.sigma(sde.tMin) * random.normal());
    const checkpoints = [steps / 2, steps];
    const grid = Array.from({ length: steps + 1 }, (_, i) => sde.tMin + (sde.tMax - sde.tMin) * (i / steps) ** 2);
    for (let i = 0; i < steps; i++) {
      // Coefficients at the middle of the step: second order in the step for this linear SDE.
      const [t, dt] = [(grid[i] + grid[i + 1]) / 2, grid[i + 1] - grid[i]];
      const decay = Math.exp(sde.drift(t) * dt);
      const noise = Math.sqrt(sde.diffusion2(t) * dt);
      for (let k = 0; k < n; k++) x[k] = decay * x[k] + noise * random.normal();
      if (!checkpoints.includes(i + 1)) continue;
      const end = grid[i + 1];
      const [mean, std] = [sde.alpha(end) * x0, sde.alpha(end) * sde.sigma(end)];
      let sum = 0;
      let squares = 0;
      for (let k = 0; k < n; k++) {
        sum += (x[k] - mean) / std;
        squares += ((x[k] - mean) / std) ** 2;
      }
      expect(Math.abs(sum / Math.sqrt(n))).toBeLessThan(4);
      expect(Math.abs((squares - n) / Math.sqrt(2 * n))).toBeLessThan(4);
    }
  });
});

describe('published values', () => {
  it('VE reaches its end points', () => {
    const sde = createSde({ name: 've', sigmaMin: 0.02, sigmaMax: 90 });
    expect(sde.sigma(0)).toBeCloseTo(0.02, 12);
    expect(sde.sigma(1)).toBeCloseTo(90, 9);
    expect(sde.sigma(0.5)).toBeCloseTo(Math.sqrt(0.02 * 90), 12);
    expect(sde.priorStd).toBe(90);
  });

  it('VP preserves variance one and sub-VP stays below it', () => {
    const vp = createSde({ name: 'vp' });
    const sub = createSde({ name: 'subvp' });
    for (const t of [0.01, 0.2, 0.5, 1]) {
      const alpha = Math.exp(-0.25 * t * t * 19.9 - 0.5 * t * 0.1);
      expect(vp.alpha(t)).toBeCloseTo(alpha, 12);
      expect(sub.alpha(t)).toBeCloseTo(alpha, 12);
      expect(vp.alpha(t) ** 2 * (1 + vp.sigma(t) ** 2)).toBeCloseTo(1, 12);
      expect(sub.alpha(t) * sub.sigma(t)).toBeCloseTo(1 - alpha ** 2, 12);
    }
    expect(vp.diffusion2(1)).toBeCloseTo(20, 12);
    expect(vp.priorStd).toBeCloseTo(1, 4);
  });

  it('the tutorial SDE has σ² = (s^2t − 1)/(2 ln s)', () => {
    const sde = createSde({ name: 'tutorial' });
    expect(sde.sigma(1)).toBeCloseTo(Math.sqrt(624 / (2 * Math.log(25))), 12);
    expect(sde.diffusion2(0.5)).toBeCloseTo(25, 12);
  });
});

describe('bad options', () => {
  const failure = (options: unknown): LangevinError => {
    try {
      createSde(options as SdeOptions);
    } catch (error) {
      if (error instanceof LangevinError) return error;
    }
    throw new Error('did not throw');
  };

  it('names the key that is wrong and the SDEs there are', () => {
    expect(failure({ name: 'vesde' })).toMatchObject({ code: 'invalid-argument' });
    expect(failure({ name: 'vesde' }).message).toContain('ve, vp, subvp, tutorial, edm');
    expect(failure({ name: 've', sigma: 3 }).message).toContain('sigma');
    expect(failure({ name: 've', sigmaMin: 2, sigmaMax: 1 }).message).toContain('sigmaMin must be below sigmaMax');
    expect(failure({ name: 'vp', betaMin: 0 }).message).toContain('betaMin');
    expect(failure({ name: 'subvp', betaMin: 30 }).message).toContain('betaMax');
    expect(failure({ name: 'tutorial', s: 1 }).message).toContain('s:');
    expect(failure({ name: 'edm', tMax: 0.001 }).message).toContain('tMax');
  });

  it('accepts a constant β', () => {
    const sde: Sde = createSde({ name: 'vp', betaMin: 5, betaMax: 5 });
    expect(sde.timeOf(sde.sigma(0.3))).toBeCloseTo(0.3, 10);
  });
});
