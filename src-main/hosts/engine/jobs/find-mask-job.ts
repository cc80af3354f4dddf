import { z } from 'zod';
import { findOptionsSchema, type FindEvent } from '../../../contract/find.ts';
import { LangevinError } from '../../../errors.ts';
import { cautionNotices } from '../../../find/findings/caution.ts';
import { describeFindings } from '../../../find/findings/describe.ts';
import { toStored } from '../../../images/orientation.ts';
import type { JobHandler } from '../job-registry.ts';
import { leaveBytes, placedPictureSchema, takePicture, type PlacedBytes } from '../placed-pixels.ts';
import type { EngineServices } from '../services.ts';
import { found, photographNotices } from './find-job.ts';
import { parseJob } from './parse-job.ts';

const findMaskSchema = z.strictObject({
  /** As stored. */
  picture: placedPictureSchema,
  /** For messages. */
  name: z.string().min(1),
  options: findOptionsSchema,
  threads: z.int().min(1).max(256).optional(),
  /** Where the mask is left where it is large. */
  into: z.string().min(1),
});
export type FindMaskJob = z.input<typeof findMaskSchema>;

export interface FoundMask {
  /** height × width as stored, 1 = damaged. */
  readonly mask: PlacedBytes;
  /** What was found, and what should be looked at before it is filled. */
  readonly notices: readonly string[];
}

/**
 * Job `find-mask`: what is to be restored of a decoded picture, for callers that restore it next, such as a batch.
 * Throws nothing-to-do where nothing is found, and what the job `find` throws.
 */
export function findMaskJob({ detectors }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<FindEvent, FoundMask> {
    const job = parseJob(findMaskSchema, payload, 'find-mask');
    const { name, options, into } = job;
    const picture = await takePicture(job.picture);
    const remarks = photographNotices(picture, name);
    const detector = await detectors.open('damage', job.threads);
    const result = yield* found(picture, detector, { options, maps: false }, signal);
    const { findings = [], doubtful = [], mask, width, height, orientation } = result;
    if (findings.length === 0 || mask === undefined) {
      throw new LangevinError('nothing-to-do', `Nothing was found in ${name}.`);
    }
    return {
      mask: await leaveBytes(toStored(mask, width, height, 1, orientation), into),
      notices: [...remarks, `Found: ${describeFindings(findings, mask)}.`, ...cautionNotices(findings, doubtful)],
    };
  };
}
