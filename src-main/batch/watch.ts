import { setTimeout as wait } from 'node:timers/promises';
import type { BatchPlan, PlanItem } from './plan/plan.ts';

export interface WatchTimes {
  /** Between two looks at the source, milliseconds. */
  readonly every: number;
  /** How long a file must stay as it is before it is taken to be complete, milliseconds. */
  readonly settle: number;
}

/** Copies pause; an empty file may be the beginning of one. */
const DEFAULT_TIMES: WatchTimes = { every: 1000, settle: 2000 };
const EMPTY_PATIENCE = 10;

interface Sighting {
  readonly size: number;
  readonly modifiedMs: number;
  readonly since: number;
  /** The plan has been given out in this state. */
  given: boolean;
}

/** Plans in which only what is new, and has stopped growing, appears. */
export class Watch {
  readonly #plan: () => Promise<BatchPlan>;
  readonly #now: () => number;
  readonly #times: WatchTimes;
  readonly #seen = new Map<string, Sighting>();
  readonly #problems = new Set<string>();
  #lookMs = 0;

  /**
   * @param plan  lists everything anew.
   * @param now   monotonic milliseconds.
   */
  constructor(plan: () => Promise<BatchPlan>, now: () => number, times: WatchTimes = DEFAULT_TIMES) {
    this.#plan = plan;
    this.#now = now;
    this.#times = times;
  }

  /** Looks once: inputs that are complete and were not given out in their present state, and problems not told yet. */
  async look(): Promise<Pick<BatchPlan, 'items' | 'problems'>> {
    const start = this.#now();
    const { items, problems } = await this.#plan();
    this.#lookMs = this.#now() - start;
    const complete = items.filter((item) => this.#isNewAndComplete(item));
    const told = problems.filter(({ name, message }) => !this.#problems.has(`${name}\n${message}`));
    for (const { name, message } of told) this.#problems.add(`${name}\n${message}`);
    return { items: complete, problems: told };
  }

  /** Waits until the next look is due; looking at a large tree takes at most a fifth of the time. @throws AbortError */
  async rest(signal: AbortSignal): Promise<void> {
    await wait(Math.max(this.#times.every, 4 * this.#lookMs), undefined, { signal });
  }

  #isNewAndComplete({ name, size, modifiedMs }: PlanItem): boolean {
    const now = this.#now();
    const before = this.#seen.get(name);
    if (before === undefined || before.size !== size || before.modifiedMs !== modifiedMs) {
      this.#seen.set(name, { size, modifiedMs, since: now, given: false });
      return false;
    }
    const patience = this.#times.settle * (size === 0 ? EMPTY_PATIENCE : 1);
    if (before.given || now - before.since < patience) return false;
    before.given = true;
    return true;
  }
}
