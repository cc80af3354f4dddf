import type { RestoreOptions } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import { whyNot } from '../likelihood/likelihood.ts';
import { applicableMethods, likelihoodMethod } from '../likelihood/registry.ts';
import type { LinearOperator } from '../operators/operator.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { resolveSampler, type SolverSettings } from './settings.ts';
import { TUNED, type TunedTable } from './tuned.ts';

/**
 * The solver that was asked for, or the best tuned one that can run, with its settings.
 * @param table  the defaults of the tasks.
 * @throws unsupported-combination when the asked one cannot run here, with the reason and those that can.
 */
export function chooseSolver(
  options: RestoreOptions,
  operator: LinearOperator,
  sigmaY: number,
  network: ScoreNetwork,
  table: TunedTable = TUNED,
): SolverSettings {
  const measurement = { operator, sigmaY };
  const tuned = table[options.task] ?? [];
  const possible = tuned.find(
    ({ solver }) => whyNot(likelihoodMethod(solver).needs, measurement, network) === undefined,
  );
  const name = options.solver ?? possible?.solver ?? 'ddnm';
  const method = likelihoodMethod(name);
  const reason = whyNot(method.needs, measurement, network);
  if (reason !== undefined) {
    const others = applicableMethods(measurement, network).join(', ');
    throw new LangevinError('unsupported-combination', `${name} ${reason}. These solvers work here: ${others}.`);
  }
  const settings = tuned.find(({ solver }) => solver === name)?.settings ?? {};
  const { sde, predictor, corrector, snr, correctorSteps, steps, sigmaMax, schedule, eta } = options;
  const asked = { sde, predictor, corrector, snr, correctorSteps, steps, sigmaMax, schedule, eta };
  return {
    ...resolveSampler(method.sampling, settings, asked),
    solver: name,
    method: settings.method ?? {},
  };
}
