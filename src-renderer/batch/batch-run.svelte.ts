import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { BatchSnapshot, BatchStart } from '../../src-main/contract/app/batch.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { RunProblem } from '../../src-main/contract/app/runs.ts';
import type { BatchReport, BatchTotals } from '../../src-main/contract/batch.ts';
import { toLangevinError } from '../../src-main/errors.ts';
import { t } from '../i18n/translate.svelte.ts';
import { afterEvent, NOTHING_YET, totalsOf, type BatchProgress } from './batch-progress.ts';

export type Verdict = 'accepted' | 'rejected';

/** A batch of the host as the window follows it. */
export class BatchRun {
  readonly id: string;
  /** What was asked for; unknown where another page asked. */
  readonly request: BatchStart | undefined;
  status: BatchSnapshot['status'] = $state('running');
  progress: BatchProgress = $state.raw(NOTHING_YET);
  report: BatchReport | undefined = $state.raw();
  problem: RunProblem | undefined = $state.raw();
  isCancelling = $state(false);
  /** What people have said of results, by input. */
  verdicts: Readonly<Record<string, Verdict | undefined>> = $state.raw({});
  readonly #client: AppClient;
  readonly #endings: (() => void)[];

  constructor(client: AppClient, id: string, request: BatchStart | undefined) {
    this.id = id;
    this.request = request;
    this.#client = client;
    this.#endings = [
      client.onEvent((event) => this.receive(event)),
      client.onConnection((state) => state === 'open' && this.isActive && void this.refresh()),
    ];
  }

  get isActive(): boolean {
    return this.status === 'running' || this.status === 'paused';
  }

  get totals(): BatchTotals {
    return this.report?.totals ?? totalsOf(this.progress);
  }

  /** Results that are there and were not rejected, relative to their folder. */
  get outputs(): readonly string[] {
    return this.progress.rows.flatMap(({ input, outcome }) =>
      outcome?.status === 'done' && this.verdicts[input] !== 'rejected' ? outcome.outputs : [],
    );
  }

  get rejected(): readonly string[] {
    return this.progress.rows.map(({ input }) => input).filter((input) => this.verdicts[input] === 'rejected');
  }

  /** Says something of a result; the same again takes it back. */
  judge(input: string, verdict: Verdict): void {
    this.verdicts = { ...this.verdicts, [input]: this.verdicts[input] === verdict ? undefined : verdict };
  }

  receive(event: AppEvent): void {
    if (!('batch' in event) || event.batch !== this.id) return;
    if (event.type === 'batch-event') {
      this.progress = afterEvent(this.progress, event.event);
      if (event.event.type === 'paused') this.status = 'paused';
      if (event.event.type === 'resumed') this.status = 'running';
    } else {
      this.status = event.status;
      this.report = event.report;
      this.problem = event.problem;
      if (event.report !== undefined) this.#take(event.report);
      this.detach();
    }
  }

  /** Brings this up to what the host knows, after a reload or a lost connection. */
  async refresh(): Promise<void> {
    try {
      this.takeSnapshot(await this.#client.call('readBatch', { batch: this.id }));
    } catch (error) {
      // Otherwise the connection broke again, and opens again.
      if (toLangevinError(error).code !== 'file-not-found' || !this.isActive) return;
      this.problem = { code: 'engine-crashed', message: t('batch.forgotten') };
      this.status = 'failed';
      this.detach();
    }
  }

  takeSnapshot(snapshot: BatchSnapshot): void {
    this.progress = snapshot.events.reduce(afterEvent, NOTHING_YET);
    this.status = snapshot.status;
    this.report = snapshot.report;
    this.problem = snapshot.problem;
    if (snapshot.report !== undefined) this.#take(snapshot.report);
    if (!this.isActive) this.detach();
  }

  async pause(paused: boolean): Promise<void> {
    await this.#client.call('pauseBatch', { batch: this.id, paused });
  }

  /** Files that are being worked on are finished or given up; the end comes as an event. */
  async cancel(): Promise<void> {
    this.isCancelling = true;
    await this.#client.call('cancelBatch', { batch: this.id });
  }

  detach(): void {
    for (const end of this.#endings.splice(0)) end();
  }

  /** Every input once, those included that were not reached. */
  #take(report: BatchReport): void {
    const rows = report.files.map((outcome) => ({
      input: outcome.input,
      status: outcome.status,
      fraction: 1,
      outcome,
    }));
    this.progress = { ...this.progress, inputs: report.totals.inputs, rows, fraction: 1, etaMs: undefined };
  }
}
