import type { BatchEvent, FileOutcome } from '../contract/batch.ts';
import type { Journal } from './journal/journal.ts';
import type { IntentRecord } from './journal/records.ts';
import { earlierOutcome } from './decide.ts';

/** Keeps what became of every input, for the report, and says it to whoever watches. */
export class Ledger {
  readonly notices: string[] = [];
  readonly #outcomes = new Map<string, FileOutcome>();
  readonly #journal: Journal;
  readonly #settings: string;
  readonly #mayFail: number;
  readonly #listener: (event: BatchEvent) => void;
  #failures = 0;

  /**
   * @param settings  hash of the run's settings.
   * @param mayFail   failures after which the batch gives up.
   */
  constructor(journal: Journal, settings: string, mayFail: number, listener: (event: BatchEvent) => void) {
    this.#journal = journal;
    this.#settings = settings;
    this.#mayFail = mayFail;
    this.#listener = listener;
  }

  get outcomes(): Iterable<FileOutcome> {
    return this.#outcomes.values();
  }

  get hasGivenUp(): boolean {
    return this.#failures >= this.#mayFail;
  }

  readonly emit = (event: BatchEvent): void => {
    if (event.type === 'notice') this.notices.push(event.message);
    this.#listener(event);
  };

  /** An input is known and nothing has become of it yet. */
  expect(input: string): void {
    this.#outcomes.set(input, { status: 'pending', input });
  }

  /** Takes an outcome that needs no record, or has one. */
  settle(outcome: FileOutcome): void {
    this.#outcomes.set(outcome.input, outcome);
    this.emit({ type: 'file', outcome });
    if (outcome.status === 'failed') this.#failures++;
  }

  async fail(outcome: Omit<Extract<FileOutcome, { status: 'failed' }>, 'status'>): Promise<void> {
    await this.#journal.add({ type: 'failed', settings: this.#settings, ...outcome });
    this.settle({ status: 'failed', ...outcome });
  }

  async skip(input: string, reason: string): Promise<void> {
    await this.#journal.add({ type: 'skipped', settings: this.#settings, input, reason });
    this.settle({ status: 'skipped', input, reason });
  }

  /** @param confirm  the journal does not say yet that it was carried out. */
  async doneEarlier(intent: IntentRecord, confirm: boolean): Promise<void> {
    if (confirm) {
      // Once more with its intent, which may be in the journal of another shard.
      await this.#journal.add(intent);
      await this.#journal.add({ type: 'done', input: intent.input, settings: intent.settings });
    }
    this.settle(earlierOutcome(intent));
  }
}
