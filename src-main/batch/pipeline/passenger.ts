import type { StageTimes } from '../../contract/batch.ts';
import type { PreparedInput, RestoredInput } from '../batch-engine.ts';
import type { Fingerprint } from '../journal/records.ts';
import type { FoundMask } from '../masks/mask-finder.ts';
import type { PlanItem } from '../plan/plan.ts';
import type { TimeBudget } from './time-budget.ts';

/** An input that is to be worked on. */
export interface DueItem {
  readonly item: PlanItem;
  /** Its outputs may be replaced. */
  readonly mayReplace: boolean;
}

/** An input on its way through the pipeline. */
export interface Passenger<P extends PreparedInput> extends DueItem {
  readonly budget: TimeBudget;
  readonly source: Fingerprint;
  readonly mask: FoundMask;
  readonly prepared: P;
  readonly times: { -readonly [K in keyof StageTimes]: number };
}

/** … with its result. */
export interface Returner<P extends PreparedInput, R extends RestoredInput> extends Passenger<P> {
  readonly restored: R;
}
