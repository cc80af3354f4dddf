import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { BatchEvent } from '../../contract/batch.ts';
import { throwIfCancelled } from '../../errors.ts';
import { isDiskFull } from '../failures.ts';

/** Holds a batch between two pictures: a person may ask for it, and a full disk does. */
export class PauseGate {
  readonly #changes = new EventTarget();
  #paused = false;

  get isPaused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#set(true);
  }

  resume(): void {
    this.#set(false);
  }

  /** Waits while paused, and says so. @throws cancelled */
  async pass(emit: (event: BatchEvent) => void, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    if (!this.#paused) return;
    emit({ type: 'paused', reason: 'asked', message: 'Paused.' });
    while (this.#paused) {
      await once(this.#changes, 'change', { signal }).catch(() => throwIfCancelled(signal));
    }
    emit({ type: 'resumed' });
  }

  #set(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#changes.dispatchEvent(new Event('change'));
  }
}

/** Repeats writes that fail for want of room until there is some. */
export class DiskFullPause {
  readonly #emit: (event: BatchEvent) => void;
  readonly #signal: AbortSignal;
  readonly #everyMs: number;
  #waiting = 0;

  /** @param everyMs  between two attempts. */
  constructor(emit: (event: BatchEvent) => void, signal: AbortSignal, everyMs = 5000) {
    this.#emit = emit;
    this.#signal = signal;
    this.#everyMs = everyMs;
  }

  /**
   * @param path  what is written, for the message.
   * @throws what `write` throws when that is not a full disk; cancelled.
   */
  readonly whenThereIsRoom = async <T>(path: string, write: () => Promise<T>): Promise<T> => {
    let waited = false;
    for (;;) {
      try {
        const result = await write();
        if (waited && --this.#waiting === 0) this.#emit({ type: 'resumed' });
        return result;
      } catch (error) {
        if (!isDiskFull(error)) {
          if (waited) this.#waiting--;
          throw error;
        }
      }
      if (!waited) {
        waited = true;
        if (this.#waiting++ === 0) {
          const message = `The disk is full: ${path} cannot be written. Make room; the batch then goes on by itself.`;
          this.#emit({ type: 'paused', reason: 'disk-full', message });
        }
      }
      await wait(this.#everyMs, undefined, { signal: this.#signal }).catch(() => throwIfCancelled(this.#signal));
    }
  };
}
