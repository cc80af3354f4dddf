import { z } from 'zod';
import type { BatchReport } from '../../contract/batch.ts';
import { LangevinError, type ErrorCode } from '../../errors.ts';

const text = z.string();
const count = z.number().min(0);

const outcomeSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('done'),
    input: text,
    outputs: z.array(text),
    width: count,
    height: count,
    seconds: count,
    nfe: count,
    earlier: z.boolean(),
    notices: z.array(text),
    thumbnails: z
      .strictObject({ before: z.base64(), after: z.base64(), marked: z.base64().exactOptional() })
      .exactOptional(),
    times: z.strictObject({ prepare: count, restore: count, encode: count, write: count }).exactOptional(),
  }),
  z.strictObject({
    status: z.literal('failed'),
    input: text,
    code: z.custom<ErrorCode>((value) => typeof value === 'string'),
    message: text,
    seconds: count,
  }),
  z.strictObject({ status: z.literal('skipped'), input: text, reason: text }),
  z.strictObject({ status: z.literal('pending'), input: text }),
]);

const reportSchema = z.strictObject({
  format: z.literal('langevin-batch-report'),
  version: z.literal(1),
  program: text,
  output: text,
  settings: z.record(text, z.union([text, z.number(), z.boolean()])),
  shards: z.array(text),
  started: text,
  finished: text,
  cancelled: z.boolean(),
  totals: z.strictObject({ inputs: count, done: count, failed: count, skipped: count, pending: count }),
  notices: z.array(text),
  files: z.array(outcomeSchema),
});

/**
 * Reads a report file.
 * @throws invalid-argument when it is none, saying where.
 */
export function parseReport(bytes: Uint8Array, path: string): BatchReport {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new LangevinError('invalid-argument', `${path} is not a batch report: it is not valid JSON.`);
  }
  const result = reportSchema.safeParse(json);
  if (result.success) return result.data;
  const { path: place, message } = result.error.issues[0];
  throw new LangevinError(
    'invalid-argument',
    `${path} is not a batch report: ${place.join('.') || 'root'}: ${message}.`,
  );
}
