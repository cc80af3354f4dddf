import type { RestoreReport } from '../contract/restore-events.ts';
import type { RestoreOptions, Task } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import type { Picture } from '../tensor/picture.ts';
import { reportedSettings, type SolverSettings } from './settings.ts';
import { ContactSheet } from './contact-sheet.ts';
import { colourChannels } from './picture-tensor.ts';
import { PicturePosterior } from './posterior.ts';
import type {
  PictureRequest,
  RestoreEvent,
  RestoreHost,
  RestoreRequest,
  ScanRequest,
  TaskRunner,
  TaskSummary,
} from './request.ts';
import { colorizeTask } from './tasks/colorize.ts';
import { compoundTask } from './tasks/compound.ts';
import { deblurTask } from './tasks/deblur.ts';
import { denoiseTask } from './tasks/denoise.ts';
import { inpaintTask } from './tasks/inpaint.ts';
import { instantTask } from './tasks/instant.ts';
import { reconstructTask } from './tasks/reconstruct.ts';
import { superResolveTask } from './tasks/super-resolve.ts';
import { restoreWithinMask } from './within-mask.ts';

export type * from './request.ts';
export { chooseSolver } from './choose-solver.ts';

/** The tasks on pictures; a task is added by its file and a line here. */
const pictureTasks: Readonly<Record<Exclude<Task, 'reconstruct'>, TaskRunner<PictureRequest>>> = {
  inpaint: inpaintTask,
  colorize: colorizeTask,
  'super-resolve': superResolveTask,
  deblur: deblurTask,
  denoise: denoiseTask,
  compound: compoundTask,
};

/** Tasks to which a mask says what is missing; others change nothing else. */
const MASK_IS_DAMAGE: readonly Task[] = ['inpaint', 'compound'];

/**
 * The one pipeline: restores a picture, or reconstructs a slice from a scan, by sampling the posterior p(x0 | y) of its
 * task. Emits every update, every finished sample and, of two samples or more, their mean and standard deviation;
 * returns the report. The app, the command line and the batch all run through here.
 *
 * @param network  undefined where `needsNetwork` says that none is asked.
 * @throws nothing-to-do for an empty mask; mask-size; unsupported-combination, with the reason and what would work;
 *   invalid-argument; cancelled within one update of `signal`.
 */
export async function* restore(
  request: RestoreRequest,
  network: ScoreNetwork | undefined,
  host: RestoreHost,
): AsyncGenerator<RestoreEvent, RestoreReport> {
  const { options } = request;
  const start = host.now();
  const summary = yield* run(request, network, host);
  const { solver } = summary;
  const { windows, paintedPixels, nfe, vjps, measured } = summary;
  return {
    task: options.task,
    options,
    model: network?.manifest.name ?? 'none',
    provider: network?.provider ?? 'none',
    solver: solver?.solver ?? 'fill',
    settings: solver === undefined ? {} : reported(solver),
    seed: options.seed,
    ...{ windows, paintedPixels, nfe, vjps, measured },
    seconds: (host.now() - start) / 1000,
  };
}

function reported({ solver: _name, ...settings }: SolverSettings): RestoreReport['settings'] {
  return reportedSettings(settings);
}

/** False where the options ask for a fill without a network. */
export function needsNetwork({ preset }: RestoreOptions): boolean {
  return preset !== 'instant';
}

function run(
  request: RestoreRequest,
  network: ScoreNetwork | undefined,
  host: RestoreHost,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  const { task } = request.options;
  if (!needsNetwork(request.options)) {
    if ('picture' in request && task === 'inpaint') return withStatistics(request, instantTask(request, host));
    throw new LangevinError(
      'unsupported-combination',
      `The preset instant fills holes and cannot ${task}; choose balanced or best.`,
    );
  }
  if (network === undefined) throw new LangevinError('internal', `The task ${task} was started without a network.`);
  if (task === 'reconstruct') return reconstructTask(scanOf(request), network, host);
  if (!('picture' in request)) {
    throw new LangevinError('invalid-argument', `The task ${task} needs a picture, not a sinogram.`);
  }
  assertChannels(request.picture, network);
  const { mask } = request;
  const events =
    MASK_IS_DAMAGE.includes(task) || mask === undefined
      ? pictureTasks[task](request, network, host)
      : restoreWithinMask(pictureTasks[task], { ...request, mask }, network, host);
  return withStatistics(request, events);
}

/** Adds the posterior mean and standard deviation, and the contact sheet, to the events of a task. */
async function* withStatistics(
  { mask, options }: PictureRequest,
  events: AsyncGenerator<RestoreEvent, TaskSummary>,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  const posterior =
    // Of an enlarged picture the mask has another size; of several damages it is but one.
    options.samples > 1
      ? new PicturePosterior(['super-resolve', 'compound'].includes(options.task) ? undefined : mask)
      : undefined;
  const sheet = options.contactSheet ? new ContactSheet() : undefined;
  for (;;) {
    const next = await events.next();
    if (next.done) {
      if (posterior !== undefined) {
        yield { type: 'companion', name: 'mean', picture: posterior.mean() };
        yield { type: 'companion', name: 'std', picture: posterior.standardDeviation() };
      }
      if (sheet !== undefined) yield { type: 'companion', name: 'sheet', picture: sheet.picture() };
      return next.value;
    }
    if (next.value.type === 'sample') {
      posterior?.add(next.value.picture);
      sheet?.add(next.value.picture);
    }
    yield next.value;
  }
}

function scanOf(request: RestoreRequest): ScanRequest {
  if ('scan' in request) return request;
  throw new LangevinError('invalid-argument', 'The task reconstruct needs a sinogram, or a slice to measure.');
}

function assertChannels(picture: Picture, network: ScoreNetwork): void {
  if (network.manifest.channels === 1 && colourChannels(picture) === 3) {
    throw new LangevinError(
      'unsupported-combination',
      `The model ${network.manifest.name} is for grey pictures and this one has colour; choose a colour model such as photo.`,
    );
  }
}
