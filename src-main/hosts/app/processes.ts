import type { CodecJobs } from '../batch/codec-process.ts';
import { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import { ENCODING_LIMITS, RETIRE_ABOVE_BYTES, RUN_LIMITS } from '../engine/job-limits.ts';
import { defaultLocations, type Locations } from '../engine/locations.ts';
import type { EngineSpawn } from '../engine/spawn.ts';
import type { HealJobs } from './jobs/heal-jobs.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';

/** The processes that compute for the app. Each starts when it is first needed, and again after it has died. */
export interface AppProcesses {
  readonly engine: EngineClient<EngineJobs>;
  /** Decodes and encodes for the app. */
  readonly worker: EngineClient<PictureJobs>;
  /** Looks into models and plans: a model on which this does not end keeps nobody from the pictures. */
  readonly modeller: EngineClient<PictureJobs>;
  readonly codec: EngineClient<CodecJobs>;
  readonly healer: EngineClient<HealJobs>;
}

/** The JavaScript files that the processes begin with. */
export type ProcessEntries = Readonly<Record<'engine' | 'worker' | 'codec' | 'healer', URL>>;

/** Those that tsc compiles. @param folder  URL of the compiled folder of this file. */
export function compiledEntries(folder: URL): ProcessEntries {
  return {
    engine: new URL('../engine/engine-process.js', folder),
    worker: new URL('jobs/picture-process.js', folder),
    codec: new URL('../batch/codec-process.js', folder),
    healer: new URL('jobs/heal-process.js', folder),
  };
}

/** Starts processes of one kind of host. @param name  for people who look at the system's list of processes. */
export type ProcessSpawn = (entry: URL, args: readonly string[], name: string) => EngineSpawn;

export function createProcesses(
  spawn: ProcessSpawn,
  entries: ProcessEntries,
  locations: Locations = defaultLocations(),
): AppProcesses {
  const decoding = { limits: ENCODING_LIMITS, oneAtATime: true, retireAboveBytes: RETIRE_ABOVE_BYTES };
  const args = [JSON.stringify(locations)];
  return {
    engine: new EngineClient<EngineJobs>(spawn(entries.engine, args, 'Langevin engine'), { limits: RUN_LIMITS }),
    worker: new EngineClient<PictureJobs>(spawn(entries.worker, args, 'Langevin pictures'), decoding),
    modeller: new EngineClient<PictureJobs>(spawn(entries.worker, args, 'Langevin models'), decoding),
    codec: new EngineClient<CodecJobs>(spawn(entries.codec, [], 'Langevin batch pictures'), decoding),
    healer: new EngineClient<HealJobs>(spawn(entries.healer, [], 'Langevin healing'), { limits: RUN_LIMITS }),
  };
}
