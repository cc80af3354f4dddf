import type { BatchEvent } from '../../contract/batch.ts';

/** Remaining time of a batch from the pictures that are done: the network is the part that everything waits for. */
export class BatchProgress {
  readonly #emit: (event: BatchEvent) => void;
  #due = 0;
  #finished = 0;
  #measured = 0;
  #measuredMs = 0;

  constructor(emit: (event: BatchEvent) => void) {
    this.#emit = emit;
  }

  /** So many more inputs are to be worked on. */
  add(count: number): void {
    this.#due += count;
  }

  /** A picture is through, or has failed. */
  finish(): void {
    this.#finished++;
  }

  /** What the network took for a picture. */
  measure(ms: number): void {
    this.#measured++;
    this.#measuredMs += ms;
  }

  report(input: string, fraction: number, etaMs: number, elapsedMs: number): void {
    const mean = (this.#measuredMs + elapsedMs + etaMs) / (this.#measured + 1);
    const waiting = Math.max(0, this.#due - this.#finished - 1);
    this.#emit({
      type: 'progress',
      input,
      fraction,
      batchFraction: this.#due === 0 ? 1 : Math.min(1, (this.#finished + fraction) / this.#due),
      etaMs: etaMs + waiting * mean,
      finished: this.#finished,
      due: this.#due,
    });
  }
}
