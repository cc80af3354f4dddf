import { z } from 'zod';
import { networkChoiceSchema, placedFileSchema, type JobProgress } from '../../../contract/jobs.ts';
import type { RestoreReport } from '../../../contract/restore-events.ts';
import { restoreOptionsSchema } from '../../../contract/restore-options.ts';
import { GIVEN_FILLS } from '../../../restore/given-fill.ts';
import { restore } from '../../../restore/restore.ts';
import type { JobHandler } from '../job-registry.ts';
import { contentsOf } from '../placed-files.ts';
import {
  leavePicture,
  placedBytesSchema,
  placedPictureSchema,
  takeBytes,
  takePicture,
  type PlacedPicture,
} from '../placed-pixels.ts';
import type { EngineServices } from '../services.ts';
import { leaseNetwork } from './lease-network.ts';
import { parseJob } from './parse-job.ts';
import { readKernel } from './restore-input.ts';

const restoreDecodedSchema = z.strictObject({
  picture: placedPictureSchema,
  /** height × width as stored, non-zero = restore. */
  mask: placedBytesSchema.optional(),
  given: z.enum(GIVEN_FILLS).optional(),
  kernel: placedFileSchema.optional(),
  options: restoreOptionsSchema,
  network: networkChoiceSchema,
  /** Where large results are left: new names are made of it. */
  into: z.string().min(1),
});
export type RestoreDecodedJob = z.input<typeof restoreDecodedSchema>;

export type RestoreDecodedEvent = JobProgress | { readonly type: 'notice'; readonly message: string };

export interface RestoreDecodedResult {
  /** One for each sample. */
  readonly pictures: readonly PlacedPicture[];
  readonly report: RestoreReport;
}

/** Job `restore-decoded`: a picture task for callers that decode and encode elsewhere, such as a batch. */
export function restoreDecodedJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<RestoreDecodedEvent, RestoreDecodedResult> {
    const job = parseJob(restoreDecodedSchema, payload, 'restore-decoded');
    const { given, options, network: choice, into } = job;
    const request = {
      ...{ given, options },
      picture: await takePicture(job.picture),
      mask: job.mask && (await takeBytes(job.mask)),
      kernel: job.kernel && (await readKernel(await contentsOf(job.kernel))),
    };
    const { network, messages, release } = await leaseNetwork(networks, options, choice);
    try {
      for (const message of messages) yield { type: 'notice', message };
      const run = restore(request, network, {
        now: () => performance.now(),
        signal,
        companions: false,
        ownsPicture: true,
      });
      const pictures: PlacedPicture[] = [];
      for (;;) {
        const next = await run.next();
        if (next.done) return { pictures, report: next.value };
        const event = next.value;
        if (event.type === 'step') {
          const { state: _state, denoised: _denoised, ...progress } = event;
          yield progress;
        } else if (event.type === 'notice') {
          yield event;
        } else if (event.type === 'sample') {
          pictures[event.sample] = await leavePicture(event.picture, `${into}.sample-${event.sample}`);
        }
      }
    } finally {
      await release();
    }
  };
}
