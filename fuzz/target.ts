import type { FuzzRandom } from './fuzz-random.ts';

/** What must never happen; a report counts each. */
export const FAULTS = [
  'crash',
  'hang',
  'orphan',
  'memory',
  'untyped',
  'unreadable',
  'lost',
  'corrupt',
  'admitted',
] as const;
/**
 * `crash`: a process ended that must not. `hang`: no answer within `HANG_MS`. `orphan`: a process or a file outlived
 * what it was there for. `memory`: more of it than the bound. `untyped`: an error without a code of its own. `unreadable`: a result that
 * cannot be read again. `lost`, `corrupt`: a file that was there, or was whole. `admitted`: something was let in without the key.
 */
export type FaultKind = (typeof FAULTS)[number];

/** Longest time that one case may take, milliseconds; waiting for a processor does not count. */
export const HANG_MS = 12_000;

/** What a target is given. */
export interface FuzzContext {
  readonly seed: number;
  /** Cases `first` … `first + cases − 1` are to be tried, in order, as far as the time goes. */
  readonly first: number;
  readonly cases: number;
  /** An empty folder, removed afterwards. */
  readonly scratch: string;
  /** The random numbers of one case: the same for the same seed, target and index. */
  random(index: number): FuzzRandom;
  /** Whether the time is up. */
  isOver(): boolean;
  /** A case is through. @param outcome  what became of it, for the report. */
  tried(outcome: string): void;
  /** @param what  the case and what was seen, in one line; `index` repeats it: `--first INDEX --cases 1`. */
  fault(kind: FaultKind, index: number, what: string): void;
}

/** A part of the program under attack. One file each in `targets/`, listed in `registry.ts`. */
export interface FuzzTarget {
  readonly name: string;
  readonly title: string;
  /** Of a whole campaign. */
  readonly cases: number;
  /** Part of the time of `--seconds`, relative to the others. */
  readonly share: number;
  run(context: FuzzContext): Promise<void>;
}
