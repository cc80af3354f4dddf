import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSchedule, karrasSchedule, scheduleNames, type ScheduleName } from '../../src-main/sampling/schedule.ts';
import { createSde, sdeNames } from '../../src-main/sampling/sde.ts';

describe('schedules', () => {
  it.each(scheduleNames)('%s: steps levels, strictly descending, exact ends, then 0', (name) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...sdeNames),
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
        fc.double({ min: 0.6, max: 120, noNaN: true }),
        (sdeName, steps, sigmaMin, sigmaMax) => {
          const sigmas = createSchedule(name, { steps, sigmaMin, sigmaMax, sde: createSde({ name: sdeName }) });
          expect(sigmas).toHaveLength(steps + 1);
          expect([sigmas[0], sigmas[steps - 1], sigmas[steps]]).toEqual([sigmaMax, sigmaMin, 0]);
          for (let i = 0; i < steps; i++) expect(sigmas[i]).toBeGreaterThan(sigmas[i + 1]);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('gives the levels of Karras et al. 2022, eq. 5', () => {
    const sigmas = karrasSchedule({ steps: 5, sigmaMin: 0.002, sigmaMax: 80 });
    const expected = [0, 1, 2, 3, 4].map((i) => (80 ** (1 / 7) + (i / 4) * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7);
    expected.forEach((sigma, i) => expect(sigmas[i]).toBeCloseTo(sigma, 10));
  });

  it('is geometric for `geometric`, and uniform in t for `linear-t`', () => {
    const range = { steps: 4, sigmaMin: 0.01, sigmaMax: 10 };
    for (const name of sdeNames) {
      const sde = createSde({ name });
      const geometric = createSchedule('geometric', { ...range, sde });
      for (let i = 0; i < 3; i++) expect(geometric[i + 1] / geometric[i]).toBeCloseTo(0.1, 10);
      const times = [...createSchedule('linear-t', { ...range, sde })].slice(0, 4).map((sigma) => sde.timeOf(sigma));
      expect(times[0] - times[1]).toBeCloseTo(times[1] - times[2], 9);
      expect(times[1] - times[2]).toBeCloseTo(times[2] - times[3], 9);
    }
  });

  it('makes one level of a single step', () => {
    expect([...karrasSchedule({ steps: 1, sigmaMin: 0.01, sigmaMax: 3 })]).toEqual([3, 0]);
  });

  it.each([
    [{ steps: 0 }, 'steps'],
    [{ steps: 2.5 }, 'steps'],
    [{ sigmaMin: 0 }, 'sigmaMin'],
    [{ sigmaMin: 20 }, 'sigmaMax'],
    [{ sigmaMax: Infinity }, 'sigmaMax'],
    [{ rho: 0 }, 'rho'],
  ])('refuses %j', (bad, named) => {
    const options = { steps: 5, sigmaMin: 0.01, sigmaMax: 10, sde: createSde({ name: 'edm' }), ...bad };
    expect(() => createSchedule('karras', options)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(named) }),
    );
  });

  it('refuses an unknown name', () => {
    const options = { steps: 5, sigmaMin: 0.01, sigmaMax: 10, sde: createSde({ name: 'edm' }) };
    expect(() => createSchedule('cosine' as ScheduleName, options)).toThrow('karras, geometric, linear-t');
  });
});
