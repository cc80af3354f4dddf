import { z } from 'zod';
import { onnxProviders } from '../../../prior/onnx.ts';
import { probeProvider } from '../../../prior/provider.ts';
import type { JobHandler } from '../job-registry.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';

const request = z.strictObject({
  model: z.string().min(1),
  provider: z.enum(onnxProviders),
  threads: z.int().min(1).max(256).optional(),
  seconds: z.number().min(0).max(60),
});

/** Job `probe`: what one provider does in this process, which may not survive it. */
export function probeJob({ store, gradientCache }: EngineServices): JobHandler {
  // eslint-disable-next-line require-yield -- a job without events
  return async function* (payload) {
    const { model, provider, threads, seconds } = parseJob(request, payload, 'probe');
    const { manifest, bytes, externalData } = await store.load(model);
    return probeProvider(manifest, bytes, provider, {
      externalData,
      gradientCache,
      seconds,
      ...(threads === undefined ? {} : { threads }),
    });
  };
}
