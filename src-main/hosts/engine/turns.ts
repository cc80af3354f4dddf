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
    const leave = await this.enter(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /**
   * Waits until all before are through.
   * @returns ends the turn.
   * @throws cancelled when `signal` is aborted while waiting.
   */
  async enter(signal?: AbortSignal): Promise<() => void> {
    throwIfCancelled(signal);
    const before = this.#last;
    let done = (): void => undefined;
    this.#last = new Promise((resolve) => (done = resolve));
    this.#waiting++;
    const leave = (): void => {
      this.#waiting--;
      // Who gave up while waiting lets the next one wait for those before.
      void before.then(done);
    };
    try {
      await settledOrAborted(before, signal);
      throwIfCancelled(signal);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }
}

function settledOrAborted(before: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      signal?.removeEventListener('abort', settle);
      resolve();
    };
    void before.then(settle);
    signal?.addEventListener('abort', settle);
  });
}
