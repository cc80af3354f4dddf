import { restoreJobSchema, type JobEvent, type RestoreReport } from '../../../contract/jobs.ts';
import { decodeMask } from '../../../images/mask.ts';
import { decodePicture } from '../../../images/decode.ts';
import { assertEncodable, encodePicture } from '../../../images/encode.ts';
import { recompressionNotice } from '../../../images/formats.ts';
import { restore } from '../../../restore/restore.ts';
import type { JobHandler } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';
import { forHost } from './step-frame.ts';

/**
 * Job `restore`: file bytes in, encoded pictures out, progress in between. Everything that can be wrong with the input
 * is found before the network is loaded.
 */
export function restoreJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<JobEvent, RestoreReport> {
    const job = parseJob(restoreJobSchema, payload, 'restore');
    const picture = await decodePicture(job.picture.bytes, job.picture.name);
    const mask = job.mask && (await decodeMask(job.mask.bytes, job.mask.name, picture));
    const format = job.encoding?.format ?? (picture.format === 'gif' ? 'png' : picture.format);
    const encoding = { format, ...(job.encoding?.quality === undefined ? {} : { quality: job.encoding.quality }) };
    assertEncodable(picture, encoding);
    const recompressed = recompressionNotice(picture.format, format);
    if (recompressed !== undefined) yield { type: 'notice', message: recompressed };

    const { network, messages, release } = await networks.lease(job.network);
    try {
      for (const message of messages) yield { type: 'notice', message };
      const run = restore({ picture, mask, options: job.options }, network, { now: () => performance.now(), signal });
      for (;;) {
        const next = await run.next();
        if (next.done) return next.value;
        const event = next.value;
        if (event.type === 'step') {
          yield await forHost(event, job.frames, (frame) => encodePicture(frame, { format: 'png' }));
        } else {
          const bytes = await encodePicture(event.picture, encoding);
          yield { type: 'picture', sample: event.sample, format, bytes };
        }
      }
    } finally {
      await release();
    }
  };
}
