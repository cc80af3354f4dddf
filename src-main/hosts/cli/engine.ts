import { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import { RUN_LIMITS } from '../engine/job-limits.ts';
import { nodeSpawn } from '../engine/spawn.ts';

const ENTRY = new URL('../engine/engine-process.js', import.meta.url);

/**
 * Runs `work` with an engine process and stops it afterwards. Ctrl-C (SIGINT) and SIGTERM cancel softly, within one
 * step; a second one kills the engine.
 */
export async function withEngine<T>(
  work: (engine: EngineClient<EngineJobs>, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const engine = new EngineClient<EngineJobs>(nodeSpawn(ENTRY), { limits: RUN_LIMITS });
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) void engine.terminate();
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await work(engine, controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await engine.dispose();
  }
}
