import type { SamplingOptions } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import type { SamplingDefaults } from '../likelihood/likelihood.ts';
import { correctorNames, type CorrectorName } from '../sampling/corrector.ts';
import { predictorNames, type PredictorName } from '../sampling/predictors/registry.ts';
import type { ScheduleName } from '../sampling/schedule.ts';
import type { SdeName } from '../sampling/sde.ts';

/** Samplers by the name that `--predictor` takes: a predictor, or annealed Langevin dynamics, which needs none. */
export const samplerNames = [...predictorNames, 'annealed-langevin'] as const;

/** How to walk from σmax to 0, with no defaults left open. */
export interface SamplerSettings {
  readonly sde: SdeName;
  readonly predictor: PredictorName | 'annealed-langevin';
  readonly corrector: CorrectorName;
  /** Corrector updates at each level; 0 with corrector `none`. */
  readonly correctorSteps: number;
  readonly snr: number;
  /** Noise levels, from σmax down to 0. */
  readonly steps: number;
  readonly schedule: ScheduleName;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** Exponent of the Karras schedule. */
  readonly rho: number;
  /** Share of fresh noise in a `ddim` update. */
  readonly eta: number;
}

/** A sampler with the likelihood method that conditions it. */
export interface SolverSettings extends SamplerSettings {
  /** Name of the likelihood method. */
  readonly solver: string;
  /** Options of the likelihood method itself. */
  readonly method: Readonly<Record<string, number | boolean | string>>;
}

/** Tuned values of a task, on top of what the method itself suggests. */
export type TunedSettings = Partial<Omit<SolverSettings, 'solver'>>;

const BASE: SamplerSettings = {
  sde: 'edm',
  predictor: 'ddim',
  corrector: 'none',
  correctorSteps: 0,
  snr: 0.16,
  steps: 50,
  schedule: 'karras',
  sigmaMin: 0.01,
  sigmaMax: 80,
  rho: 7,
  eta: 1,
};

/**
 * Joins, in rising priority, the program's base settings, the method's suggestion, the tuned values of the task and
 * what the user asked for.
 * @throws invalid-argument for names that do not exist, listing those that do.
 */
export function resolveSampler(
  suggested: Partial<SamplingDefaults>,
  tuned: TunedSettings,
  asked: Omit<SamplingOptions, 'seed' | 'samples' | 'solver'>,
): SamplerSettings {
  const { correctorSteps, ...others } = asked;
  const joined = { ...BASE, ...suggested, ...tuned, ...withoutUndefined(others) };
  const corrector = nameOf('corrector', joined.corrector, correctorNames);
  return {
    sde: joined.sde,
    schedule: joined.schedule,
    snr: joined.snr,
    steps: joined.steps,
    sigmaMin: Math.min(joined.sigmaMin, joined.sigmaMax / 2),
    sigmaMax: joined.sigmaMax,
    rho: joined.rho,
    eta: joined.eta,
    predictor: nameOf('predictor', joined.predictor, samplerNames),
    corrector,
    correctorSteps: corrector === 'none' ? 0 : (correctorSteps ?? Math.max(1, joined.correctorSteps)),
  };
}

function nameOf<Name extends string>(what: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) {
    throw new LangevinError(
      'invalid-argument',
      `There is no ${what} named ${JSON.stringify(value)}; the known ones are ${names.join(', ')}.`,
    );
  }
  return found;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Given<T>;
}
