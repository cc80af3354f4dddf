/**
 * Entry of the process that decodes, encodes and plans for the app, so that neither the host's loop nor a running network
 * waits for it, and so that a picture on which decoding crashes costs nothing but itself. Its one argument is its
 * Locations as JSON; without it, the platform's defaults.
 */
import { z } from 'zod';
import { LangevinError } from '../../../errors.ts';
import { withCodec } from '../../../images/codec.ts';
import { hostPort } from '../../engine/host-port.ts';
import { JobRegistry } from '../../engine/job-registry.ts';
import { parseJob } from '../../engine/jobs/parse-job.ts';
import { defaultLocations, locationsSchema } from '../../engine/locations.ts';
import { ModelStore } from '../../engine/model-store.ts';
import { ProcessWatch } from '../../engine/process-watch.ts';
import { serveJobs } from '../../engine/serve.ts';
import {
  adjustPicture,
  adjustPictureSchema,
  previewAdjustment,
  previewAdjustmentSchema,
  suggestAdjustment,
  suggestAdjustmentSchema,
} from './adjust-work.ts';
import { composeResult, composeResultSchema } from './compose-work.ts';
import { gradientProblemOf, gradientProblemSchema } from './gradient-problem.ts';
import { choicesSchema, listChoices, listModels, listSamplerChoices, samplerChoicesSchema } from './model-work.ts';
import type { PictureJobs } from './picture-jobs.ts';
import {
  encodeMask,
  encodeMaskSchema,
  encodeResult,
  encodeResultSchema,
  pictureSize,
  pictureSizeSchema,
  readMask,
  readMaskSchema,
  readPicture,
  readPictureSchema,
  pictureThumbnail,
  thumbnailSchema,
} from './picture-work.ts';
import { planPasses, planSchema } from './plan-work.ts';
import { inspectPicture, inspectPictureSchema, pictureRecipeSchema, recipeOfPicture } from './recipe-work.ts';
import { strengthenResult, strengthenSchema } from './strength-work.ts';
import { readPlane, readPlaneSchema } from './plane-work.ts';
import {
  encodeValues,
  encodeValuesSchema,
  readScan,
  readScanSchema,
  readValues,
  readValuesSchema,
  simulateScan,
  simulateScanSchema,
} from './scan-work.ts';
import { sortSeries, sortSeriesSchema } from './series-work.ts';

const [locationsJson] = process.argv.slice(2);
const locations = locationsJson === undefined ? defaultLocations() : locationsSchema.parse(JSON.parse(locationsJson));
const port = hostPort();
if (port === undefined) {
  throw new LangevinError('internal', 'The picture process was started by hand; it serves a Langevin host.');
}
// A terminal sends Ctrl-C to all its processes; the host decides what that means for this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

const registry = new JobRegistry();
function register<Kind extends keyof PictureJobs, Parsed>(
  kind: Kind,
  schema: z.ZodType<Parsed>,
  work: (job: Parsed) => Promise<PictureJobs[Kind]['result']>,
): void {
  // eslint-disable-next-line require-yield -- a job without events
  registry.register(kind, async function* (payload) {
    return work(parseJob(schema, payload, kind));
  });
}

const store = new ModelStore(locations);
// eslint-disable-next-line require-yield -- a job without events
registry.register('read-picture', async function* (payload, { outlet }) {
  const content = await readPicture(parseJob(readPictureSchema, payload, 'read-picture'));
  if (outlet === undefined) return content;
  outlet.postMessage(content.data);
  return { ...content, data: new Uint8Array() };
});
register('warm-up', z.strictObject({}), () => withCodec(() => undefined));
register('picture-size', pictureSizeSchema, pictureSize);
register('make-thumbnail', thumbnailSchema, pictureThumbnail);
register('preview-adjustment', previewAdjustmentSchema, previewAdjustment);
register('suggest-adjustment', suggestAdjustmentSchema, suggestAdjustment);
register('adjust-picture', adjustPictureSchema, adjustPicture);
register('inspect-picture', inspectPictureSchema, inspectPicture);
register('apply-recipe', pictureRecipeSchema, recipeOfPicture);
register('read-mask', readMaskSchema, readMask);
register('encode-mask', encodeMaskSchema, encodeMask);
register('encode-result', encodeResultSchema, encodeResult);
register('compose-result', composeResultSchema, composeResult);
register('strengthen-result', strengthenSchema, strengthenResult);
register('read-scan', readScanSchema, readScan);
register('sort-series', sortSeriesSchema, sortSeries);
register('read-plane', readPlaneSchema, readPlane);
register('read-values', readValuesSchema, readValues);
register('encode-values', encodeValuesSchema, encodeValues);
register('simulate-scan', simulateScanSchema, simulateScan);
register('list-models', z.strictObject({}), () => listModels(store));
register('gradient-problem', gradientProblemSchema, ({ model }) => gradientProblemOf(store, model));
register('list-choices', choicesSchema, (job) => listChoices(store, job));
register('list-sampler-choices', samplerChoicesSchema, async (job) => listSamplerChoices(job));
register('plan-passes', planSchema, (job) => planPasses(store, job));
serveJobs(port, registry, new ProcessWatch(), () => process.exit(0));
