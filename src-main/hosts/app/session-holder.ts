import type { HoldingNews } from '../../contract/app/holding.ts';
import type { Id } from '../../contract/app/values.ts';
import { LangevinError } from '../../errors.ts';

export interface SessionHolderOptions {
  readonly emit: (news: HoldingNews) => void;
  /** How long a page whose connection has broken may take to come back, milliseconds. */
  readonly graceMs?: number;
  /** How long a page that is to leave may take to save, milliseconds. */
  readonly patienceMs?: number;
}

/** Whatever carries the messages of one page. */
export type PageConnection = object;

/** Which page edits what is open; see contract/app/holding.ts. */
export class SessionHolder {
  readonly #emit: SessionHolderOptions['emit'];
  readonly #graceMs: number;
  readonly #patienceMs: number;
  #held: { readonly page: Id; connection: PageConnection | undefined } | undefined;
  #grace: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  constructor({ emit, graceMs = 2000, patienceMs = 5000 }: SessionHolderOptions) {
    this.#emit = emit;
    this.#graceMs = graceMs;
    this.#patienceMs = patienceMs;
  }

  /** @returns whether the page has the session now. */
  async hold(page: Id, take: boolean, connection: PageConnection | undefined): Promise<boolean> {
    const held = this.#held;
    const isOwn =
      held === undefined || held.connection === connection || (held.connection === undefined && held.page === page);
    if (!isOwn) {
      if (!take) return false;
      if (held.connection !== undefined) await this.#askToLeave(held.page);
    }
    clearTimeout(this.#grace);
    this.#held = { page, connection };
    this.#emit({ type: 'session-holder', page });
    return true;
  }

  /** What a page that does not hold the session asks is of no effect. */
  leave(page: Id, connection: PageConnection | undefined): void {
    if (this.#held?.page !== page || this.#held.connection !== connection) return;
    this.#free();
  }

  /** The connection of a page has ended; it may come back with another. */
  disconnected(connection: PageConnection): void {
    if (this.#held?.connection !== connection) return;
    this.#held.connection = undefined;
    this.#wake();
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => this.#free(), this.#graceMs);
    this.#grace.unref();
  }

  /** @throws output-locked for a page when another one holds the session */
  assertMayWrite(connection: PageConnection | undefined): void {
    const holder = this.#held?.connection;
    if (holder === undefined || connection === undefined || holder === connection) return;
    throw new LangevinError(
      'output-locked',
      'What is open is edited in another tab or window. Go on there, or take it over here.',
    );
  }

  #free(): void {
    clearTimeout(this.#grace);
    this.#held = undefined;
    const isAwaited = this.#waiting.size > 0;
    this.#wake();
    // Whoever has asked for it has it in a moment.
    if (!isAwaited) this.#emit({ type: 'session-holder' });
  }

  /** Ends when it has left, is gone, or has taken too long. */
  async #askToLeave(page: Id): Promise<void> {
    this.#emit({ type: 'session-asked', page });
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, this.#patienceMs);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
