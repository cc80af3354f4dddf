import { availableParallelism, cpus, totalmem } from 'node:os';
import { z } from 'zod';
import { throwIfCancelled, toLangevinError } from '../../../errors.ts';
import { loadOnnxRuntime } from '../../../prior/onnx-runtime.ts';
import { measureSpeed, providerCandidates, type ProbeReport } from '../../../prior/provider.ts';
import { loadTfjs, type PassedOver } from '../../../prior/tfjs/runtime.ts';
import type { JobHandler } from '../job-registry.ts';
import type { NetworkPool } from '../network-pool.ts';
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
  /** Its version; undefined where it cannot be loaded, which the report of the provider cpu explains. */
  readonly onnxruntime: string | undefined;
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
  readonly tensorflow: TensorflowReport;
}

/** What models in TensorFlow.js form run on. */
export interface TensorflowReport {
  readonly usable: boolean;
  /** Version, native library or WebAssembly and what it uses; or why it does not start. */
  readonly description: string;
  /** The better backends, and why they are not used. */
  readonly passedOver: readonly PassedOver[];
  /** Evaluations a second at 256 × 256 pixels, when the model asked about is in this form. */
  readonly stepsPerSecond?: number;
}

/**
 * Job `doctor`: probes every provider of the platform afresh with a model in ONNX form, or TensorFlow.js with one in its
 * form; each provider's report is an event as soon as it is there.
 */
export function doctorJob({ store, prober, networks }: EngineServices): JobHandler {
  return async function* (payload, { signal }) {
    const { model, threads, seconds } = parseJob(request, payload, 'doctor');
    const found = await store.find(model);
    const providers: ProbeReport[] = [];
    const isOnnx = found.manifest.format === 'onnx';
    const runtime = await examineOnnxRuntime();
    if (runtime.problem !== undefined) {
      const report = { provider: 'cpu' as const, usable: false, reason: runtime.problem };
      providers.push(report);
      yield report;
    }
    for (const provider of isOnnx && runtime.problem === undefined
      ? ['cpu' as const, ...providerCandidates(process.platform)]
      : []) {
      throwIfCancelled(signal);
      const report = await prober.probe(found, provider, seconds, threads);
      providers.push(report);
      yield report;
    }
    return {
      node: process.versions.node,
      onnxruntime: runtime.version,
      platform: process.platform,
      architecture: process.arch,
      processor: cpus()[0]?.model ?? 'unknown',
      logicalCores: availableParallelism(),
      memoryBytes: totalmem(),
      threads,
      model: found.manifest.name,
      providers,
      tensorflow: await examineTensorflow(isOnnx ? undefined : () => speedOf(networks, model, seconds)),
    } satisfies DoctorReport;
  };
}

async function examineOnnxRuntime(): Promise<{ readonly version?: string; readonly problem?: string }> {
  try {
    const { versions } = (await loadOnnxRuntime()).env;
    return { version: versions.node ?? versions.common };
  } catch (error) {
    return { problem: toLangevinError(error).message };
  }
}

/** @param measure  the speed of a model in TensorFlow.js form. */
async function examineTensorflow(measure: (() => Promise<number>) | undefined): Promise<TensorflowReport> {
  try {
    const { description, passedOver } = await loadTfjs();
    return { usable: true, description, passedOver, ...(measure && { stepsPerSecond: await measure() }) };
  } catch (error) {
    return { usable: false, description: toLangevinError(error).message, passedOver: [] };
  }
}

async function speedOf(networks: NetworkPool, model: string, seconds: number): Promise<number> {
  const { network, release } = await networks.lease({ model, provider: 'auto' });
  try {
    return await measureSpeed(network, seconds);
  } finally {
    await release();
  }
}
