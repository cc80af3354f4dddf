import { TimeBudget } from './time-budget.ts';

/** Seconds in which any picture is decoded or encoded; one that takes longer would hold up the batch for ever. */
const LONGEST = 900;

/** Runs decoding and encoding one after the other, so that a crash or a hang has one picture as its cause. */
export class CodecTurns {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws time-limit; what `task` throws. */
  run<T>(budget: TimeBudget, signal: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const own = new TimeBudget(LONGEST, 'the file seems to be made so that decoding it does not end');
    const result = this.#last.then(() => budget.run(signal, (limited) => own.run(limited, task)));
    this.#last = result.catch(() => undefined);
    return result;
  }
}
