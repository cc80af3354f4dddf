import { LangevinError } from '../../../errors.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { Turns } from '../../engine/turns.ts';

interface Waiting {
  readonly id: Id;
  readonly begin: () => void;
}

/**
 * Runs that wait for the engine, in an order that people can change. One of them at a time asks for a turn, so that what
 * else the engine is asked for comes in between.
 */
export class RunQueue {
  readonly #turns: Turns;
  readonly #onChange: () => void;
  #waiting: readonly Waiting[] = [];
  #hasTurn = false;
  #isPaused = false;

  /** @param onChange  after every change of the order, of who waits, and of the pause. */
  constructor(turns: Turns, onChange: () => void) {
    this.#turns = turns;
    this.#onChange = onChange;
  }

  /** Those that wait, the next first. */
  get order(): readonly Id[] {
    return this.#waiting.map(({ id }) => id);
  }

  /** Whether nothing begins; what has begun goes on. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Does `work` when it is its turn. @throws cancelled when `signal` is aborted before; what `work` throws. */
  async enter<T>(id: Id, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#wait(id, signal);
    try {
      return await this.#turns.take(signal, work);
    } finally {
      this.#hasTurn = false;
      this.#next();
    }
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#onChange();
    this.#next();
  }

  /** Puts one that waits at a place in the order, 0 for the next. @throws file-not-found for one that does not wait */
  move(id: Id, place: number): void {
    const moved = this.#waiting.find((waiting) => waiting.id === id);
    if (moved === undefined) {
      throw new LangevinError('file-not-found', 'This run does not wait any more; it has begun or was taken out.');
    }
    this.#waiting = this.#waiting.filter((waiting) => waiting !== moved).toSpliced(place, 0, moved);
    this.#onChange();
  }

  #wait(id: Id, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        this.#onChange();
        reject(new LangevinError('cancelled', 'The run was cancelled before it began.'));
      };
      const waiting: Waiting = {
        id,
        begin: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      this.#waiting = [...this.#waiting, waiting];
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.#onChange();
      this.#next();
    });
  }

  #next(): void {
    const next = this.#waiting.at(0);
    if (next === undefined || this.#hasTurn || this.#isPaused) return;
    this.#hasTurn = true;
    this.#waiting = this.#waiting.slice(1);
    next.begin();
    this.#onChange();
  }
}
