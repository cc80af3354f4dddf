import type { RestoreReport } from '../contract/restore-events.ts';
import { presetsOf, type RestoreOptions, type Task } from '../contract/restore-options.ts';
import { LangevinError } from '../errors.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import type { Picture } from '../tensor/picture.ts';
import { reportedSettings, type SolverSettings } from './settings.ts';
import { CALIBRATED, deviationOptions, SHARE_OF_SAMPLES } from './calibrated.ts';
import { ContactSheet } from './contact-sheet.ts';
import { estimateNoise } from './noise-level.ts';
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
import { sampledRows } from './sampled-rows.ts';
import { weakened, weakens, type Strength } from './strength.ts';
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
  assertSteerable(request);
  const start = host.now();
  const noise = estimatedNoise(request);
  const known = noise === undefined ? request : { ...request, options: { ...options, noise } };
  const summary = yield* run(known, network, host);
  const { solver } = summary;
  const { windows, paintedPixels, nfe, vjps, measured, deviation } = summary;
  return {
    task: options.task,
    options,
    model: network?.manifest.name ?? 'none',
    provider: network?.provider ?? 'none',
    solver: solver?.solver ?? 'fill',
    settings: solver === undefined ? {} : reported(solver),
    seed: options.seed,
    ...{ windows, paintedPixels, nfe, vjps },
    measured: { ...measured, ...(noise === undefined ? {} : { noise, noiseEstimated: 1 }) },
    seconds: (host.now() - start) / 1000,
    ...(deviation === undefined ? {} : { deviation }),
  };
}

function reported({ solver: _name, ...settings }: SolverSettings): RestoreReport['settings'] {
  return reportedSettings(settings);
}

/**
 * σ of the picture's noise on 0…255, where it is to be estimated.
 * @throws invalid-argument beside a noise that is given; unsupported-combination for sinograms.
 */
function estimatedNoise(request: RestoreRequest): number | undefined {
  const { estimateNoise: isAsked, noise, task } = request.options;
  if (isAsked !== true) return undefined;
  if (noise !== undefined) {
    throw new LangevinError('invalid-argument', `The noise is given as ${noise} and also to be estimated; choose one.`);
  }
  if (task === 'reconstruct' || !('picture' in request)) {
    throw new LangevinError(
      'unsupported-combination',
      'The noise of a sinogram is not estimated: give it in its own unit, pixels of water (--noise 0.02).',
    );
  }
  if (task === 'compound') {
    throw new LangevinError(
      'unsupported-combination',
      'The noise of several damages is one of them: --damage "noise=auto".',
    );
  }
  return 127.5 * estimateNoise(sampledRows(request.picture));
}

/** @throws unsupported-combination for what steers other tasks than this one */
function assertSteerable(request: RestoreRequest): void {
  const { task, strength } = request.options;
  if (task === 'reconstruct' && strength !== undefined) {
    throw new LangevinError(
      'unsupported-combination',
      'A slice that is reconstructed has no picture before to lie nearer to; leave the strength out.',
    );
  }
  if ('picture' in request && request.hints !== undefined && task !== 'colorize') {
    throw new LangevinError(
      'unsupported-combination',
      `Colour hints say which colours a grey picture had, and the task ${task} has no use for them; choose colorize.`,
    );
  }
}

/** False where the options ask for a fill without a network. */
export function needsNetwork({ preset }: RestoreOptions): boolean {
  return preset !== 'instant';
}

/** @throws unsupported-combination for a preset that the task does not have */
function assertPreset({ task, preset = 'balanced' }: RestoreOptions): void {
  const offered = presetsOf(task);
  if (preset === 'best' || offered.includes(preset)) return;
  throw new LangevinError(
    'unsupported-combination',
    `The task ${task} has no preset ${preset}; choose ${offered.join(' or ')}.`,
  );
}

function run(
  request: RestoreRequest,
  network: ScoreNetwork | undefined,
  host: RestoreHost,
): AsyncGenerator<RestoreEvent, Reported> {
  const { task } = request.options;
  if (!needsNetwork(request.options)) {
    if ('picture' in request && task === 'inpaint') {
      return withStatistics(
        request,
        host,
        (_options, own) => steered(request, own, (host) => instantTask(request, host)),
        undefined,
      );
    }
    throw new LangevinError(
      'unsupported-combination',
      `The preset instant fills holes and cannot ${task}; choose balanced or best.`,
    );
  }
  assertPreset(request.options);
  if (network === undefined) throw new LangevinError('internal', `The task ${task} was started without a network.`);
  if (task === 'reconstruct') return reconstructTask(scanOf(request), network, host);
  if (!('picture' in request)) {
    throw new LangevinError('invalid-argument', `The task ${task} needs a picture, not a sinogram.`);
  }
  assertChannels(request.picture, network);
  const calibrated = host.tuned === undefined ? deviationOptions(request.options, network) : undefined;
  return withStatistics(
    request,
    host,
    (options, own) => steered(request, own, (host) => taskOn({ ...request, options }, network, host)),
    calibrated,
  );
}

/** A task, at less than its full strength where that is asked for. */
function steered(
  { picture, strengthMap, options }: PictureRequest,
  host: RestoreHost,
  task: (host: RestoreHost) => AsyncGenerator<RestoreEvent, TaskSummary>,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  const strength: Strength = { all: options.strength ?? 1, map: strengthMap };
  // The picture as it was is still needed.
  return weakens(strength) ? weakened(task({ ...host, ownsPicture: false }), picture, strength) : task(host);
}

function taskOn(
  request: PictureRequest,
  network: ScoreNetwork,
  host: RestoreHost,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  const { mask, options } = request;
  const task = pictureTasks[options.task as Exclude<Task, 'reconstruct'>];
  return MASK_IS_DAMAGE.includes(options.task) || mask === undefined
    ? task(request, network, host)
    : restoreWithinMask(task, { ...request, mask }, network, host);
}

interface Reported extends TaskSummary {
  readonly deviation?: RestoreReport['deviation'];
}

/**
 * The events of a task and, of several samples, their mean, the posterior's deviation and interval, and the contact
 * sheet. With `calibrated` options the deviation is that of as many samples by a sampler of CALIBRATED.
 */
async function* withStatistics(
  { picture, options, mask }: PictureRequest,
  host: RestoreHost,
  task: (options: RestoreOptions, host: RestoreHost) => AsyncGenerator<RestoreEvent, TaskSummary>,
  calibrated: RestoreOptions | undefined,
): AsyncGenerator<RestoreEvent, Reported> {
  if (host.companions === false) return yield* task(options, host);
  const share = calibrated === undefined ? 1 : (SHARE_OF_SAMPLES[options.task] ?? 0.5);
  // Of an enlarged picture the mask has another size; of several damages it is but one.
  const where = ['super-resolve', 'compound'].includes(options.task) ? undefined : mask;
  const samples = new PicturePosterior(where);
  const sheet = options.contactSheet ? new ContactSheet() : undefined;
  if (where !== undefined) sheet?.addMarked(picture, where);
  const start = host.now();
  const first = yield* followed(
    task(options, host),
    { start: 0, share, host, since: start },
    (picture) => {
      if (options.samples > 1) samples.add(picture);
      sheet?.add(picture);
    },
    true,
  );
  let summary: Reported = first;
  if (options.samples > 1) {
    yield { type: 'companion', name: 'mean', picture: samples.mean() };
    let deviating = samples;
    let source = first;
    if (calibrated !== undefined) {
      deviating = new PicturePosterior(where);
      const run = task(calibrated, { ...host, tuned: CALIBRATED });
      const place = { start: share, share: 1 - share, host, since: start, before: first };
      source = yield* followed(run, place, (picture) => deviating.add(picture), false);
      summary = { ...first, nfe: first.nfe + source.nfe, vjps: first.vjps + source.vjps };
    }
    yield { type: 'companion', name: 'std', picture: deviating.standardDeviation() };
    yield { type: 'companion', name: 'interval', picture: deviating.interval() };
    if (source.solver !== undefined) {
      const deviation = { calibrated: calibrated !== undefined, solver: source.solver.solver };
      summary = { ...summary, deviation: { ...deviation, settings: reported(source.solver) } };
    }
  }
  if (sheet !== undefined) yield { type: 'companion', name: 'sheet', picture: sheet.picture() };
  return summary;
}

interface Part {
  /** Of the whole work, 0…1. */
  readonly start: number;
  readonly share: number;
  readonly host: RestoreHost;
  readonly since: number;
  readonly before?: Pick<TaskSummary, 'nfe' | 'vjps'>;
}

/** A task as a part of the whole work; `passing`: whether its samples are results. */
async function* followed(
  run: AsyncGenerator<RestoreEvent, TaskSummary>,
  { start, share, host, since, before }: Part,
  add: (picture: Picture) => void,
  passing: boolean,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
    const event = next.value;
    if (event.type === 'step') {
      const fraction = start + share * event.fraction;
      const elapsedMs = host.now() - since;
      yield {
        ...event,
        fraction,
        elapsedMs,
        etaMs: fraction > 0 ? (elapsedMs * (1 - fraction)) / fraction : event.etaMs,
        nfe: (before?.nfe ?? 0) + event.nfe,
        vjps: (before?.vjps ?? 0) + event.vjps,
      };
      continue;
    }
    if (event.type === 'sample') add(event.picture);
    if (passing || event.type === 'companion') yield event;
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
