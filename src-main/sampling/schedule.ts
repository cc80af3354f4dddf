import { invalidArgument, LangevinError } from '../errors.ts';
import type { Sde } from './sde.ts';

export const scheduleNames = ['karras', 'geometric', 'linear-t'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/** What a schedule is made from: `steps` levels from sigmaMax down to sigmaMin (a single one is sigmaMax). */
export interface ScheduleRange {
  readonly steps: number;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
}

/**
 * σ levels, descending, `steps` of them, and a final 0: length steps + 1. A sampler updates once per level, and the
 * update to 0 is the exact Tweedie estimate at σmin.
 * @param rho  exponent of `karras` (7 in the paper).
 * @throws invalid-argument for an unknown name or an impossible range.
 */
export function createSchedule(
  name: ScheduleName,
  options: ScheduleRange & { readonly sde: Sde; readonly rho?: number },
): Float64Array {
  switch (name) {
    case 'karras':
      return karrasSchedule(options, options.rho);
    case 'geometric':
      return geometricSchedule(options);
    case 'linear-t':
      return linearTimeSchedule(options, options.sde);
    default:
      throw invalidArgument('schedule', `one of ${scheduleNames.join(', ')}`, name);
  }
}

/** σᵢ^(1/ρ) equally spaced (Karras et al. 2022, eq. 5). */
export function karrasSchedule(range: ScheduleRange, rho = 7): Float64Array {
  if (!(rho > 0 && Number.isFinite(rho))) throw invalidArgument('rho', 'a positive number', rho);
  return levels(
    range,
    (sigma) => sigma ** (1 / rho),
    (value) => value ** rho,
  );
}

/** ln σᵢ equally spaced (Song & Ermon 2019): what uniform t is for the variance-exploding SDE. */
export function geometricSchedule(range: ScheduleRange): Float64Array {
  return levels(range, Math.log, Math.exp);
}

/** Equally spaced in the time t of `sde` (Song et al. 2021, and the β table of DDPM for `vp`). */
export function linearTimeSchedule(range: ScheduleRange, sde: Sde): Float64Array {
  return levels(
    range,
    (sigma) => sde.timeOf(sigma),
    (t) => sde.sigma(t),
  );
}

/**
 * Checks a list of levels from a caller: positive and strictly descending, then one 0 at the end.
 * @throws invalid-argument
 */
export function assertSchedule(sigmas: ArrayLike<number>): void {
  const last = sigmas.length - 1;
  let valid = last >= 1 && sigmas[last] === 0 && Number.isFinite(sigmas[0]);
  for (let i = 0; i < last && valid; i++) valid = sigmas[i] > sigmas[i + 1];
  if (!valid) {
    throw new LangevinError(
      'invalid-argument',
      `Noise levels must descend from a finite number to a final 0, at least two of them; ` +
        `these do not: ${describeLevels(sigmas)}.`,
    );
  }
}

/** A list of numbers for an error message, shortened in the middle. */
export function describeLevels(sigmas: ArrayLike<number>): string {
  const all = Array.from(sigmas, String);
  return `[${(all.length > 9 ? [...all.slice(0, 4), '…', ...all.slice(-4)] : all).join(', ')}]`;
}

/** `steps` levels equally spaced in `forward(σ)`, the end points exact, and 0. */
function levels(
  { steps, sigmaMin, sigmaMax }: ScheduleRange,
  forward: (sigma: number) => number,
  inverse: (value: number) => number,
): Float64Array {
  if (!Number.isSafeInteger(steps) || steps < 1) throw invalidArgument('steps', 'an integer ≥ 1', steps);
  if (!(sigmaMin > 0)) throw invalidArgument('sigmaMin', 'a positive number', sigmaMin);
  if (!(Number.isFinite(sigmaMax) && sigmaMax > sigmaMin)) {
    throw invalidArgument('sigmaMax', `a finite number above sigmaMin = ${sigmaMin}`, sigmaMax);
  }
  const [from, to] = [forward(sigmaMax), forward(sigmaMin)];
  const out = new Float64Array(steps + 1);
  for (let i = 0; i < steps; i++) out[i] = inverse(from + ((to - from) * i) / Math.max(1, steps - 1));
  out[0] = sigmaMax;
  if (steps > 1) out[steps - 1] = sigmaMin;
  return out;
}
