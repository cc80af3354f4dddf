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
const ENTRIES = {
  engine: '../engine/engine-process.js',
  worker: 'jobs/picture-process.js',
  codec: '../batch/codec-process.js',
} as const;

/** Starts processes of one kind of host. @param name  for people who look at the system's list of processes. */
export type ProcessSpawn = (entry: URL, args: readonly string[], name: string) => EngineSpawn;

/** @param folder  URL of the compiled folder of this file. */
export function createProcesses(
  spawn: ProcessSpawn,
  folder: URL,
  locations: Locations = defaultLocations(),
): AppProcesses {
  const args = [JSON.stringify(locations)];
  const entry = (name: keyof typeof ENTRIES): URL => new URL(ENTRIES[name], folder);
  return {
    engine: new EngineClient<EngineJobs>(spawn(entry('engine'), args, 'Langevin engine')),
    worker: new EngineClient<PictureJobs>(spawn(entry('worker'), args, 'Langevin pictures')),
    codec: new EngineClient<CodecJobs>(spawn(entry('codec'), [], 'Langevin batch pictures')),
  };
}
