import type { BatchSnapshot, FolderInfo } from '../../../contract/app/batch.ts';
import type { RunProblem } from '../../../contract/app/runs.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { BatchEvent, BatchReport, BatchTotals } from '../../../contract/batch.ts';
import { PauseGate } from '../../../batch/pipeline/pause-gate.ts';

/** Everything that is known of a batch, and the ways to hold and end it. */
export class BatchRecord {
  readonly id: Id;
  readonly output: FolderInfo;
  /** Paths of the inputs' folders. */
  readonly sources: readonly string[];
  readonly gate = new PauseGate();
  readonly controller = new AbortController();
  status: BatchSnapshot['status'] = 'running';
  report: BatchReport | undefined;
  problem: RunProblem | undefined;
  #events: BatchEvent[] = [];
  readonly #lastProgress = new Map<string, BatchEvent>();

  constructor(id: Id, output: FolderInfo, sources: readonly string[]) {
    this.id = id;
    this.output = output;
    this.sources = sources;
  }

  get isOver(): boolean {
    return this.status !== 'running' && this.status !== 'paused';
  }

  note(event: BatchEvent): void {
    if (event.type === 'paused') this.status = 'paused';
    if (event.type === 'resumed') this.status = 'running';
    if (event.type === 'progress') {
      // Of the progress of a file only the last matters.
      const before = this.#lastProgress.get(event.input);
      if (before !== undefined) this.#events = this.#events.filter((other) => other !== before);
      this.#lastProgress.set(event.input, event);
    }
    if (event.type === 'file') {
      const { input } = event.outcome;
      this.#lastProgress.delete(input);
      this.#events = this.#events.filter(
        (other) => !((other.type === 'progress' || other.type === 'started') && other.input === input),
      );
    }
    this.#events.push(event);
  }

  snapshot(): BatchSnapshot {
    const { id: batch, status, output, report, problem } = this;
    return { batch, status, output, events: this.#events, totals: this.#totals(), report, problem };
  }

  #totals(): BatchTotals | undefined {
    if (this.report !== undefined) return this.report.totals;
    const planned = this.#events.findLast((event) => event.type === 'planned');
    if (planned?.type !== 'planned') return undefined;
    const totals = { done: 0, failed: 0, skipped: 0, pending: 0 };
    for (const event of this.#events) if (event.type === 'file') totals[event.outcome.status]++;
    return { ...totals, inputs: planned.inputs };
  }
}
