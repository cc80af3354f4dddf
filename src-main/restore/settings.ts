import { LangevinError } from '../errors.ts';
import type { SamplingDefaults } from '../likelihood/likelihood.ts';
import type { Manifest } from '../prior/manifest.ts';
import { assertFollows } from '../sampling/annealed-langevin.ts';
import type { EnsembleSize } from '../prior/symmetric.ts';
import { correctorNames } from '../sampling/corrector.ts';
import { predictorNames } from '../sampling/predictors/registry.ts';
import { noiseLevels } from './noise-levels.ts';
import type { SamplerSettings } from './sampler-settings.ts';
import { refuseUnusedOptions, type AskedSampler } from './unused-options.ts';

/** Samplers by the name that `--predictor` takes: a predictor, or annealed Langevin dynamics, which needs none. */
export const samplerNames = [...predictorNames, 'annealed-langevin'] as const;

/** A sampler with the likelihood method that conditions it. */
export interface SolverSettings extends SamplerSettings {
  /** Name of the likelihood method. */
  readonly solver: string;
  /** Options of the likelihood method itself. */
  readonly method: Readonly<Record<string, number | boolean | string | null>>;
  /** The result is the mean of runs with the network seen through so many symmetries. */
  readonly ensemble: EnsembleSize;
  /** inpaint: the fill is a second measurement of the hole, not only where the run starts. */
  readonly evidence: boolean;
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
  eta: 0,
  sdeOptions: {},
  langevinSteps: 3,
  langevinStep: 0.7,
  rtol: 1e-4,
  atol: 1e-4,
};

/**
 * Ratio of neighbouring levels that annealed Langevin follows with BASE's T and α: 150 levels from 80 to .005, where the
 * variance of an exact Gaussian comes out at 1.08 of the truth (test/restore/settings.test.ts).
 */
const LANGEVIN_RATIO = (80 / 0.005) ** (1 / 149);

/**
 * Joins, in rising priority, the program's base settings, the method's suggestion, the tuned values of the task and
 * what the user asked for.
 * @param method  name of a likelihood method with its own update, for which a predictor has no meaning.
 * @param known  noise levels of the network: no run begins above them.
 * @throws invalid-argument for names that do not exist, listing those that do, for an impossible range, and for levels
 *           asked for that the network does not know;
 *         unsupported-combination for an option that would change nothing.
 */
export function resolveSampler(
  suggested: Partial<SamplingDefaults>,
  tuned: TunedSettings,
  asked: AskedSampler,
  method?: string,
  known: NoiseRange = { sigmaMin: 0, sigmaMax: Infinity },
): SamplerSettings {
  assertKnownLevels(asked, known);
  const { correctorSteps, ...others } = asked;
  const unbounded = { ...BASE, ...suggested, ...tuned, ...withoutUndefined(others) };
  const joined = { ...unbounded, sigmaMax: Math.min(unbounded.sigmaMax, known.sigmaMax) };
  const predictor = nameOf('predictor', joined.predictor, samplerNames);
  const corrector = predictor === 'annealed-langevin' ? 'none' : nameOf('corrector', joined.corrector, correctorNames);
  const sigmaMin = asked.sigmaMin ?? Math.min(joined.sigmaMin, joined.sigmaMax / 2);
  if (sigmaMin >= joined.sigmaMax) {
    throw new LangevinError(
      'invalid-argument',
      `The lowest noise level ${sigmaMin} must be below the highest, ${joined.sigmaMax}.`,
    );
  }
  const settings: SamplerSettings = {
    sde: joined.sde,
    sdeOptions: joined.sdeOptions,
    schedule: joined.schedule,
    snr: joined.snr,
    steps: joined.steps,
    sigmaMin,
    sigmaMax: joined.sigmaMax,
    rho: joined.rho,
    eta: joined.eta,
    predictor,
    corrector,
    correctorSteps: corrector === 'none' ? 0 : (correctorSteps ?? Math.max(1, joined.correctorSteps)),
    langevinSteps: joined.langevinSteps,
    langevinStep: joined.langevinStep,
    rtol: joined.rtol,
    atol: joined.atol,
    ...(predictor === 'annealed-langevin' && method === undefined
      ? langevinLevels(sigmaMin, joined.sigmaMax, asked)
      : {}),
  };
  refuseUnusedOptions(asked, settings, method);
  const levels = noiseLevels(settings);
  if (predictor === 'annealed-langevin' && method === undefined) {
    assertFollows(levels, settings.langevinSteps, settings.langevinStep);
  }
  return settings;
}

/** Noise levels that a network was trained on, as its manifest says. */
export type NoiseRange = Pick<Manifest, 'sigmaMin' | 'sigmaMax'>;

/** What is asked for is done or refused: @throws invalid-argument for a noise level that the network does not know. */
export function assertKnownLevels(asked: Pick<AskedSampler, 'sigmaMin' | 'sigmaMax'>, known: NoiseRange): void {
  for (const [name, level] of [
    ['highest', asked.sigmaMax],
    ['lowest', asked.sigmaMin],
  ] as const) {
    if (level === undefined || (level >= known.sigmaMin && level <= known.sigmaMax)) continue;
    throw new LangevinError(
      'invalid-argument',
      `The ${name} noise level ${level} is not among those that this network knows, ${known.sigmaMin} to ` +
        `${known.sigmaMax}; choose one of these, or another model.`,
    );
  }
}

/** Annealed Langevin follows many close levels, whatever suits the predictors of a task. */
function langevinLevels(
  sigmaMin: number,
  sigmaMax: number,
  { schedule = 'geometric', steps }: AskedSampler,
): Pick<SamplerSettings, 'schedule' | 'steps'> {
  const enough = Math.ceil(Math.log(sigmaMax / sigmaMin) / Math.log(LANGEVIN_RATIO) - 1e-9) + 1;
  return { schedule, steps: steps ?? enough };
}

/** The settings as flat values for reports: SDE parameters as `sde.name`, what the sampler has no use for left out. */
export function reportedSettings({
  sdeOptions,
  langevinSteps,
  langevinStep,
  rtol,
  atol,
  method,
  ...others
}: SamplerSettings & { readonly method?: SolverSettings['method'] }): Record<string, string | number | boolean> {
  const parameters = Object.entries(sdeOptions).map(([name, value]) => [`sde.${name}`, value] as const);
  const own = Object.entries(method ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries([
    ...Object.entries(others),
    ...(others.predictor === 'annealed-langevin' ? Object.entries({ langevinSteps, langevinStep }) : []),
    ...(others.predictor === 'rk45' ? Object.entries({ rtol, atol }) : []),
    ...parameters,
    ...own,
  ]) as Record<string, string | number | boolean>;
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
