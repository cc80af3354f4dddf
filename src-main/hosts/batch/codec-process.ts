/**
 * Entry of a process that decodes and encodes pictures, so that this overlaps with the network in the engine process,
 * and so that a picture on which decoding hangs or crashes costs nothing but itself.
 */
import { LangevinError } from '../../errors.ts';
import { hostPort } from '../engine/host-port.ts';
import { JobRegistry } from '../engine/job-registry.ts';
import { parseJob } from '../engine/jobs/parse-job.ts';
import { ProcessWatch } from '../engine/process-watch.ts';
import { serveJobs } from '../engine/serve.ts';
import {
  checkSlice,
  checkSliceSchema,
  type CheckSliceJob,
  finishJobSchema,
  finishPicture,
  prepareJobSchema,
  prepareInto,
  type FinishedPicture,
  type FinishJob,
  type PlacedPreparation,
  type PrepareJob,
} from './codec-work.ts';
import { writeVolume, writeVolumeSchema, type WriteVolumeJob } from './volume-work.ts';

/** Payload and result of every kind of job. */
export interface CodecJobs {
  readonly prepare: { readonly payload: PrepareJob; readonly event: never; readonly result: PlacedPreparation };
  readonly 'check-slice': {
    readonly payload: CheckSliceJob;
    readonly event: never;
    readonly result: Awaited<ReturnType<typeof checkSlice>>;
  };
  readonly 'write-volume': { readonly payload: WriteVolumeJob; readonly event: never; readonly result: null };
  readonly finish: { readonly payload: FinishJob; readonly event: never; readonly result: FinishedPicture };
}

const port = hostPort();
if (port === undefined) {
  throw new LangevinError('internal', 'The codec was started by hand; it serves a Langevin host and has none.');
}
// A terminal sends Ctrl-C to all its processes; the host decides what that means for its codec.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
const registry = new JobRegistry();
// eslint-disable-next-line require-yield -- a job without events
registry.register('prepare', async function* (payload) {
  return prepareInto(parseJob(prepareJobSchema, payload, 'prepare'));
});
// eslint-disable-next-line require-yield -- a job without events
registry.register('check-slice', async function* (payload) {
  return checkSlice(parseJob(checkSliceSchema, payload, 'check-slice'));
});
// eslint-disable-next-line require-yield -- a job without events
registry.register('write-volume', async function* (payload) {
  await writeVolume(parseJob(writeVolumeSchema, payload, 'write-volume'));
  return null;
});
// eslint-disable-next-line require-yield -- a job without events
registry.register('finish', async function* (payload) {
  return finishPicture(parseJob(finishJobSchema, payload, 'finish'));
});
serveJobs(port, registry, new ProcessWatch(), () => process.exit(0));
