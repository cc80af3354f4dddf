import type { z } from 'zod';
import type { HealBlock } from '../../../contract/app/healing.ts';
import type { Sent } from '../../../contract/app/parts.ts';
import type {
  closeHealingSchema,
  encodeHealedSchema,
  fillStrokeSchema,
  HealedStroke,
  HealWindow,
  healWindowSchema,
  openHealingSchema,
  setLayersSchema,
  takeRefinedSchema,
} from './heal-work.ts';

interface Job<Schema extends z.ZodType, Result> {
  readonly payload: z.input<Schema>;
  readonly event: never;
  readonly result: Result;
}

/** What the healing process does: it holds the pictures that are healed, at full depth, so that a stroke is quick. */
export interface HealJobs {
  readonly 'open-healing': Job<typeof openHealingSchema, { readonly bytes: number }>;
  readonly 'close-healing': Job<typeof closeHealingSchema, null>;
  readonly 'set-layers': Job<typeof setLayersSchema, readonly HealBlock[]>;
  readonly 'fill-stroke': Job<typeof fillStrokeSchema, HealedStroke>;
  readonly 'heal-window': Job<typeof healWindowSchema, HealWindow>;
  readonly 'take-refined': Job<typeof takeRefinedSchema, HealedStroke>;
  readonly 'encode-healed': Job<typeof encodeHealedSchema, Sent<Uint8Array>>;
}
