import type { z } from 'zod';
import type { Choices, SamplerChoices } from '../../../contract/app/replies.ts';
import type { Sent } from '../../../contract/app/parts.ts';
import type { RecipeMeaning } from '../../../contract/app/recipes.ts';
import type { Inspection } from '../../../contract/inspect.ts';
import type { PictureContent, ScanContent } from '../../../contract/app/values.ts';
import type { AdjustmentPreview, SuggestedTones } from '../../../contract/app/adjusting.ts';
import type {
  AdjustedBytes,
  adjustPictureSchema,
  previewAdjustmentSchema,
  suggestAdjustmentSchema,
} from './adjust-work.ts';
import type { composeResultSchema } from './compose-work.ts';
import type { gradientProblemSchema } from './gradient-problem.ts';
import type { choicesSchema, DescribedModel, samplerChoicesSchema } from './model-work.ts';
import type {
  encodeMaskSchema,
  encodeResultSchema,
  pictureSizeSchema,
  PictureSize,
  readMaskSchema,
  readPictureSchema,
  thumbnailSchema,
} from './picture-work.ts';
import type { PassPlan, planSchema } from './plan-work.ts';
import type { inspectPictureSchema, pictureRecipeSchema } from './recipe-work.ts';
import type { strengthenSchema } from './strength-work.ts';
import type { readPlaneSchema } from './plane-work.ts';
import type {
  encodeValuesSchema,
  readScanSchema,
  readValuesSchema,
  SimulatedScan,
  simulateScanSchema,
} from './scan-work.ts';
import type { SortedFiles, sortSeriesSchema } from './series-work.ts';

interface Job<Schema extends z.ZodType, Result> {
  readonly payload: z.input<Schema>;
  readonly event: never;
  readonly result: Result;
}

/** What the picture process does for the app: all that takes long without a network. */
export interface PictureJobs {
  /** Starts what the other jobs need, so that the first of them does not wait for it. */
  readonly 'warm-up': Job<z.ZodObject, void>;
  readonly 'read-picture': Job<typeof readPictureSchema, Sent<PictureContent>>;
  readonly 'picture-size': Job<typeof pictureSizeSchema, PictureSize>;
  readonly 'make-thumbnail': Job<typeof thumbnailSchema, Uint8Array>;
  readonly 'preview-adjustment': Job<typeof previewAdjustmentSchema, AdjustmentPreview>;
  readonly 'suggest-adjustment': Job<typeof suggestAdjustmentSchema, SuggestedTones>;
  readonly 'adjust-picture': Job<typeof adjustPictureSchema, AdjustedBytes>;
  readonly 'inspect-picture': Job<typeof inspectPictureSchema, Inspection>;
  readonly 'apply-recipe': Job<typeof pictureRecipeSchema, RecipeMeaning>;
  readonly 'read-mask': Job<typeof readMaskSchema, Sent<Uint8Array>>;
  readonly 'encode-mask': Job<typeof encodeMaskSchema, Uint8Array>;
  readonly 'encode-result': Job<typeof encodeResultSchema, Sent<Uint8Array>>;
  readonly 'compose-result': Job<typeof composeResultSchema, void>;
  readonly 'strengthen-result': Job<typeof strengthenSchema, void>;
  readonly 'read-scan': Job<typeof readScanSchema, ScanContent>;
  readonly 'sort-series': Job<typeof sortSeriesSchema, SortedFiles>;
  readonly 'read-plane': Job<typeof readPlaneSchema, ScanContent>;
  readonly 'read-values': Job<typeof readValuesSchema, ScanContent>;
  readonly 'encode-values': Job<typeof encodeValuesSchema, Uint8Array>;
  readonly 'simulate-scan': Job<typeof simulateScanSchema, SimulatedScan>;
  readonly 'list-models': Job<z.ZodObject, readonly DescribedModel[]>;
  readonly 'gradient-problem': Job<typeof gradientProblemSchema, string | undefined>;
  readonly 'list-choices': Job<typeof choicesSchema, Choices>;
  readonly 'list-sampler-choices': Job<typeof samplerChoicesSchema, SamplerChoices>;
  readonly 'plan-passes': Job<typeof planSchema, PassPlan>;
}
