import type { BatchEvent } from '../../contract/batch.ts';

/** How far a batch is, and its remaining time: the network is the part that everything waits for. */
export class BatchProgress {
  readonly #emit: (event: BatchEvent) => void;
  #due = 0;
  #through = 0;
  #measured = 0;
  #measuredMs = 0;

  constructor(emit: (event: BatchEvent) => void) {
    this.#emit = emit;
  }

  /** So many more inputs are to be worked on. */
  add(count: number): void {
    this.#due += count;
  }

  /** An input is through the network, which took so many milliseconds for it. */
  pass(ms: number): void {
    this.#through++;
    this.#measured++;
    this.#measuredMs += ms;
  }

  /** An input will not come through the network. */
  drop(): void {
    this.#through++;
  }

  /** @param fraction  of the input that is in the network, 0…1; `etaMs` and `elapsedMs` are of it as well. */
  report(input: string, fraction: number, etaMs: number, elapsedMs: number): void {
    const mean = (this.#measuredMs + elapsedMs + etaMs) / (this.#measured + 1);
    const waiting = Math.max(0, this.#due - this.#through - 1);
    this.#emit({
      type: 'progress',
      input,
      fraction,
      batchFraction: Math.min(1, (this.#through + fraction) / this.#due),
      etaMs: etaMs + waiting * mean,
      finished: this.#through,
      due: this.#due,
    });
  }
}
