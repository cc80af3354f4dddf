import { throwIfCancelled } from '../../errors.ts';

/** Lets one in at a time, in the order of asking: the engine computes one thing after the other. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** Whether somebody has a turn or waits for one. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /**
   * Runs `work` when all before it are through.
   * @throws cancelled when `signal` is aborted while waiting; what `work` throws.
   */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal);
    const before = this.#last;
    let done = (): void => undefined;
    this.#last = new Promise((resolve) => (done = resolve));
    this.#waiting++;
    try {
      await settledOrAborted(before, signal);
      throwIfCancelled(signal);
      return await work();
    } finally {
      this.#waiting--;
      // Who gave up while waiting lets the next one wait for those before.
      void before.then(done);
    }
  }
}

function settledOrAborted(before: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      signal.removeEventListener('abort', settle);
      resolve();
    };
    void before.then(settle);
    signal.addEventListener('abort', settle);
  });
}
