import {
  NO_LABEL,
  type ResultInfo,
  type RunLabel,
  type RunPlan,
  type RunProblem,
  type RunSnapshot,
  type RunStatus,
  type RunStep,
} from '../../../contract/app/runs.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { RestoreReport } from '../../../contract/restore-events.ts';
import type { KeptRun } from './kept-runs.ts';
import type { Task } from '../../../contract/restore-options.ts';

/** Everything that is known of a run, and the way to end it. */
export class RunRecord {
  readonly id: Id;
  readonly file: Id;
  readonly document: Id;
  label: RunLabel = NO_LABEL;
  readonly task: Task;
  readonly crop: RunSnapshot['crop'];
  readonly started: string;
  readonly steps: RunStep[] = [];
  results: ResultInfo[] = [];
  readonly notices: string[] = [];
  status: RunStatus = 'waiting';
  report: RestoreReport | undefined;
  problem: RunProblem | undefined;
  /** How long it will take and how much memory, by the plan, where that is known. */
  estimate: Pick<RunPlan, 'seconds' | 'memory'> = { seconds: undefined };
  /** Whether people have saved something of it, or given it up. */
  isSaved = false;
  readonly #controller = new AbortController();
  #frameShown: (() => void) | undefined;

  constructor(run: Pick<KeptRun, 'run' | 'file' | 'document' | 'task' | 'crop'> & { readonly started?: string }) {
    this.id = run.run;
    this.crop = run.crop;
    this.file = run.file;
    this.document = run.document ?? run.file;
    this.task = run.task;
    this.started = run.started ?? new Date().toISOString();
  }

  /** A run of an earlier program; one that had not come to its end counts as cancelled. */
  static restored({ isSaved, notices, report, results, label, ...run }: KeptRun): RunRecord {
    const record = new RunRecord(run);
    record.label = label ?? NO_LABEL;
    record.status = report === undefined ? 'cancelled' : 'done';
    record.notices.push(...notices);
    record.results = results.map(({ info }) => info);
    return Object.assign(record, { report, isSaved });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it has made something that is nowhere else; a preview of a part is nothing to save. */
  get isUnsaved(): boolean {
    return !this.isSaved && this.isFinished;
  }

  /** Whether it has made something of the whole picture that has not been thrown away. */
  get isFinished(): boolean {
    return !this.label.isRemoved && this.crop === undefined && this.results.length > 0;
  }

  get isOver(): boolean {
    return this.status !== 'waiting' && this.status !== 'running';
  }

  cancel(): void {
    this.#controller.abort();
    this.acknowledgeFrame();
  }

  /** Settles when the frame that was just sent has been shown, or nobody is left to show it. */
  frameShown(): Promise<void> {
    return new Promise((resolve) => (this.#frameShown = resolve));
  }

  acknowledgeFrame(): void {
    this.#frameShown?.();
    this.#frameShown = undefined;
  }

  snapshot(): RunSnapshot {
    const { id, file, document, label, task, status, started, steps, results, notices, report, problem } = this;
    return {
      ...{ run: id, file, document, label, task, status, started, report, problem },
      ...(this.crop && { crop: this.crop }),
      steps: [...steps],
      results: [...results],
      notices: [...notices],
    };
  }
}
