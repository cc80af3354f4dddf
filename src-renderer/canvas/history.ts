import { invalidArgument } from '../../src-main/errors.ts';
import type { TilePatch } from './mask-layer.ts';

/** One thing that can be undone. */
export interface HistoryEntry {
  /** Key of its name in the message catalogue. */
  readonly label: string;
  /** Memory it holds. */
  readonly bytes: number;
  /** Entries with the same key in a row, without a mark between them, are one: a dragged slider is one step. */
  readonly coalesce?: string;
  /** What reverting puts into the mask, in this order from the end; absent where it does other things, too. */
  readonly patches?: readonly TilePatch[];
  /** Takes the change back and returns the entry that repeats it. */
  revert(): HistoryEntry;
}

/** A place in the history, from `History.mark`. */
export interface HistoryMark {
  readonly position: number;
}

interface Recorded {
  readonly entry: HistoryEntry;
  /** Identifies the state after the change. */
  readonly state: number;
}

/**
 * Undo and redo of everything, as entries that revert themselves. Memory is bounded: the oldest entries go first, and
 * the newest always stays.
 */
export class History {
  readonly #maxBytes: number;
  readonly #undo: Recorded[] = [];
  readonly #redo: Recorded[] = [];
  readonly #listeners = new Set<() => void>();
  /** Entries dropped from the old end, so that positions of marks stay valid. */
  #dropped = 0;
  #coalescing = false;
  #baseState = 0;
  #lastState = 0;

  /**
   * @param maxBytes  memory that the entries may hold together.
   * @throws invalid-argument unless it is above 0.
   */
  constructor(maxBytes = 64 * 2 ** 20) {
    if (!(maxBytes > 0)) throw invalidArgument('maxBytes', 'a number above 0', maxBytes);
    this.#maxBytes = maxBytes;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** Label of what `undo` would take back. */
  get undoLabel(): string | undefined {
    return this.#undo.at(-1)?.entry.label;
  }

  /** Label of what `redo` would repeat. */
  get redoLabel(): string | undefined {
    return this.#redo.at(-1)?.entry.label;
  }

  /** Memory that the entries hold. */
  get bytes(): number {
    return [...this.#undo, ...this.#redo].reduce((sum, { entry }) => sum + entry.bytes, 0);
  }

  /** A number for the present state: equal again after undo and redo, so it tells whether there is something to save. */
  get state(): number {
    return this.#undo.at(-1)?.state ?? this.#baseState;
  }

  /** Adds a change that has just been made; what had been undone can no longer be redone. */
  record(entry: HistoryEntry): void {
    const last = this.#undo.at(-1);
    const joins = this.#coalescing && entry.coalesce !== undefined && last?.entry.coalesce === entry.coalesce;
    // The earlier entry already leads back to the value before both.
    if (joins && last !== undefined) this.#undo[this.#undo.length - 1] = this.#recorded(last.entry);
    else this.#undo.push(this.#recorded(entry));
    this.#coalescing = true;
    this.#redo.length = 0;
    this.#trim();
    this.#notify();
  }

  /** The present place. Ends coalescing, and serves `squash` and `bail`. */
  mark(): HistoryMark {
    this.#coalescing = false;
    return { position: this.#dropped + this.#undo.length };
  }

  /** Makes all entries since `mark` one step named `label`. */
  squash(mark: HistoryMark, label: string): void {
    const since = Math.max(0, mark.position - this.#dropped);
    const entries = this.#undo.slice(since).map(({ entry }) => entry);
    if (entries.length === 0) return;
    const state = this.state;
    this.#undo.length = since;
    this.#undo.push({ entry: group(label, entries), state });
    this.#coalescing = false;
    this.#notify();
  }

  /** Takes all entries since `mark` back, for good. */
  bail(mark: HistoryMark): void {
    const since = Math.max(0, mark.position - this.#dropped);
    while (this.#undo.length > since) this.#undo.pop()?.entry.revert();
    this.#coalescing = false;
    this.#notify();
  }

  /** Takes the last change back; false when there is none. */
  undo(): boolean {
    return this.#step(this.#undo, this.#redo);
  }

  /** Repeats what was undone last; false when there is nothing. */
  redo(): boolean {
    return this.#step(this.#redo, this.#undo);
  }

  /** What can be undone, the oldest first, and what can be redone, the next last. */
  get entries(): { readonly undo: readonly HistoryEntry[]; readonly redo: readonly HistoryEntry[] } {
    return { undo: this.#undo.map(({ entry }) => entry), redo: this.#redo.map(({ entry }) => entry) };
  }

  /** Goes on with entries of before, in the order of `entries`; only where nothing has been recorded yet. */
  goOn(undo: readonly HistoryEntry[], redo: readonly HistoryEntry[]): void {
    if (this.canUndo || this.canRedo) return;
    // States count from the oldest; those to redo come after the present one.
    this.#undo.push(...undo.map((entry) => this.#recorded(entry)));
    const later = redo.toReversed().map((entry) => this.#recorded(entry));
    this.#redo.push(...later.toReversed());
    this.#trim();
    this.#notify();
  }

  /** Forgets everything; the present state becomes the first. */
  clear(): void {
    this.#baseState = this.state;
    this.#dropped += this.#undo.length;
    this.#undo.length = 0;
    this.#redo.length = 0;
    this.#coalescing = false;
    this.#notify();
  }

  /** Calls `listener` after every change of the history; the result ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #step(from: Recorded[], to: Recorded[]): boolean {
    const recorded = from.at(-1);
    if (recorded === undefined) return false;
    const inverse = recorded.entry.revert();
    from.pop();
    to.push({ entry: inverse, state: recorded.state });
    this.#coalescing = false;
    this.#trim();
    this.#notify();
    return true;
  }

  #recorded(entry: HistoryEntry): Recorded {
    return { entry, state: ++this.#lastState };
  }

  #trim(): void {
    let bytes = this.bytes;
    // What is farthest from the present goes first: the oldest undo steps, then the last redo steps.
    while (bytes > this.#maxBytes && this.#undo.length + this.#redo.length > 1) {
      if (this.#undo.length > 1 || this.#redo.length === 0) {
        const [oldest] = this.#undo.splice(0, 1);
        bytes -= oldest.entry.bytes;
        this.#baseState = oldest.state;
        this.#dropped++;
      } else {
        const [farthest] = this.#redo.splice(0, 1);
        bytes -= farthest.entry.bytes;
      }
    }
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Several entries, oldest first, as one. */
export function group(label: string, entries: readonly HistoryEntry[]): HistoryEntry {
  return {
    label,
    bytes: entries.reduce((sum, entry) => sum + entry.bytes, 0),
    ...(entries.every(({ patches }) => patches !== undefined) && {
      patches: entries.flatMap(({ patches = [] }) => patches),
    }),
    revert: () =>
      group(
        label,
        entries.toReversed().map((entry) => entry.revert()),
      ),
  };
}

/**
 * The entry of a changed setting.
 * @param before  value to go back to.
 * @param read, write  access to the setting.
 * @param coalesce  see `HistoryEntry.coalesce`; name the setting.
 * @param isPassing  the setting ends with the program, so that a history that is kept can leave it out.
 */
export function valueChange<T>(
  label: string,
  before: T,
  read: () => T,
  write: (value: T) => void,
  coalesce?: string,
  isPassing = false,
): HistoryEntry {
  return {
    label,
    bytes: 128,
    ...(isPassing && { patches: [] }),
    ...(coalesce === undefined ? {} : { coalesce }),
    revert: () => {
      const after = read();
      write(before);
      return valueChange(label, after, read, write, coalesce, isPassing);
    },
  };
}
