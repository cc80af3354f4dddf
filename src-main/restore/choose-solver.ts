import { SAMPLER_OPTIONS, type RestoreOptions } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import { whyNot } from '../likelihood/likelihood.ts';
import { applicableMethods, checkMethodOptions, likelihoodMethod } from '../likelihood/registry.ts';
import type { LinearOperator } from '../operators/operator.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { resolveSampler, type SolverSettings, type TunedSettings } from './settings.ts';
import { BEST, tunedFor, type TunedSolver, type TunedTable } from './tuned.ts';
import type { AskedSampler } from './unused-options.ts';

/**
 * The solver that was asked for, or the best tuned one that can run, with its settings.
 * @param table  the defaults of the tasks; absent: those that are tuned for what is asked.
 * @throws unsupported-combination when the asked one cannot run here, with the reason and those that can.
 */
export function chooseSolver(
  options: RestoreOptions,
  operator: LinearOperator,
  sigmaY: number,
  network: ScoreNetwork,
  table: TunedTable = tunedFor(options),
): SolverSettings {
  const measurement = { operator, sigmaY };
  const tuned = table[options.task] ?? [];
  const possible = tuned.find(({ solver, isClosed }) => {
    const { needs, isPointEstimate } = likelihoodMethod(solver);
    if (isPointEstimate && options.samples > 1) return false;
    return (!isClosed || solvesDirectly(operator)) && whyNot(needs, measurement, network) === undefined;
  });
  const name = options.solver ?? possible?.solver ?? 'ddnm';
  const method = likelihoodMethod(name);
  const reason = whyNot(method.needs, measurement, network);
  if (reason !== undefined) {
    const others = applicableMethods(measurement, network).join(', ');
    throw new LangevinError('unsupported-combination', `${name} ${reason}. These solvers work here: ${others}.`);
  }
  const entry = tuned.find(({ solver }) => solver === name);
  const settings = { ...entry?.settings, ...effort(options, entry) };
  const own = { ...settings.method, ...options.methodOptions };
  const checked = checkMethodOptions(method, own);
  const asked = Object.fromEntries(SAMPLER_OPTIONS.map((option) => [option, options[option]])) as AskedSampler;
  const suggested = { ...method.sampling, ...method.samplingFor?.(operator) };
  const updates = method.hasOwnUpdate(measurement, checked) ? name : undefined;
  return {
    ...resolveSampler(suggested, settings, asked, updates, network.manifest),
    solver: name,
    method: own,
    // The mean of an ensemble is no sample: several samples are drawn one by one unless it is asked for.
    ensemble: options.ensemble ?? (options.samples > 1 ? 1 : (settings.ensemble ?? 1)),
    evidence: settings.evidence ?? false,
  };
}

/** What the preset changes of the tuned settings. */
function effort({ preset }: RestoreOptions, entry: TunedSolver | undefined): TunedSettings {
  if (preset === 'best' || preset === 'faithful') return entry?.best ?? BEST;
  return preset === 'fast' ? (entry?.fast ?? {}) : {};
}

/** Whether linear systems of the operator are solved in closed form, or nearly: a blur by a few preconditioned steps. */
function solvesDirectly({ spectrum, rowGram, name }: LinearOperator): boolean {
  return spectrum !== undefined || rowGram !== undefined || name === 'blur';
}
