import type { CodecJobs } from '../batch/codec-process.ts';
import { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import { defaultLocations, type Locations } from '../engine/locations.ts';
import type { EngineSpawn } from '../engine/spawn.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';

/** The processes that compute for the app. Each starts when it is first needed, and again after it has died. */
export interface AppProcesses {
  readonly engine: EngineClient<EngineJobs>;
  readonly worker: EngineClient<PictureJobs>;
  readonly codec: EngineClient<CodecJobs>;
}

/** Compiled entries of the processes, relative to this file's folder in out/node. */
export const PROCESS_ENTRIES = {
  engine: '../engine/engine-process.js',
  worker: 'jobs/picture-process.js',
  codec: '../batch/codec-process.js',
} as const;

/**
 * @param spawn    of the host's kind.
 * @param folder   URL of the compiled folder of this file.
 */
export function createProcesses(
  spawn: (entry: URL, args: readonly string[]) => EngineSpawn,
  folder: URL,
  locations: Locations = defaultLocations(),
): AppProcesses {
  const args = [JSON.stringify(locations)];
  return {
    engine: new EngineClient<EngineJobs>(spawn(new URL(PROCESS_ENTRIES.engine, folder), args)),
    worker: new EngineClient<PictureJobs>(spawn(new URL(PROCESS_ENTRIES.worker, folder), args)),
    codec: new EngineClient<CodecJobs>(spawn(new URL(PROCESS_ENTRIES.codec, folder), [])),
  };
}
