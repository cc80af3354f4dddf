import type { JobRegistry } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { applyRecipeJob } from './apply-recipe.ts';
import { doctorJob } from './doctor.ts';
import { findJob } from './find-job.ts';
import { findMaskJob } from './find-mask-job.ts';
import { inspectJob } from './inspect-job.ts';
import { decodeJob, encodeJob } from './latent-jobs.ts';
import { likelihoodJob } from './likelihood-job.ts';
import { modelCheckJob } from './model-check.ts';
import { modelImportJob } from './model-import.ts';
import { modelsConvertJob } from './models-convert.ts';
import { modelsListJob, modelsShowJob } from './models.ts';
import { probeJob } from './probe.ts';
import { restoreDecodedJob } from './restore-decoded-job.ts';
import { restoreJob } from './restore-job.ts';
import { sampleJob } from './sample-job.ts';
import { simulateJob } from './simulate-job.ts';
import { viewRestoreJob } from './view-restore-job.ts';

/** Every kind of job of the engine process; `EngineJobs` has their types. */
export function registerEngineJobs(registry: JobRegistry, services: EngineServices): void {
  registry.register('probe', probeJob(services));
  registry.register('doctor', doctorJob(services));
  registry.register('models-list', modelsListJob(services));
  registry.register('models-show', modelsShowJob(services));
  registry.register('models-check', modelCheckJob(services));
  registry.register('models-import', modelImportJob(services));
  registry.register('models-convert', modelsConvertJob(services));
  registry.register('restore', restoreJob(services));
  registry.register('restore-decoded', restoreDecodedJob(services));
  registry.register('view-restore', viewRestoreJob(services));
  registry.register('sample', sampleJob(services));
  registry.register('encode', encodeJob(services));
  registry.register('decode', decodeJob(services));
  registry.register('likelihood', likelihoodJob(services));
  registry.register('inspect', inspectJob());
  registry.register('apply-recipe', applyRecipeJob());
  registry.register('simulate', simulateJob());
  registry.register('find', findJob(services));
  registry.register('find-mask', findMaskJob(services));
}
