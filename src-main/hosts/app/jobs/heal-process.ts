/**
 * Entry of the process that holds the pictures that are healed. One of its own, so that a stroke waits neither for a
 * network nor for another picture that is being decoded.
 */
import type { z } from 'zod';
import { LangevinError } from '../../../errors.ts';
import { hostPort } from '../../engine/host-port.ts';
import { JobRegistry } from '../../engine/job-registry.ts';
import { parseJob } from '../../engine/jobs/parse-job.ts';
import { ProcessWatch } from '../../engine/process-watch.ts';
import { serveJobs } from '../../engine/serve.ts';
import type { HealJobs } from './heal-jobs.ts';
import {
  closeHealingSchema,
  encodeHealedSchema,
  fillStrokeSchema,
  HealWork,
  healWindowSchema,
  openHealingSchema,
  setLayersSchema,
  takeRefinedSchema,
} from './heal-work.ts';

const port = hostPort();
if (port === undefined) {
  throw new LangevinError('internal', 'The healing process was started by hand; it serves a Langevin host.');
}
// A terminal sends Ctrl-C to all its processes; the host decides what that means for this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

const registry = new JobRegistry();
function register<Kind extends keyof HealJobs, Parsed>(
  kind: Kind,
  schema: z.ZodType<Parsed>,
  work: (job: Parsed) => Promise<HealJobs[Kind]['result']>,
): void {
  // eslint-disable-next-line require-yield -- a job without events
  registry.register(kind, async function* (payload) {
    return work(parseJob(schema, payload, kind));
  });
}

const work = new HealWork();
register('open-healing', openHealingSchema, (job) => work.open(job));
register('close-healing', closeHealingSchema, (job) => work.close(job));
register('set-layers', setLayersSchema, (job) => work.setLayers(job));
register('fill-stroke', fillStrokeSchema, (job) => work.fill(job));
register('heal-window', healWindowSchema, (job) => work.window(job));
register('take-refined', takeRefinedSchema, (job) => work.takeRefined(job));
register('encode-healed', encodeHealedSchema, (job) => work.encode(job));
serveJobs(port, registry, new ProcessWatch(), () => process.exit(0));
