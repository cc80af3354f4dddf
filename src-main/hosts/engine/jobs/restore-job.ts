import type { z } from 'zod';
import { restoreJobSchema, type JobEvent, type RestoreReport } from '../../../contract/jobs.ts';
import { enlargementOf } from '../../../contract/restore-options.ts';
import { assertEncodable, encodePicture, type EncodeOptions } from '../../../images/encode.ts';
import { recompressionNotice } from '../../../images/formats.ts';
import { carryNotice } from '../../../images/metadata/carry.ts';
import type { Companion, RestoredSample, RestoreRequest } from '../../../restore/request.ts';
import { restore } from '../../../restore/restore.ts';
import { colourChannels } from '../../../restore/picture-tensor.ts';
import { channelCount } from '../../../tensor/picture.ts';
import type { JobHandler } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { dicomDescription, dicomSource } from './dicom-source.ts';
import { leaseNetwork } from './lease-network.ts';
import { encodeOptions } from './encode-options.ts';
import { parseJob } from './parse-job.ts';
import { readPictureInput, readScanInput, type PictureInput } from './restore-input.ts';
import { writeSlice } from './slice-files.ts';
import { forHost } from './step-frame.ts';

type EncodedPicture = Extract<JobEvent, { type: 'picture' | 'companion' }>;

/** What is to be restored, and how its results are written. */
interface Prepared {
  readonly request: RestoreRequest;
  readonly notices: readonly string[];
  readonly write: (event: RestoredSample | Companion) => Promise<Pick<EncodedPicture, 'format' | 'bytes'>>;
}

/**
 * Job `restore`: file bytes in, encoded pictures out, progress in between. What is wrong with the files is found
 * before the network is loaded.
 */
export function restoreJob({ networks }: EngineServices): JobHandler {
  return async function* (payload, { signal }): AsyncGenerator<JobEvent, RestoreReport> {
    const job = parseJob(restoreJobSchema, payload, 'restore');
    const { request, notices, write } = await (job.options.task === 'reconstruct' ? scan(job) : picture(job));
    for (const message of notices) yield { type: 'notice', message };

    const { network, messages, release } = await leaseNetwork(networks, job.options, job.network);
    try {
      for (const message of messages) yield { type: 'notice', message };
      const run = restore(request, network, { now: () => performance.now(), signal, ownsPicture: true });
      for (;;) {
        const next = await run.next();
        if (next.done) return next.value;
        const event = next.value;
        if (event.type === 'step') {
          yield await forHost(event, job.frames, (frame) => encodePicture(frame, { format: 'png' }));
        } else if (event.type === 'notice') {
          yield event;
        } else if (event.type === 'sample') {
          yield { type: 'picture', sample: event.sample, ...(await write(event)) };
        } else {
          yield { type: 'companion', name: event.name, ...(await write(event)) };
        }
      }
    } finally {
      await release();
    }
  };
}

async function picture(job: z.output<typeof restoreJobSchema>): Promise<Prepared> {
  const request = await readPictureInput(job);
  const { format: input } = request.picture;
  const format = job.encoding?.format ?? (input === 'gif' ? 'png' : input);
  const encoding = encodeOptions({ ...job.encoding, format });
  assertEncodable(plannedResult(request), encoding);
  const recompressed = recompressionNotice(input, format);
  return {
    request,
    notices: [...request.picture.notices, recompressed, carryNotice(request.picture.metadata, format)].filter(
      (notice) => notice !== undefined,
    ),
    // A standard deviation has 16 bits, which not every format of pictures holds, and must not be compressed with loss.
    write: async (event) => {
      const options: EncodeOptions = event.type === 'companion' && isMap(event.name) ? { format: 'png' } : encoding;
      return { format: options.format, bytes: await encodePicture(event.picture, options) };
    },
  };
}

/** Pictures of deviations: more bits or other colours than the input has, which no lossy format may change. */
export function isMap(name: Companion['name'] | undefined): boolean {
  return name === 'std' || name === 'interval';
}

/** Size and colours of the result, so that a format that cannot hold it is found before the work. */
export function plannedResult({ picture, options }: PictureInput): PictureInput['picture'] {
  const scale = enlargementOf(options);
  const { width, height } = picture;
  const isColoured = options.task === 'colorize' || (options.task === 'compound' && options.damage?.grey === true);
  const coloured = channelCount(picture.mode) === colourChannels(picture) ? 'rgb' : 'rgb-alpha';
  const mode = isColoured ? coloured : picture.mode;
  return { ...picture, width: width * scale, height: height * scale, mode };
}

type ScanJob = z.output<typeof restoreJobSchema>;

async function scan(job: ScanJob): Promise<Prepared> {
  const { request, notices } = await readScanInput(job);
  const format = job.sliceFormat ?? 'npy';
  // What the slice is made from, or compared with.
  const files = [job.picture, job.truth, job.sinogram];
  const source = format === 'dicom' ? await dicomSource(files) : undefined;
  return {
    request,
    notices,
    write: async (event) => {
      if (event.slice === undefined)
        return { format: 'png', bytes: await encodePicture(event.picture, { format: 'png' }) };
      const what = event.type === 'sample' ? `sample ${event.sample + 1}` : event.name;
      const dicom = { source, description: dicomDescription(what, job.options) };
      return { format, bytes: await writeSlice(event.slice, event.picture, format, dicom) };
    },
  };
}
