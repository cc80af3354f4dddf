import type { BatchRequest } from '../../contract/batch.ts';
import { LangevinError, toLangevinError } from '../../errors.ts';
import type { BatchEngine, PreparedInput, RestoredInput } from '../batch-engine.ts';
import type { FileSystem } from '../file-system.ts';
import type { Journal, WhenThereIsRoom } from '../journal/journal.ts';
import type { IntentRecord } from '../journal/records.ts';
import type { Ledger } from '../ledger.ts';
import type { MaskFinder } from '../masks/mask-finder.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { CodecTurns } from './codec-turns.ts';
import { FinishStage } from './finish-stage.ts';
import type { DueItem, Passenger, Returner } from './passenger.ts';
import type { PauseGate } from './pause-gate.ts';
import type { BatchProgress } from './progress.ts';
import { assertSame, readInput } from './read-input.ts';
import { RestoreStage } from './restore-stage.ts';
import { ownerLabel } from './temporary-files.ts';
import { TimeBudget } from './time-budget.ts';
import { OutputWriter } from './write-outputs.ts';

export interface PipelineOptions<P extends PreparedInput, R extends RestoredInput> {
  readonly fs: FileSystem;
  readonly engine: BatchEngine<P, R>;
  readonly request: BatchRequest;
  /** Hash of the settings. */
  readonly settings: string;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly masks: MaskFinder;
  readonly whenThereIsRoom: WhenThereIsRoom;
  readonly gate: PauseGate;
  readonly progress: BatchProgress;
  /** Ends the batch at the next step; pictures whose network part is done are still written. */
  readonly signal: AbortSignal;
  /** Takes what is on the disk and in the journal. */
  readonly onMade: (intent: IntentRecord) => void;
  readonly now: () => number;
}

/** What may wait between two stages, in bytes of samples; a larger picture waits alone. */
const QUEUE_BYTES = 64e6;
/** What any input counts at least, so that small ones do not wait by the thousands. */
const LEAST_WEIGHT = 4e6;

/**
 * Sends inputs through three stages that work side by side: reading and decoding, the network, encoding and writing.
 * Bounded queues between them keep the memory flat. What goes wrong with one input is its outcome and nobody else's.
 * @param dues  gives the inputs; its signal is aborted when no more of them are wanted.
 * @throws file-unwritable when the journal cannot be written, and whatever else concerns the batch as a whole.
 */
export async function runPipeline<P extends PreparedInput, R extends RestoredInput>(
  dues: (ending: AbortSignal) => AsyncIterable<DueItem>,
  options: PipelineOptions<P, R>,
): Promise<void> {
  await new Pipeline(options).run(dues);
}

class Pipeline<P extends PreparedInput, R extends RestoredInput> {
  readonly #options: PipelineOptions<P, R>;
  readonly #prepared = new BoundedQueue<Passenger<P>>(QUEUE_BYTES);
  readonly #restored = new BoundedQueue<Returner<P, R>>(QUEUE_BYTES);
  readonly #codec = new CodecTurns();
  readonly #restore: RestoreStage<P, R>;
  readonly #finish: FinishStage<P, R>;
  /** Aborted when the batch as a whole fails: nothing more is written. */
  readonly #fatal = new AbortController();
  /** Aborted then, and when the user cancels: no input is begun any more. */
  readonly #stop: AbortSignal;
  /** Aborted then, and after too many failures. */
  readonly #ending = new AbortController();
  /** What lies outside of this process for inputs on their way. */
  readonly #held = new Set<PreparedInput | RestoredInput>();

  constructor(options: PipelineOptions<P, R>) {
    const { fs, engine, request, settings, journal, ledger, whenThereIsRoom, signal, now } = options;
    this.#options = options;
    this.#stop = AbortSignal.any([signal, this.#fatal.signal]);
    if (this.#stop.aborted) this.#ending.abort();
    this.#stop.addEventListener('abort', () => this.#ending.abort(), { once: true });
    this.#restore = new RestoreStage(engine, (message) => ledger.emit({ type: 'notice', message }));
    const writer = new OutputWriter(fs, journal, whenThereIsRoom, request.output, ownerLabel(request.shard));
    const { keepTimestamps } = request;
    this.#finish = new FinishStage({ engine, codec: this.#codec, writer, settings, keepTimestamps, now });
  }

  async run(dues: (ending: AbortSignal) => AsyncIterable<DueItem>): Promise<void> {
    const stages = [this.#prepareAll(dues(this.#ending.signal)), this.#restoreAll(), this.#finishAll()];
    const ended = stages.map((stage) =>
      stage.catch((error: unknown) => {
        this.#fatal.abort(error);
        this.#prepared.close();
        this.#restored.close();
      }),
    );
    await Promise.all(ended);
    await this.#release(...this.#held);
    if (this.#fatal.signal.aborted) throw this.#fatal.signal.reason;
  }

  get #isOver(): boolean {
    return this.#options.ledger.hasGivenUp || this.#stop.aborted;
  }

  async #prepareAll(dues: AsyncIterable<DueItem>): Promise<void> {
    for await (const due of dues) {
      if (this.#isOver) break;
      const budget = new TimeBudget(this.#options.request.timeLimit);
      const isThrough = await this.#attempt(due, budget, async () => {
        const passenger = await this.#prepare(due, budget);
        await this.#prepared.push(passenger, Math.max(LEAST_WEIGHT, passenger.prepared.weight));
      });
      if (!isThrough) this.#options.progress.drop();
    }
    this.#prepared.close();
  }

  async #prepare(due: DueItem, budget: TimeBudget): Promise<Passenger<P>> {
    const { fs, masks, engine } = this.#options;
    const { item } = due;
    const { name, path, format } = item;
    const { file, source } = await readInput(fs, path, name);
    const mask = await masks.find(item, file);
    const request = { file, bytes: source.size, mask: mask.source, format };
    const prepared = await this.#codec.run(budget, this.#stop, (limited) => engine.prepare(request, limited));
    this.#held.add(prepared);
    if ('path' in file) await assertSame(fs, path, source);
    const times = { prepare: budget.usedMs, restore: 0, encode: 0, write: 0 };
    return { ...due, budget, source, mask, prepared, times };
  }

  async #restoreAll(): Promise<void> {
    const { gate, ledger, progress, now } = this.#options;
    for (;;) {
      const passenger = await this.#prepared.take();
      if (passenger === undefined) break;
      const { item, budget, prepared, times } = passenger;
      const isThrough = await this.#attempt(passenger, budget, async () => {
        if (ledger.hasGivenUp) throw new LangevinError('cancelled', 'Given up after too many failures.');
        await gate.pass(ledger.emit, this.#stop);
        ledger.emit({ type: 'started', input: item.name });
        const start = now();
        const restored = await budget.run(this.#stop, (limited) =>
          this.#restore.run(item.name, prepared, limited, (fraction, etaMs) =>
            progress.report(item.name, fraction, etaMs, now() - start),
          ),
        );
        this.#held.add(restored);
        times.restore = now() - start;
        await this.#restored.push({ ...passenger, restored }, Math.max(LEAST_WEIGHT, restored.weight));
      });
      if (isThrough) {
        progress.pass(times.restore);
      } else {
        await this.#release(prepared);
        progress.drop();
      }
    }
    this.#restored.close();
  }

  async #finishAll(): Promise<void> {
    for (;;) {
      const returner = await this.#restored.take();
      if (returner === undefined) return;
      await this.#attempt(returner, returner.budget, async () => {
        const { intent, outcome } = await this.#finish.run(returner, this.#fatal.signal);
        this.#options.onMade(intent);
        this.#options.ledger.settle(outcome);
      });
      await this.#release(returner.prepared, returner.restored);
    }
  }

  async #release(...held: readonly (PreparedInput | RestoredInput)[]): Promise<void> {
    for (const one of held) {
      this.#held.delete(one);
      await one.release?.();
    }
  }

  /**
   * Records what goes wrong with an input, unless the batch is ending: then the input stays pending.
   * @returns whether all went well.
   */
  async #attempt({ item }: DueItem, budget: TimeBudget, work: () => Promise<void>): Promise<boolean> {
    const { journal, ledger, request } = this.#options;
    try {
      await work();
      return true;
    } catch (thrown) {
      let error = toLangevinError(thrown);
      if (journal.failure === undefined && error.code !== 'cancelled') {
        try {
          const { code, message } = error;
          // Looking for damage and finding none is no failure.
          const isSearched = request.mask.kind === 'auto' || request.recipe !== undefined;
          if (code === 'nothing-to-do' && isSearched) await ledger.skip(item.name, message);
          else await ledger.fail({ input: item.name, code, message, seconds: budget.usedMs / 1000 });
          if (ledger.hasGivenUp) this.#ending.abort();
          return false;
        } catch (failure) {
          error = toLangevinError(failure);
        }
      }
      if (!this.#isOver) throw journal.failure ?? error;
      ledger.settle({ status: 'pending', input: item.name });
      return false;
    }
  }
}
