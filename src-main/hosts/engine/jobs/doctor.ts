import { availableParallelism, cpus, totalmem } from 'node:os';
import { env } from 'onnxruntime-node';
import { z } from 'zod';
import { throwIfCancelled } from '../../../errors.ts';
import { providerCandidates, type ProbeReport } from '../../../prior/provider.ts';
import type { JobHandler } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';

const request = z.strictObject({
  model: z.string().min(1).default('photo'),
  threads: z.int().min(1).max(256).optional(),
  /** How long to measure the speed of each provider. */
  seconds: z.number().min(0).max(60).default(1),
});
export type DoctorRequest = z.input<typeof request>;

/** What runs here, and how fast. */
export interface DoctorReport {
  readonly node: string;
  readonly onnxruntime: string;
  readonly platform: string;
  readonly architecture: string;
  readonly processor: string;
  readonly logicalCores: number;
  readonly memoryBytes: number;
  /** Threads asked for; undefined = one for each physical core, chosen by ONNX Runtime. */
  readonly threads: number | undefined;
  /** The model that the speed was measured with. */
  readonly model: string;
  readonly providers: readonly ProbeReport[];
}

/** Job `doctor`: probes every provider of the platform afresh; each report is an event as soon as it is there. */
export function doctorJob({ store, prober }: EngineServices): JobHandler {
  return async function* (payload, { signal }) {
    const { model, threads, seconds } = parseJob(request, payload, 'doctor');
    const found = await store.find(model);
    const providers: ProbeReport[] = [];
    for (const provider of ['cpu' as const, ...providerCandidates(process.platform)]) {
      throwIfCancelled(signal);
      const report = await prober.probe(found, provider, seconds, threads);
      providers.push(report);
      yield report;
    }
    return {
      node: process.versions.node,
      onnxruntime: env.versions.node ?? env.versions.common,
      platform: process.platform,
      architecture: process.arch,
      processor: cpus()[0]?.model ?? 'unknown',
      logicalCores: availableParallelism(),
      memoryBytes: totalmem(),
      threads,
      model: found.manifest.name,
      providers,
    } satisfies DoctorReport;
  };
}
