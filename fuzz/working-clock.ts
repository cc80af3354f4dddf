import { readdirSync, readFileSync } from 'node:fs';
import { descendants } from './process-tree.ts';

/** How often the waits of the threads are looked at, milliseconds. */
const TICK_MS = 250;

/**
 * Time that a process and those below it have had, milliseconds: the time of the wall without what they, or this process,
 * have waited for a processor, which on a machine with other work says nothing about them. Where there is no /proc it is
 * that of the wall.
 */
export class WorkingClock {
  readonly #pid: number;
  readonly #timer = setInterval(() => this.#tick(), TICK_MS).unref();
  #waits: ReadonlyMap<string, number>;
  #last = performance.now();
  #had = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#waits = this.#readWaits();
  }

  /** Since it was made. */
  now(): number {
    return this.#had + (performance.now() - this.#last);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const waits = this.#readWaits();
    let longest = 0;
    for (const [thread, waited] of waits) longest = Math.max(longest, waited - (this.#waits.get(thread) ?? 0));
    const now = performance.now();
    this.#had += Math.max(0, now - this.#last - longest);
    this.#last = now;
    this.#waits = waits;
  }

  /** How long each thread has waited to be run, milliseconds. */
  #readWaits(): ReadonlyMap<string, number> {
    const waits = new Map<string, number>();
    for (const pid of new Set([process.pid, this.#pid, ...descendants(this.#pid)])) {
      for (const thread of threadsOf(pid)) {
        const path = `/proc/${pid}/task/${thread}/schedstat`;
        const [, waited] = readOrNothing(path).split(' ');
        if (waited !== undefined) waits.set(path, Number(waited) / 1e6);
      }
    }
    return waits;
  }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Threads may end in between. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
