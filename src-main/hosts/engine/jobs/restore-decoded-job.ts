import { z } from 'zod';
import { fileSchema, networkChoiceSchema, type JobProgress } from '../../../contract/jobs.ts';
import type { RestoreReport } from '../../../contract/restore-events.ts';
import { restoreOptionsSchema } from '../../../contract/restore-options.ts';
import { GIVEN_FILLS } from '../../../restore/given-fill.ts';
import { restore } from '../../../restore/restore.ts';
import { channelCount, type Picture } from '../../../tensor/picture.ts';
import type { JobHandler } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { leaseNetwork } from './lease-network.ts';
import { parseJob } from './parse-job.ts';
import { readKernel } from './restore-input.ts';

/** A decoded picture as it comes from another process. */
export const pictureSchema = z.custom<Picture>((value) => {
  const { width, height, mode, bitDepth, data } = value as Picture;
  const Samples = bitDepth === 16 ? Uint16Array : Uint8Array;
  return data instanceof Samples && data.length === width * height * channelCount(mode);
}, 'must be a picture');

const restoreDecodedSchema = z.strictObject({
  picture: pictureSchema,
  /** height × width as stored, non-zero = restore. */
  mask: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array').optional(),
  given: z.enum(GIVEN_FILLS).optional(),
  kernel: fileSchema.optional(),
  options: restoreOptionsSchema,
  network: networkChoiceSchema,
});
export type RestoreDecodedJob = z.input<typeof restoreDecodedSchema>;

export type RestoreDecodedEvent = JobProgress | { readonly type: 'notice'; readonly message: string };

export interface RestoreDecodedResult {
  /** One for each sample. */
  readonly pictures: readonly Picture[];
  readonly report: RestoreReport;
}

/** Job `restore-decoded`: a picture task for callers that decode and encode elsewhere, such as a batch. */
export function restoreDecodedJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<RestoreDecodedEvent, RestoreDecodedResult> {
    const { network: choice, kernel, ...job } = parseJob(restoreDecodedSchema, payload, 'restore-decoded');
    const request = { ...job, kernel: kernel && (await readKernel(kernel)) };
    const { network, messages, release } = await leaseNetwork(networks, job.options, choice);
    try {
      for (const message of messages) yield { type: 'notice', message };
      const run = restore(request, network, {
        now: () => performance.now(),
        signal,
        companions: false,
        ownsPicture: true,
      });
      const pictures: Picture[] = [];
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
          pictures[event.sample] = event.picture;
        }
      }
    } finally {
      await release();
    }
  };
}
