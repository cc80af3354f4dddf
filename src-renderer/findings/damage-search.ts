import type { FindOptions } from '../../src-main/contract/find.ts';
import type { RoughStroke } from '../canvas/tools/tool.ts';
import type { Finding } from './finding.ts';
import type { Runs } from './runs.ts';

/** What a search tells while it goes on. */
export interface SearchListener {
  /** @param fraction  0 … 1. */
  onProgress(fraction: number): void;
  /** `filter` and `snap` now answer from something, coarse at first and better each time. */
  onBetter(): void;
}

/** Looks for damage in one picture and keeps the probabilities, from which it answers at once. */
export interface DamageSearch {
  /**
   * Looks; the first call does the work, later ones return at once when it was done.
   * @throws cancelled when `signal` is aborted; why it failed otherwise.
   */
  run(listener: SearchListener, signal: AbortSignal): Promise<void>;
  /** The findings that pass; none before the first `onBetter`. */
  filter(filters: FindOptions): Promise<readonly Finding[]>;
  /** The damage beneath a stroke, with what reaches a little beyond it; empty where there is no sign of any. */
  snap(stroke: RoughStroke): Promise<Runs>;
  /** Lets go of what is kept. */
  dispose(): void;
}
