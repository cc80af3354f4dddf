import type { ParsedAppRequest } from '../../../contract/app/calls.ts';
import type { AppEvent } from '../../../contract/app/events.ts';
import type {
  QueuedRun,
  ResultInfo,
  RunFrame,
  RunLabel,
  RunPlan,
  RunQueueInfo,
  RunSnapshot,
} from '../../../contract/app/runs.ts';
import type { Id } from '../../../contract/app/values.ts';
import { toLangevinError } from '../../../errors.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import type { ViewRestoreJob } from '../../engine/jobs/view-restore-job.ts';
import type { FileStore } from '../file-store.ts';
import { known, newId } from '../ids.ts';
import type { ResultStore } from '../result-store.ts';
import type { Turns } from '../../engine/turns.ts';
import { withoutPaths } from '../without-paths.ts';
import type { KeptRun, KeptRuns } from './kept-runs.ts';
import { RunQueue } from './run-queue.ts';
import { RunRecord } from './run-record.ts';

export interface RunsOptions {
  readonly engine: EngineClient<EngineJobs>;
  readonly turns: Turns;
  readonly files: FileStore;
  readonly results: ResultStore;
  readonly kept: KeptRuns;
  readonly emit: (event: AppEvent) => void;
  /** What has been healed of a picture. */
  readonly layersOf: (file: Id) => Promise<ViewRestoreJob['layers']>;
  /** What a run will take. */
  readonly planOf: (request: ParsedAppRequest<'startRun'>) => Promise<RunPlan>;
  /** After each run that was done. */
  readonly onDone: (request: ParsedAppRequest<'startRun'>, snapshot: RunSnapshot) => void;
}

/** Ended runs whose steps are kept, and ended runs without results that are kept at all. */
const MOST_WITH_STEPS = 50;

/** The runs of a host: one at a time, the others wait. What they have said is kept for renderers that come later. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #runs = new Map<Id, RunRecord>();
  readonly #queue: RunQueue;
  /** Of the runs that are not over. */
  readonly #requests = new Map<Id, ParsedAppRequest<'startRun'>>();

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#queue = new RunQueue(options.turns, () => this.#tellQueue());
  }

  /** Takes back what runs of an earlier program have made of documents that are still open, but for what was thrown away. */
  async load(): Promise<void> {
    const { files, kept, results } = this.#options;
    for (const run of await kept.read()) {
      if (!files.has(run.document ?? run.file) || run.label?.isRemoved === true) continue;
      const there: KeptRun['results'] = [];
      for (const result of run.results) if (await results.restore(result)) there.push(result);
      if (there.length > 0) this.#runs.set(run.run, RunRecord.restored({ ...run, results: there }));
    }
    await results.sweep();
  }

  /** Runs of whole pictures that have results which nobody has thrown away, the oldest first. */
  get finished(): readonly RunRecord[] {
    return [...this.#runs.values()].filter(({ isFinished }) => isFinished);
  }

  /** Runs whose results are nowhere else, the oldest first. */
  get unsaved(): readonly RunRecord[] {
    return [...this.#runs.values()].filter((record) => record.isUnsaved);
  }

  /** Something of the run of a result has been saved. */
  async noteSaved(id: Id): Promise<void> {
    this.#get(this.#options.results.info(id).run).isSaved = true;
    await this.#keep();
  }

  /** Throws the results of runs away. */
  async discard(records: readonly RunRecord[]): Promise<void> {
    for (const record of records) {
      for (const { id } of record.results) await this.#options.results.forget(id);
      record.results = [];
    }
    await this.#keep();
  }

  /** What runs have made of a document, but for what was thrown away, the oldest first. */
  of(document: Id): readonly RunRecord[] {
    const records = [...this.#runs.values()].filter((record) => record.document === document);
    return records.filter(({ label, results }) => !label.isRemoved && results.length > 0);
  }

  /** Takes in runs of another program, whose results are in the store. */
  async adopt(
    runs: readonly Omit<KeptRun, 'results'>[],
    results: ReadonlyMap<Id, readonly ResultInfo[]>,
  ): Promise<void> {
    for (const run of runs) {
      const record = RunRecord.restored({ ...run, results: [] });
      record.results = [...(results.get(run.run) ?? [])];
      this.#runs.set(run.run, record);
    }
    await this.#keep();
  }

  /** Whether a run goes on or waits. */
  get isBusy(): boolean {
    return [...this.#runs.values()].some((record) => !record.isOver);
  }

  /** @throws file-not-found for an id of no file */
  start(request: ParsedAppRequest<'startRun'>): { run: Id } {
    for (const id of [request.file, request.kernel, request.truth]) {
      if (id !== undefined) this.#options.files.get(id);
    }
    const { file, crop, options } = request;
    const document = this.#options.files.documentOf(file);
    const record = new RunRecord({ run: newId(), file, document, task: options.task, crop });
    this.#runs.set(record.id, record);
    this.#requests.set(record.id, request);
    this.#forgetOldSteps();
    // The reply with the id goes out before the first event.
    setImmediate(() => void this.#perform(record, request));
    return { run: record.id };
  }

  cancel(id: Id): void {
    this.#get(id).cancel();
  }

  /** What goes on and what waits. */
  queue(): RunQueueInfo {
    const running = [...this.#requests.keys()].filter((id) => !this.#queue.order.includes(id));
    return {
      isPaused: this.#queue.isPaused,
      runs: [...running, ...this.#queue.order].flatMap((id) => this.#queued(id) ?? []),
    };
  }

  pause(isPaused: boolean): void {
    this.#queue.pause(isPaused);
  }

  /** @throws file-not-found for a run that does not wait */
  move(id: Id, place: number): void {
    this.#queue.move(id, place);
  }

  acknowledgeFrame(id: Id): void {
    this.#get(id).acknowledgeFrame();
  }

  acknowledgeAll(): void {
    for (const record of this.#runs.values()) record.acknowledgeFrame();
  }

  /** A renderer that asks was just loaded: frames sent before were not shown by it. */
  read(id: Id): RunSnapshot {
    const record = this.#get(id);
    record.acknowledgeFrame();
    return record.snapshot();
  }

  list(): RunSnapshot[] {
    return [...this.#runs.values()].map((record) => record.snapshot());
  }

  /** Notes what people say of a run. @throws file-not-found */
  async label(id: Id, label: RunLabel): Promise<void> {
    this.#get(id).label = label;
    await this.#keep();
  }

  /** What the picture of a run was opened as. @throws file-not-found */
  documentOf(run: Id): Id {
    return this.#get(run).document;
  }

  /** The file of the run that made a result. */
  fileOf(run: Id): Id {
    return this.#get(run).file;
  }

  /** Takes in what was made of a run's results; it comes first. */
  async addResult(result: ResultInfo): Promise<void> {
    const record = this.#get(result.run);
    record.results = [result, ...record.results];
    await this.#keep();
  }

  async forgetResult(id: Id): Promise<void> {
    const record = this.#get(this.#options.results.info(id).run);
    record.results = record.results.filter((result) => result.id !== id);
    await this.#options.results.forget(id);
    await this.#keep();
  }

  /** Ends the runs of a file, and of what was made from it, and forgets them with their results. */
  async forgetFile(file: Id): Promise<void> {
    const ended = [...this.#runs.values()].filter((run) => run.file === file || run.document === file);
    for (const record of ended) {
      record.cancel();
      this.#runs.delete(record.id);
      for (const { id } of record.results) await this.#options.results.forget(id);
    }
    if (ended.some(({ results }) => results.length > 0)) await this.#keep();
  }

  cancelAll(): void {
    for (const record of this.#runs.values()) record.cancel();
  }

  async #perform(record: RunRecord, request: ParsedAppRequest<'startRun'>): Promise<void> {
    const { emit } = this.#options;
    const run = record.id;
    try {
      const turn = this.#queue.enter(run, record.signal, () => this.#run(record, request));
      void this.#estimate(record, request);
      await turn;
      record.status = 'done';
      await this.#keep();
      emit({ type: 'run-end', run, status: 'done', report: record.report! });
      this.#options.onDone(request, record.snapshot());
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (code === 'cancelled') {
        record.status = 'cancelled';
        emit({ type: 'run-end', run, status: 'cancelled' });
      } else {
        record.status = 'failed';
        record.problem = { code, message: withoutPaths(message) };
        emit({ type: 'run-end', run, status: 'failed', problem: record.problem });
      }
    } finally {
      record.acknowledgeFrame();
      this.#requests.delete(run);
      this.#tellQueue();
    }
  }

  #queued(run: Id): QueuedRun | undefined {
    const record = this.#runs.get(run);
    const request = this.#requests.get(run);
    const { files } = this.#options;
    if (record === undefined || request === undefined || record.isOver) return undefined;
    const { document, task, estimate, status, signal } = record;
    if (status === 'waiting' && signal.aborted) return undefined;
    const isWaiting = this.#queue.order.includes(run);
    return {
      ...{ run, document, task, provider: request.network.provider, status: isWaiting ? 'waiting' : 'running' },
      name: files.has(request.file) ? files.get(request.file).name : '',
      ...(estimate.seconds !== undefined && { seconds: estimate.seconds }),
      ...(estimate.memory !== undefined && { memory: estimate.memory }),
    };
  }

  async #estimate(record: RunRecord, request: ParsedAppRequest<'startRun'>): Promise<void> {
    // A run that cannot be planned says why when it is its turn.
    const plan = await this.#options.planOf(request).catch(() => undefined);
    if (plan === undefined || record.isOver) return;
    record.estimate = plan;
    this.#tellQueue();
  }

  #tellQueue(): void {
    this.#options.emit({ type: 'run-queue', queue: this.queue() });
  }

  async #run(record: RunRecord, request: ParsedAppRequest<'startRun'>): Promise<void> {
    const { engine, emit, results } = this.#options;
    const run = record.id;
    record.status = 'running';
    const job = await this.#job(request);
    const steps = engine.run('view-restore', job, {
      signal: record.signal,
      onPreview: (frame) => {
        const shown = record.frameShown();
        emit({ type: 'run-frame', run, frame: frame as RunFrame });
        return shown;
      },
    });
    for (;;) {
      const next = await steps.next();
      if (next.done) {
        record.report = next.value;
        return;
      }
      const event = next.value;
      if (event.type === 'step') {
        record.steps.push(event.step);
        emit({ type: 'run-step', run, step: event.step });
      } else if (event.type === 'notice') {
        record.notices.push(event.message);
        emit({ type: 'run-notice', run, message: event.message });
      } else {
        const result = await results.add(run, event);
        record.results.push(result);
        await this.#keep();
        emit({ type: 'run-result', run, result });
      }
    }
  }

  async #job(request: ParsedAppRequest<'startRun'>): Promise<ViewRestoreJob> {
    const { files, layersOf, results } = this.#options;
    const { file, kernel, truth, healed, ...others } = request;
    return {
      ...others,
      file: files.placed(file),
      into: await results.place(),
      ...(healed ? { layers: await layersOf(file) } : {}),
      ...(kernel === undefined ? {} : { kernel: files.placed(kernel) }),
      ...(truth === undefined ? {} : { truth: files.placed(truth) }),
    };
  }

  /** Results stay as long as their picture; of the steps of all but the last runs nobody asks. */
  #forgetOldSteps(): void {
    const over = [...this.#runs.values()].filter((record) => record.isOver);
    for (const record of over.slice(0, -MOST_WITH_STEPS)) record.steps.length = 0;
    const empty = over.filter((record) => record.results.length === 0);
    for (const { id } of empty.slice(0, -MOST_WITH_STEPS)) this.#runs.delete(id);
  }

  /** Notes what there is for the next program. What cannot be noted is still here until this one ends. */
  async #keep(): Promise<void> {
    const { results, kept } = this.#options;
    const records = [...this.#runs.values()].filter((record) => record.results.length > 0);
    const runs = records.map((record): KeptRun => {
      const { id: run, file, document, label, task, started, isSaved, notices, report, crop } = record;
      return {
        ...{ run, file, document, label, task, started, isSaved, notices: [...notices], report },
        ...(crop && { crop }),
        results: record.results.map(({ id }) => results.get(id)),
      };
    });
    await kept.write(runs).catch(() => undefined);
  }

  #get(id: Id): RunRecord {
    return known('run', this.#runs, id);
  }
}
