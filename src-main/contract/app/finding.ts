import { z } from 'zod';
import type { DamageMaps } from '../find.ts';
import type { RunProblem } from './runs.ts';
import { idSchema, type Id } from './values.ts';

/** Searches for damage: begun and ended by requests; what they find comes as events. */
export const findingRequests = {
  /** Looks for damage in a picture; several searches and runs may go on at once. */
  startFind: z.strictObject({ file: idSchema }),
  cancelFind: z.strictObject({ find: idSchema }),
} as const;

/** News of a search. */
export type FindNews =
  | { readonly type: 'find-progress'; readonly find: Id; readonly fraction: number; readonly etaMs: number }
  /** Probabilities of the picture as displayed: coarse ones first, then finer ones in their place. */
  | { readonly type: 'find-maps'; readonly find: Id; readonly maps: DamageMaps }
  | { readonly type: 'find-end'; readonly find: Id; readonly status: 'done' | 'cancelled' }
  | { readonly type: 'find-end'; readonly find: Id; readonly status: 'failed'; readonly problem: RunProblem };
