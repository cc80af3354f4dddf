import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Shard } from '../../contract/batch.ts';
import { LangevinError, throwIfCancelled } from '../../errors.ts';
import { writeFailure } from '../failures.ts';
import { failureCode, isAbsence, type FileSystem } from '../file-system.ts';
import { stateFolder, statePath } from '../state-folder.ts';
import { processIdentitySchema, type ProcessTable } from './process-identity.ts';

const lockSchema = z.strictObject({
  token: z.string(),
  owner: processIdentitySchema,
  shard: z.string(),
  /** Grows while the owner lives. */
  beat: z.int(),
});
type Lock = z.infer<typeof lockSchema>;

export interface LockTimes {
  /** How often a lock shows that its owner lives, milliseconds. */
  readonly beat: number;
  /** How long a lock of another machine must be silent to be given up, milliseconds. */
  readonly silence: number;
}

export interface LockOptions {
  readonly fs: FileSystem;
  readonly output: string;
  readonly shard: Shard | undefined;
  readonly processes: ProcessTable;
  readonly signal?: AbortSignal | undefined;
  readonly times?: LockTimes | undefined;
  /** Told before a wait of several seconds. */
  readonly onWait?: (message: string) => void;
  /** Told when another process has taken the lock although this one lives. */
  readonly onLost: (error: LangevinError) => void;
}

const DEFAULT_TIMES: LockTimes = { beat: 5000, silence: 30_000 };

/**
 * Keeps other processes off an output folder, or off this shard of it. The lock is a file that names its owner: a
 * crash leaves it behind, and the next process takes it over when the owner is gone. On the same machine the process
 * table tells; for an owner elsewhere (a cluster node, a container) the beats do.
 * @throws output-locked, naming the owner, while another process works there, or one of another number of shards.
 */
export async function lockOutput(options: LockOptions): Promise<{ release(): Promise<void> }> {
  const { fs, output, shard, processes, signal, onLost, times = DEFAULT_TIMES } = options;
  const path = statePath(output, 'lock', '', shard);
  const owner = await processes.self();
  let mine: Lock = { token: randomUUID(), owner, shard: describe(shard), beat: 0 };
  const encode = (lock: Lock): Uint8Array => Buffer.from(`${JSON.stringify(lock)}\n`);

  for (;;) {
    await freeFromOthers(options, times, undefined);
    try {
      await createWhole(fs, path, encode(mine));
      break;
    } catch (error) {
      // Another process was faster; it is looked at in the next round.
      if (failureCode(error) !== 'EEXIST') throw writeFailure(path, error);
      throwIfCancelled(signal);
    }
  }
  try {
    // An overlapping shard may have made its lock, of another name, at the same moment.
    await freeFromOthers(options, times, path);
  } catch (error) {
    await fs.remove(path);
    throw error;
  }

  const stop = new AbortController();
  const beating = (async () => {
    for (;;) {
      await wait(times.beat, undefined, { signal: stop.signal, ref: false });
      const now = await readLock(fs, path);
      if (now !== undefined && now.token !== mine.token) {
        onLost(new LangevinError('output-locked', `Another process has taken over ${path}: ${nameOwner(now)}.`));
        return;
      }
      mine = { ...mine, beat: mine.beat + 1 };
      const temporary = `${path}.${mine.token}`;
      await fs.create(temporary, encode(mine)).then(
        () => fs.rename(temporary, path),
        // A full disk delays the beat only; owners elsewhere are given up after several.
        () => undefined,
      );
    }
  })().catch(() => undefined);

  return {
    async release() {
      stop.abort();
      await beating;
      if ((await readLock(fs, path))?.token === mine.token) await fs.remove(path);
    },
  };
}

/** Returns once no living process holds this lock, or one that overlaps with it. */
async function freeFromOthers(options: LockOptions, times: LockTimes, mine: string | undefined): Promise<void> {
  const { fs, output, shard, signal, onWait } = options;
  const names = (await fs.list(stateFolder(output))).map(({ name }) => name).filter((name) => /^lock[^.]*$/.test(name));
  for (const name of names.sort()) {
    const other = join(stateFolder(output), name);
    const lock = await readLock(fs, other);
    if (lock === undefined || other === mine || isDisjoint(lock.shard, shard)) continue;
    let alive = await options.processes.isAlive(lock.owner);
    if (alive === undefined) {
      onWait?.(`Waiting ${times.silence / 1000} s to see whether ${nameOwner(lock)} still works in ${output}.`);
      const deadline = performance.now() + times.silence;
      let now: Lock | undefined = lock;
      while (now !== undefined && now.token === lock.token && now.beat === lock.beat && performance.now() < deadline) {
        await wait(Math.min(1000, times.silence / 10), undefined, { signal });
        now = await readLock(fs, other);
      }
      alive = now !== undefined && (now.token !== lock.token || now.beat !== lock.beat);
    }
    if (alive) {
      throw new LangevinError(
        'output-locked',
        `Another batch works in ${output}: ${nameOwner(lock)}, ${lock.shard}. Wait until it is done, stop it, or choose ` +
          'another output folder. (Shards of one batch must agree in their number.)',
      );
    }
    await takeAway(fs, other, lock);
  }
}

/**
 * Removes a dead owner's lock. Moving it aside first makes sure that, of several processes that found it dead, each
 * removes only what it has judged.
 */
async function takeAway(fs: FileSystem, path: string, dead: Lock): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await fs.rename(path, aside);
  } catch (error) {
    if (isAbsence(error)) return;
    throw writeFailure(path, error);
  }
  const moved = await readLock(fs, aside);
  if (moved?.token !== dead.token) {
    // It was a living process' new lock: back with it, unless yet another one has come.
    await fs.link(aside, path).catch(() => undefined);
  }
  await fs.remove(aside);
}

/** Makes a file that no reader ever sees unfinished. @throws EEXIST where there is one. */
async function createWhole(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await fs.create(temporary, bytes);
  try {
    await fs.link(temporary, path);
  } catch (error) {
    if (failureCode(error) === 'EEXIST' || failureCode(error) === undefined) throw error;
    // File systems without links (FAT, some network ones).
    await fs.create(path, bytes);
  } finally {
    await fs.remove(temporary);
  }
}

async function readLock(fs: FileSystem, path: string): Promise<Lock | undefined> {
  let text: string;
  try {
    text = Buffer.from(await fs.read(path)).toString('utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch {
    // Left by a crash on a file system without links, or by hand: nobody can be asked whether it lives.
    return { token: `damaged ${text}`, owner: { pid: 0, realm: 'unknown', started: '' }, shard: '', beat: 0 };
  }
}

/** Different parts of the same division do not meet. */
function isDisjoint(other: string, shard: Shard | undefined): boolean {
  const [, index, count] = /^shard (\d+) of (\d+)$/.exec(other) ?? [];
  return shard !== undefined && Number(count) === shard.count && Number(index) !== shard.index;
}

function describe(shard: Shard | undefined): string {
  return shard === undefined ? 'the whole batch' : `shard ${shard.index} of ${shard.count}`;
}

function nameOwner({ owner }: Lock): string {
  return `process ${owner.pid} on ${owner.realm.split(' ')[0]}`;
}
