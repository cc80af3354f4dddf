import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type {
  ResultInfo,
  RunFrame,
  RunProblem,
  RunRequest,
  RunSnapshot,
  RunStatus,
  RunStep,
} from '../../src-main/contract/app/runs.ts';
import type { RestoreReport } from '../../src-main/contract/restore-events.ts';
import { enlargementOf, type Task } from '../../src-main/contract/restore-options.ts';
import { toLangevinError } from '../../src-main/errors.ts';
import { t } from '../i18n/translate.svelte.ts';
import { KeptFrames } from '../live/kept-frames.ts';

/** A view that does not draw within this time, for instance in a hidden window, no longer holds the next frame back. */
const DRAWING_MS = 500;

/** The runs of a picture. */
export interface RunHistory {
  /** A run has begun. */
  add(run: RunModel): void;
  ended(run: RunModel): void;
  /** Takes in what the host knows of runs that have ended. */
  take(snapshots: readonly RunSnapshot[]): void;
  of(run: string): RunModel | undefined;
}

/** What shows a run: an open picture. */
export interface RunTarget {
  run: RunModel | undefined;
  /** Keeps what runs have made; absent: a newer result takes the place of the one before. */
  readonly history?: RunHistory | undefined;
  stage: 'edit' | 'live' | 'result';
}

/** A run of the engine as the window follows it: steps, frames, results and how it ended. */
export class RunModel {
  readonly id: string;
  /** What was asked for; unknown when the run was found after a reload. */
  readonly request: RunRequest | undefined;
  /** The run before, whose results are shown as long as this one has none. */
  previous: RunModel | undefined = $state.raw();
  status: RunStatus = $state('waiting');
  /** Cancelling has been asked for. */
  isCancelling = $state(false);
  steps: readonly RunStep[] = $state.raw([]);
  /** For scrubbing; see `KeptFrames`. */
  frames: readonly RunFrame[] = $state.raw([]);
  results: readonly ResultInfo[] = $state.raw([]);
  notices: readonly string[] = $state.raw([]);
  report: RestoreReport | undefined = $state.raw();
  problem: RunProblem | undefined = $state.raw();
  /** Called once when the run has ended. */
  onEnd: () => void = () => undefined;
  readonly #client: AppClient;
  #kept: KeptFrames;
  readonly #endings: (() => void)[];
  #task: Task | undefined;
  #crop: RunSnapshot['crop'] = $state.raw();
  #file: string | undefined;
  #viewers = 0;
  #drawingTimer: ReturnType<typeof setTimeout> | undefined;
  #isFrameOpen = false;

  constructor(
    client: AppClient,
    id: string,
    start: { readonly request?: RunRequest; readonly previous?: RunModel; readonly frameBudget?: number } = {},
  ) {
    this.id = id;
    this.request = start.request;
    this.previous = start.previous;
    this.#client = client;
    this.#kept = new KeptFrames(start.frameBudget);
    // Hosts may tell the present state at once, which is nothing to catch up on.
    let isSubscribed = false;
    this.#endings = [
      client.onEvent((event) => this.receive(event)),
      client.onConnection((state) => isSubscribed && state === 'open' && void this.refresh()),
    ];
    isSubscribed = true;
  }

  /** What was run, as far as it is known; undefined shortly after a reload. */
  get task(): Task | undefined {
    return this.request?.options.task ?? this.report?.task ?? this.#task;
  }

  /** Of which file. */
  get file(): string | undefined {
    return this.request?.file ?? this.#file;
  }

  /** The part of the picture that a preview restores; undefined for a run of the whole. */
  get crop(): RunSnapshot['crop'] {
    return this.request?.crop ?? this.#crop;
  }

  /** How much larger the frames' coordinates are than the picture's. */
  get scale(): number {
    const options = this.request?.options;
    // What ran before this page was opened: the report says only the task.
    if (options === undefined) return this.task === 'super-resolve' ? 2 : 1;
    return enlargementOf(options);
  }

  get isActive(): boolean {
    return this.status === 'waiting' || this.status === 'running';
  }

  get lastStep(): RunStep | undefined {
    return this.steps.at(-1);
  }

  /** 0…1. */
  get fraction(): number {
    return this.status === 'done' ? 1 : (this.lastStep?.fraction ?? 0);
  }

  /** The newest run, this one or one before it, that has made something. */
  get withResults(): RunModel | undefined {
    return this.results.length > 0 ? this : this.previous?.withResults;
  }

  /** Asks the host to stop between steps; the end comes as an event. */
  async cancel(): Promise<void> {
    if (!this.isActive) return;
    this.isCancelling = true;
    await this.#client.call('cancelRun', { run: this.id });
  }

  /** Takes what the host says of this run; events of others are left alone. */
  receive(event: AppEvent): void {
    if (!('run' in event) || event.run !== this.id) return;
    switch (event.type) {
      case 'run-step':
        if (this.isActive) this.status = 'running';
        this.#addStep(event.step);
        break;
      case 'run-frame':
        this.#addFrame(event.frame);
        break;
      case 'run-notice':
        this.notices = [...this.notices, event.message];
        break;
      case 'run-result':
        this.#addResult(event.result);
        break;
      case 'run-end':
        if (event.status === 'done') this.report = event.report;
        if (event.status === 'failed') this.problem = event.problem;
        this.#end(event.status);
    }
  }

  /** Brings this model up to what the host knows, after a reload or a lost connection. */
  async refresh(): Promise<void> {
    try {
      this.take(await this.#client.call('readRun', { run: this.id }));
    } catch (error) {
      // Otherwise the connection broke again, and opens again.
      if (toLangevinError(error).code !== 'file-not-found' || !this.isActive) return;
      this.problem = { code: 'engine-crashed', message: t('app.run-forgotten') };
      this.#end('failed');
    }
  }

  take(snapshot: RunSnapshot): void {
    // It ended while the snapshot was on its way.
    if (!this.isActive) return;
    this.#task = snapshot.task;
    this.#file = snapshot.file;
    this.#crop = snapshot.crop;
    // Steps that came as events after the snapshot was made are newer.
    if (snapshot.steps.length >= this.steps.length) this.steps = snapshot.steps;
    for (const result of snapshot.results) this.#addResult(result);
    this.notices = snapshot.notices;
    this.report = snapshot.report;
    this.problem = snapshot.problem;
    if (snapshot.status === 'waiting' || snapshot.status === 'running') {
      this.status = snapshot.status;
      // A frame of before was never acknowledged by this page.
      void this.#acknowledge();
    } else this.#end(snapshot.status);
  }

  /**
   * Says that a view draws the frames: the host then sends no new one before `frameDrawn`.
   * @returns ends that.
   */
  addViewer(): () => void {
    this.#viewers++;
    return () => {
      this.#viewers--;
      if (this.#viewers === 0) this.frameDrawn();
    };
  }

  /** The newest frame has been drawn. */
  frameDrawn(): void {
    clearTimeout(this.#drawingTimer);
    if (!this.#isFrameOpen) return;
    this.#isFrameOpen = false;
    void this.#acknowledge();
  }

  /** Gives up what is kept for scrubbing. */
  dropFrames(): void {
    this.#kept = new KeptFrames();
    this.frames = [];
  }

  /** Stops listening, for instance when the tab is closed. */
  detach(): void {
    clearTimeout(this.#drawingTimer);
    for (const end of this.#endings.splice(0)) end();
  }

  #addStep(step: RunStep): void {
    if (step.step > (this.lastStep?.step ?? 0)) this.steps = [...this.steps, step];
  }

  #addFrame(frame: RunFrame): void {
    this.#kept.add(frame);
    this.frames = this.#kept.frames;
    this.#isFrameOpen = true;
    if (this.#viewers === 0) this.frameDrawn();
    else this.#drawingTimer = setTimeout(() => this.frameDrawn(), DRAWING_MS);
  }

  #addResult(result: ResultInfo): void {
    if (!this.results.some(({ id }) => id === result.id)) this.results = [...this.results, result];
  }

  #end(status: RunStatus): void {
    if (!this.isActive) return;
    this.status = status;
    this.detach();
    this.onEnd();
  }

  async #acknowledge(): Promise<void> {
    // A lost connection has no frames to wait for.
    await this.#client.call('acknowledgeFrame', { run: this.id }).catch(() => undefined);
  }
}

/**
 * Starts a run and shows it; the result is shown when it is done, the editor when it was cancelled or failed.
 * @throws LangevinError of the host.
 */
export async function startRun(
  app: { readonly client: AppClient },
  target: RunTarget,
  request: RunRequest,
): Promise<RunModel> {
  // The first events may overtake the answer.
  const early: AppEvent[] = [];
  const stopListening = app.client.onEvent((event) => early.push(event));
  try {
    const { run } = await app.client.call('startRun', request);
    target.run?.dropFrames();
    const previous = target.run?.withResults;
    const model = new RunModel(app.client, run, { request, ...(previous && { previous }) });
    show(app.client, target, model);
    target.stage = 'live';
    for (const event of early) model.receive(event);
    return model;
  } finally {
    stopListening();
  }
}

/** Follows the newest run that the host has of a file, after a reload; undefined when it has none. */
export async function reattachRun(client: AppClient, target: RunTarget, file: string): Promise<RunModel | undefined> {
  const runs = await client.call('runs', {});
  target.history?.take(runs);
  const newest = runs
    .filter((run) => run.file === file)
    .sort((a, b) => a.started.localeCompare(b.started))
    .at(-1);
  if (newest === undefined || target.run !== undefined) return undefined;
  const known = target.history?.of(newest.run);
  if (known !== undefined) return (target.run = known);
  const model = new RunModel(client, newest.run);
  show(client, target, model);
  if (newest.status === 'waiting' || newest.status === 'running') target.stage = 'live';
  model.take(newest);
  return model;
}

function show(client: AppClient, target: RunTarget, model: RunModel): void {
  model.onEnd = () => {
    if (model.status === 'done' && model.previous !== undefined) {
      if (target.history === undefined) forget(client, model.previous);
      model.previous = undefined;
    }
    target.history?.ended(model);
    if (target.run !== model || target.stage !== 'live') return;
    target.stage = model.status === 'done' && model.results.length > 0 ? 'result' : 'edit';
  };
  target.run = model;
  target.history?.add(model);
}

/** The host need not keep results that a newer run has replaced. */
function forget(client: AppClient, run: RunModel): void {
  for (const { id } of run.results) void client.call('forgetResult', { result: id }).catch(() => undefined);
}
