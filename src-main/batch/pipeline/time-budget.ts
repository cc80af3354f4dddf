import { LangevinError } from '../../errors.ts';

/** Adds up the time that one picture takes, and ends it when that is too much. Waiting between stages is free. */
export class TimeBudget {
  readonly #limitMs: number;
  readonly #remedy: string;
  #usedMs = 0;

  /**
   * @param limitSeconds  undefined: no limit.
   * @param remedy  what to do about it, for the message.
   */
  constructor(limitSeconds: number | undefined, remedy = 'raise --time-limit to let it run') {
    this.#remedy = remedy;
    this.#limitMs = limitSeconds === undefined ? Infinity : limitSeconds * 1000;
  }

  get usedMs(): number {
    return this.#usedMs;
  }

  /**
   * Runs a stage.
   * @param work  given a signal that is aborted with `signal`, and when the time is up.
   * @throws time-limit; what `work` throws.
   */
  async run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = (): void => controller.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    let isUp = false;
    const left = this.#limitMs - this.#usedMs;
    const timer =
      left === Infinity
        ? undefined
        : setTimeout(
            () => {
              isUp = true;
              controller.abort();
            },
            Math.max(0, left),
          );
    const start = performance.now();
    try {
      return await work(controller.signal);
    } catch (error) {
      if (!isUp || signal.aborted) throw error;
      const message = `Stopped after the time limit of ${this.#limitMs / 1000} s; ${this.#remedy}.`;
      throw new LangevinError('time-limit', message, { cause: error });
    } finally {
      this.#usedMs += performance.now() - start;
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}
