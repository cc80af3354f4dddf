import { totalmem } from 'node:os';

/** What a job may take; what takes more is killed with its process. */
export interface JobLimits {
  /** From its start to its end, milliseconds. */
  readonly timeMs?: number;
  /** What its process computes from its start on, in milliseconds of one processor: waiting for a processor does not count. */
  readonly workMs?: number;
  /** Between two signs of life (events), milliseconds. */
  readonly stallMs?: number;
  /** Resident memory of its process, bytes. */
  readonly memoryBytes?: number;
}

const GB = 1e9;
const MINUTE_MS = 60_000;

/**
 * Runs of networks: a step of the largest picture on the slowest machine takes minutes, not ten. Their memory is that of
 * the windows they work on; a machine must not be brought down by a network that asks for all of it.
 */
export const RUN_LIMITS: JobLimits = {
  stallMs: 10 * MINUTE_MS,
  memoryBytes: Math.max(4 * GB, totalmem() / 2),
};

/** Looking into a network that nobody knows yet: one pass over a small picture, or none. */
export const INSPECTION_LIMITS: JobLimits = { stallMs: 2 * MINUTE_MS, memoryBytes: 4 * GB };

/** Finding out what a network means: a hundred passes over small pictures. */
export const IDENTIFICATION_LIMITS: JobLimits = { stallMs: 15 * MINUTE_MS, memoryBytes: 6 * GB };

/**
 * Reading what a manifest and a graph say, without running it. What never ends computes; by the clock, everything takes long
 * on a machine that is busy with other things, and good models would be called bad.
 */
export const DESCRIPTION_LIMITS: JobLimits = { workMs: 20_000, timeMs: 5 * MINUTE_MS, memoryBytes: 3 * GB };

/** Up to this size of a file, its claims never take more memory than `SMALL_FILE_MEMORY`. */
const SMALL_FILE = 5e6;
const SMALL_FILE_MEMORY = 1.4 * GB;
/** Samples of the largest pictures and two copies of them. */
const LARGEST_MEMORY = Math.max(2 * GB, Math.min(8 * GB, totalmem() / 2));

/** Decoding and encoding: what a file of `bytes` bytes may take, by what it is and not by what it says it is. */
export function fileLimits(bytes: number): JobLimits {
  const workMs = 20_000 + (bytes / 1e6) * 2000;
  return {
    workMs,
    timeMs: 5 * MINUTE_MS + workMs,
    memoryBytes: bytes <= SMALL_FILE ? SMALL_FILE_MEMORY : LARGEST_MEMORY,
  };
}

/** Writing what was computed: pictures of any size. */
export const ENCODING_LIMITS: JobLimits = { timeMs: 5 * MINUTE_MS, memoryBytes: LARGEST_MEMORY };

/** Processes that decode keep the memory of their largest picture; above this they are replaced by a new one. */
export const RETIRE_ABOVE_BYTES = 0.7 * GB;
