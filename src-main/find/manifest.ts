import { z } from 'zod';
import { LangevinError } from '../errors.ts';

/** The maps that a detector answers with, in this order: the surface (any of the next three), then each kind. */
export const DETECTOR_MAPS = ['surface', 'line', 'speck', 'crack', 'loss', 'text'] as const;

const fileName = z
  .string()
  .min(1)
  .refine((p) => !/[\\/]/.test(p) && p !== '..', 'must be the name of a file in the folder of the manifest');

/** Description of a network that finds damage; `manifest.json` in its folder. Unknown keys are refused. */
export const detectorManifestSchema = z.strictObject({
  schema: z.literal(1),
  /** Tells it from a score network, whose manifest has no kind. */
  kind: z.literal('damage-detector'),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, dot, dash or underscore'),
  title: z.string().min(1),
  version: z.string().min(1),
  licence: z.string().min(1),
  format: z.literal('onnx'),
  file: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  /** Picture [n, 3, h, w] in [−1, 1], sRGB-encoded. */
  input: z.string().min(1),
  /** Probabilities [n, 6, h, w]. */
  output: z.string().min(1),
  maps: z.tuple([
    z.literal('surface'),
    z.literal('line'),
    z.literal('speck'),
    z.literal('crack'),
    z.literal('loss'),
    z.literal('text'),
  ]),
  /** Height and width given to the network must be multiples of this. */
  stride: z.int().min(1).max(256),
  /** How far from a pixel the picture matters to its probabilities, pixels. */
  reach: z.int().min(1).max(512),
});

export type DetectorManifest = z.infer<typeof detectorManifestSchema>;

/** Whether a parsed `manifest.json` says that it describes a detector, well or not. */
export function isDetectorManifest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'damage-detector';
}

/**
 * Checks a parsed `manifest.json` of a detector.
 * @param source  named in the error message.
 * @throws invalid-manifest, naming every offending key.
 */
export function parseDetectorManifest(value: unknown, source: string): DetectorManifest {
  const result = detectorManifestSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || '(top level)'}: ${issue.message}`);
  throw new LangevinError(
    'invalid-manifest',
    `${source} is not a valid manifest of a damage detector:\n  ${issues.join('\n  ')}`,
  );
}
