import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockOutput, type LockOptions } from '../../../src-main/batch/lock/output-lock.ts';
import {
  machineProcesses,
  type ProcessIdentity,
  type ProcessTable,
} from '../../../src-main/batch/lock/process-identity.ts';
import { nodeFileSystem } from '../../../src-main/batch/node-file-system.ts';
import type { LangevinError } from '../../../src-main/errors.ts';

let output: string;

beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'langevin-lock-'));
  await mkdir(join(output, '.langevin'));
});
afterEach(() => rm(output, { recursive: true }));

const times = { beat: 20, silence: 200 };

/** A process of a machine on which those named live. */
function processOn(realm: string, pid: number, living: readonly number[]): ProcessTable {
  return {
    self: async () => ({ pid, realm, started: `start of ${pid}` }),
    isAlive: async (other: ProcessIdentity) => (other.realm === realm ? living.includes(other.pid) : undefined),
  };
}

function lock(processes: ProcessTable, changes: Partial<LockOptions> = {}) {
  const onLost = (error: LangevinError): void => {
    throw error;
  };
  return lockOutput({ fs: nodeFileSystem, output, shard: undefined, processes, times, onLost, ...changes });
}

describe('the lock of an output folder', () => {
  it('keeps a second process off while the first lives, and lets it in afterwards', async () => {
    const first = await lock(processOn('here', 1, [1]));
    await expect(lock(processOn('here', 2, [1]))).rejects.toMatchObject({
      code: 'output-locked',
      message: expect.stringContaining('process 1 on here'),
    });
    await first.release();
    const second = await lock(processOn('here', 2, []));
    await second.release();
    expect(await readdir(join(output, '.langevin'))).toEqual([]);
  });

  it('of a crashed process is taken over at once', async () => {
    await lock(processOn('here', 1, [1]), { times: { beat: 1e6, silence: 1e6 } });
    const second = await lock(processOn('here', 2, []));
    await second.release();
    expect(await readdir(join(output, '.langevin'))).toEqual([]);
  });

  it('of a process elsewhere is respected while it beats, and taken over when it is silent', async () => {
    const notices: string[] = [];
    const onWait = (message: string): void => void notices.push(message);
    const distant = await lock(processOn('elsewhere', 1, []));
    await expect(lock(processOn('here', 2, []), { onWait })).rejects.toMatchObject({ code: 'output-locked' });
    expect(notices).toEqual([expect.stringContaining('process 1 on elsewhere')]);
    await distant.release();

    await lock(processOn('elsewhere', 1, []), { times: { beat: 1e6, silence: 1e6 } });
    await (await lock(processOn('here', 2, []))).release();
  });

  it('that is damaged is given up after a silence', async () => {
    await writeFile(join(output, '.langevin', 'lock'), '{"token":');
    await (await lock(processOn('here', 2, []))).release();
  });

  it('is one for each shard of the same division, and one for all others', async () => {
    const half = { shard: { index: 0, count: 2 } };
    const first = await lock(processOn('here', 1, [1, 2]), half);
    const second = await lock(processOn('here', 2, [1, 2]), { shard: { index: 1, count: 2 } });
    for (const other of [half, { shard: { index: 1, count: 3 } }, {}]) {
      await expect(lock(processOn('here', 3, [1, 2]), other)).rejects.toMatchObject({ code: 'output-locked' });
    }
    await first.release();
    await expect(lock(processOn('here', 3, [1, 2]))).rejects.toMatchObject({ code: 'output-locked' });
    await second.release();
    await (await lock(processOn('here', 3, [1, 2]))).release();
  });

  it('is taken by one of many that find a dead owner at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      await lock(processOn('here', 1, [1]), { times: { beat: 1e6, silence: 1e6 } });
      const living = Array.from({ length: 8 }, (_, i) => 10 + i);
      const attempts = await Promise.allSettled(living.map((pid) => lock(processOn('here', pid, living))));
      const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      await winners[0].value.release();
    }
  });

  it('tells its owner when it was taken away', async () => {
    const lost: LangevinError[] = [];
    const first = await lock(processOn('here', 1, []), { onLost: (error) => void lost.push(error) });
    const second = await lock(processOn('here', 2, []));
    await wait(5 * times.beat);
    expect(lost).toEqual([expect.objectContaining({ code: 'output-locked' })]);
    await first.release();
    // The loser does not remove the winner's lock.
    expect(await readFile(join(output, '.langevin', 'lock'), 'utf8')).toContain('"pid":2');
    await second.release();
  });
});

describe('the processes of this machine', () => {
  it('are told from others that have their number', async () => {
    const self = await machineProcesses.self();
    expect(await machineProcesses.isAlive(self)).toBe(true);
    expect(await machineProcesses.isAlive({ ...self, started: 'long ago' })).toBe(false);
    expect(await machineProcesses.isAlive({ ...self, realm: 'another container' })).toBeUndefined();
    const child = spawn('sleep', ['100']);
    const identity = { ...self, pid: child.pid!, started: 'unknown' };
    expect(await machineProcesses.isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    expect(await machineProcesses.isAlive(identity)).toBe(false);
  });
});

describe('the disk', () => {
  it('keeps an old time given to a new file', async () => {
    const path = join(output, 'a');
    await nodeFileSystem.create(path, Buffer.from('x'), { modifiedMs: 1e12, accessedMs: 1e12 + 500 });
    expect(await nodeFileSystem.status(path)).toMatchObject({ modifiedMs: 1e12, size: 1, kind: 'file' });
    await utimes(path, 1, 1);
    await expect(nodeFileSystem.create(path, Buffer.from('y'))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
