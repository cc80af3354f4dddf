import type { z } from 'zod';
import { issueSentences } from '../../../issue-sentences.ts';
import { LangevinError } from '../../../errors.ts';

/** Of what is wrong with a request, characters: what a sender repeats a hundred thousand times is not repeated back. */
const LONGEST = 600;

/**
 * Checks the payload of a job; unknown keys are refused.
 * @throws invalid-argument, naming the offending keys, as far as they fit into a message.
 */
export function parseJob<T>(schema: z.ZodType<T>, payload: unknown, job: string): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const issues = issueSentences(result.error, payload, 'the request');
  const shown = issues.length > LONGEST ? `${issues.slice(0, LONGEST)}…` : `${issues}.`;
  throw new LangevinError('invalid-argument', `The ${job} request is not valid: ${shown}`);
}
