import type { z } from 'zod';
import { issueSentences } from '../../../contract/issue-sentences.ts';
import { LangevinError } from '../../../errors.ts';

/**
 * Checks the payload of a job; unknown keys are refused.
 * @throws invalid-argument, naming every offending key.
 */
export function parseJob<T>(schema: z.ZodType<T>, payload: unknown, job: string): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const issues = issueSentences(result.error, payload);
  throw new LangevinError('invalid-argument', `The ${job} request is not valid: ${issues}.`);
}
