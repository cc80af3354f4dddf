import type { RestoreProgress, RestoreReport } from '../contract/restore-events.ts';
import type { RestoreOptions } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import type { LinearOperator } from '../operators/operator.ts';
import { MaskOperator } from '../operators/mask.ts';
import { likelihoodMethod } from '../likelihood/registry.ts';
import { whyNot } from '../likelihood/likelihood.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import type { Picture } from '../tensor/picture.ts';
import { inpaint, type RestoredSample } from './inpaint.ts';
import { colourChannels } from './picture-tensor.ts';
import { resolveSampler, type SolverSettings } from './settings.ts';
import { TUNED } from './tuned.ts';

export interface RestoreRequest {
  readonly picture: Picture;
  /** inpaint: height × width as stored, non-zero = restore. */
  readonly mask?: Uint8Array | undefined;
  readonly options: RestoreOptions;
}

export interface RestoreHost {
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

export type RestoreEvent = RestoreProgress | RestoredSample;

/**
 * The one pipeline: restores a picture by sampling the posterior p(x0 | y) of its task. Emits every update and every
 * finished sample; returns the report. The app, the command line and the batch all run through here.
 *
 * @throws nothing-to-do for an empty mask; mask-size; unsupported-combination, with the reason and what would work;
 *   invalid-argument; cancelled within one update of `signal`.
 */
export async function* restore(
  request: RestoreRequest,
  network: ScoreNetwork,
  host: RestoreHost,
): AsyncGenerator<RestoreEvent, RestoreReport> {
  const { picture, mask, options } = request;
  const start = host.now();
  assertChannels(picture, network);
  if (options.task !== 'inpaint') {
    throw new LangevinError('unsupported-combination', `The task ${options.task} is not available yet; inpaint is.`);
  }
  if (mask === undefined) {
    throw new LangevinError(
      'invalid-argument',
      'Inpainting needs a mask: white where the picture is to be restored, the size of the picture.',
    );
  }
  const operator = new MaskOperator([network.manifest.channels, 1, 1], Uint8Array.of(1));
  const settings = chooseSolver(options, operator, 0, network);
  const summary = yield* inpaint(
    { picture, mask, settings, seed: options.seed, samples: options.samples, tile: options.tile },
    network,
    host.now,
    host.signal,
  );
  const { solver, method, ...sampler } = settings;
  return {
    task: options.task,
    model: network.manifest.name,
    provider: network.provider,
    solver,
    settings: { ...sampler, ...method },
    seed: options.seed,
    ...summary,
    seconds: (host.now() - start) / 1000,
  };
}

/**
 * The solver that was asked for, or the best tuned one that can run, with its settings.
 * @throws unsupported-combination when the asked one cannot run here, with the reason and those that can.
 */
export function chooseSolver(
  options: RestoreOptions,
  operator: LinearOperator,
  sigmaY: number,
  network: ScoreNetwork,
): SolverSettings {
  const tuned = TUNED[options.task] ?? [];
  const possible = tuned.find(
    ({ solver }) => whyNot(likelihoodMethod(solver).needs, { operator, sigmaY }, network) === undefined,
  );
  const name = options.solver ?? possible?.solver ?? 'ddnm';
  const method = likelihoodMethod(name);
  const settings = tuned.find(({ solver }) => solver === name)?.settings ?? {};
  const { sde, predictor, corrector, snr, correctorSteps, steps, sigmaMax, schedule, eta } = options;
  const asked = { sde, predictor, corrector, snr, correctorSteps, steps, sigmaMax, schedule, eta };
  return {
    ...resolveSampler(method.sampling, settings, asked),
    solver: name,
    method: settings.method ?? {},
  };
}

function assertChannels(picture: Picture, network: ScoreNetwork): void {
  if (network.manifest.channels === 1 && colourChannels(picture) === 3) {
    throw new LangevinError(
      'unsupported-combination',
      `The model ${network.manifest.name} is for grey pictures and this one has colour; choose a colour model such as photo.`,
    );
  }
}
