import type { SamplingOptions } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import { sdeDependentNames, stochasticityNames } from '../sampling/predictors/registry.ts';
import type { SamplerSettings } from './sampler-settings.ts';

/** Options of sampling as a person asks for them. */
export type AskedSampler = Omit<SamplingOptions, 'seed' | 'samples' | 'solver'>;

/** How people write an option, by its name in the contract. */
const FLAGS: Readonly<Partial<Record<keyof AskedSampler, string>>> = {
  correctorSteps: '--corrector-steps',
  sdeOptions: '--sde-option',
  langevinSteps: '--langevin-steps',
  langevinStep: '--langevin-step',
};

/**
 * An option that a sampler does not use would change nothing without a word, so it is refused.
 *
 * @param asked    what was asked for, without the defaults.
 * @param sampler  the settings that came of it.
 * @param method   name of a likelihood method with its own update, which takes the place of predictor and corrector.
 * @throws unsupported-combination, naming the option and what has a use for it.
 */
export function refuseUnusedOptions(asked: AskedSampler, sampler: SamplerSettings, method: string | undefined): void {
  for (const [option, why] of unusedOptions(sampler, method)) {
    const value = asked[option];
    if (value === undefined || (option === 'corrector' && value === 'none')) continue;
    const flag = FLAGS[option] ?? `--${option}`;
    const written = typeof value === 'object' ? flag : `${flag} ${value}`;
    throw new LangevinError('unsupported-combination', `${written} would change nothing: ${why}. Leave it out.`);
  }
}

/**
 * Options of sampling that would change nothing, each with why.
 * @param sampler  the settings that are used.
 * @param method   see `refuseUnusedOptions`.
 */
export function* unusedOptions(
  sampler: SamplerSettings,
  method: string | undefined,
): Generator<readonly [keyof AskedSampler, string]> {
  const { predictor, corrector, schedule } = sampler;
  const has = (names: readonly string[], name: string): boolean => names.includes(name);
  if (method !== undefined) {
    const own = `${method} has its own update and no`;
    yield ['predictor', `${own} predictor`];
    yield ['corrector', `${own} corrector`];
    yield ['eta', `${own} predictor; what it can be told are its own options (langevin solvers ${method})`];
    yield ['langevinSteps', `${own} predictor`];
    yield ['langevinStep', `${own} predictor`];
    yield ['rtol', `${own} predictor`];
    yield ['atol', `${own} predictor`];
  } else if (predictor === 'annealed-langevin') {
    yield ['corrector', 'annealed-langevin has no corrector: every update of it is one'];
    yield ['eta', 'annealed-langevin has no η; its step is --langevin-step'];
  } else {
    const forLangevin = `it belongs to --predictor annealed-langevin, and the predictor is ${predictor}`;
    yield ['langevinSteps', forLangevin];
    yield ['langevinStep', forLangevin];
    if (!has(stochasticityNames, predictor)) {
      yield ['eta', `the predictor ${predictor} has no η; ${stochasticityNames.join(' and ')} have`];
    }
  }
  if (method === undefined && predictor !== 'rk45') {
    const forSolver = `it belongs to --predictor rk45, and the predictor is ${predictor}`;
    yield ['rtol', forSolver];
    yield ['atol', forSolver];
  }
  const isCorrected = method === undefined && predictor !== 'annealed-langevin' && corrector !== 'none';
  if (!isCorrected) {
    yield ['snr', 'there is no corrector'];
    yield ['correctorSteps', 'there is no corrector'];
  }
  const usesSde = schedule === 'linear-t' || isCorrected || (method === undefined && has(sdeDependentNames, predictor));
  if (!usesSde) {
    const walker = method ?? predictor;
    const why = `${walker} is the same for every SDE on the schedule ${schedule}`;
    const remedy = `${sdeDependentNames.join(', ')}, a corrector and the schedule linear-t depend on it`;
    yield ['sde', `${why}; ${remedy}`];
    yield ['sdeOptions', `${why}; ${remedy}`];
  }
  if (schedule !== 'karras') yield ['rho', `the schedule ${schedule} has no exponent; karras has`];
}
