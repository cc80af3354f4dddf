import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PauseGate } from '../../src-main/batch/pipeline/pause-gate.ts';
import type { BatchEvent, BatchRequestInput } from '../../src-main/contract/batch.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { faultyFileSystem, type Operation } from '../fixtures/batch/faulty-file-system.ts';
import { inverted } from '../fixtures/batch/fake-engine.ts';
import {
  decoded,
  fakeRun,
  filesBelow,
  journalOf,
  put,
  request,
  smallPicture,
  type FakeRun,
  type FakeRunOptions,
} from '../fixtures/batch/run.ts';

let folder: string;
let source: string;
let output: string;
const NAMES = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-trouble-'));
  source = join(folder, 'in');
  output = join(folder, 'out');
  for (const [i, name] of NAMES.entries()) await put(source, name, smallPicture(i));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (changes: Partial<BatchRequestInput> = {}, options: FakeRunOptions = {}): Promise<FakeRun> =>
  fakeRun(request(source, output, changes), options);
const statuses = ({ report }: FakeRun): string =>
  report.files.map((file) => (file.status === 'failed' ? file.code : file.status)).join(' ');

/** A run on a disk where an operation on a path fails. */
function runFaulty(
  code: string,
  fails: (operation: Operation, path: string) => boolean,
  options: FakeRunOptions = {},
): Promise<FakeRun> {
  return run(
    {},
    { fs: faultyFileSystem((operation, path) => (fails(operation, path) ? code : undefined)), ...options },
  );
}

async function expectWhole(): Promise<void> {
  const again = await run({ resume: true });
  expect(statuses(again)).toBe('done done done done done');
  expect(await filesBelow(output)).toEqual(NAMES.map((name) => name.replace('.png', '_denoise.png')));
}

describe('errors of the disk', () => {
  it.each([
    ['EIO', 'read', 'b.png', 'file-unreadable'],
    ['EPERM', 'read', 'b.png', 'file-unreadable'],
    ['ENOENT', 'read', 'b.png', 'file-not-found'],
    ['EIO', 'rename', 'b_denoise.png', 'file-unwritable'],
    ['EPERM', 'rename', 'b_denoise.png', 'file-unwritable'],
  ] as const)('%s in %s of one file is its failure alone', async (code, operation, name, expected) => {
    const trouble = await runFaulty(code, (o, path) => o === operation && path.endsWith(name));
    expect(statuses(trouble)).toBe(`done ${expected} done done done`);
    expect((await filesBelow(output)).filter((file) => file.endsWith('.part'))).toEqual([]);
    await expectWhole();
  });

  it.each(['EIO', 'EPERM', 'EROFS'])(
    '%s at writing fails every file by name and leaves nothing behind',
    async (code) => {
      const trouble = await runFaulty(
        code,
        (operation, path) => operation === 'create' && path.endsWith('.part') && !path.includes('report'),
      );
      expect(statuses(trouble)).toBe(NAMES.map(() => 'file-unwritable').join(' '));
      expect(await filesBelow(output)).toEqual([]);
      await expectWhole();
    },
  );

  it('a full disk pauses the batch, which goes on when there is room', async () => {
    let isFull = true;
    let writes = 0;
    const trouble = await runFaulty(
      'ENOSPC',
      (operation, path) => operation === 'create' && path.endsWith('.part') && isFull && ++writes > 0,
      {
        times: { diskFull: 5 },
        onEvent: (event) => {
          if (event.type === 'paused') setTimeout(() => (isFull = false), 30);
        },
      },
    );
    expect(statuses(trouble)).toBe('done done done done done');
    expect(writes).toBeGreaterThan(1);
    const pauses = trouble.events.filter(({ type }) => type === 'paused' || type === 'resumed');
    expect(pauses).toEqual([expect.objectContaining({ type: 'paused', reason: 'disk-full' }), { type: 'resumed' }]);
    expect(JSON.stringify(pauses)).toContain('a_denoise.png');
  });

  it('a disk that is full for the journal pauses as well; no record is torn', async () => {
    let left = 3;
    const trouble = await runFaulty('ENOSPC', (operation) => operation === 'append' && left-- <= 0 && left > -6, {
      times: { diskFull: 5 },
    });
    expect(statuses(trouble)).toBe('done done done done done');
    expect(trouble.events.filter(({ type }) => type === 'paused')).toHaveLength(1);
    expect((await journalOf(output)).filter(({ type }) => type === 'done')).toHaveLength(5);
  });

  it('a batch that waits for room can be cancelled, and resumed', async () => {
    const controller = new AbortController();
    const trouble = await runFaulty('ENOSPC', (o, path) => o === 'create' && path.includes('.langevin-all'), {
      signal: controller.signal,
      times: { diskFull: 5 },
      onEvent: (event) => {
        if (event.type === 'paused') setTimeout(() => controller.abort(), 30);
      },
    });
    expect(trouble.report.cancelled).toBe(true);
    expect(statuses(trouble)).toBe('pending pending pending pending pending');
    await expectWhole();
  });

  it('a journal that cannot be written ends the batch, for nothing may be done unrecorded', async () => {
    let records = 0;
    const broken = runFaulty('EIO', (operation) => operation === 'append' && ++records > 5);
    await expect(broken).rejects.toMatchObject({
      code: 'file-unwritable',
      message: expect.stringContaining('journal'),
    });
    await expectWhole();
  });

  it('an output folder that cannot be made is said at once', async () => {
    await expect(runFaulty('EACCES', (o) => o === 'makeFolder')).rejects.toMatchObject({ code: 'file-unwritable' });
    await writeFile(output, 'a file');
    await expect(run()).rejects.toMatchObject({ code: 'file-unwritable' });
  });

  it('a file that changes while it is read fails instead of giving a mixture', async () => {
    const trouble = await run(
      {},
      {
        fs: {
          ...faultyFileSystem(() => undefined),
          read: async (path) => {
            const bytes = await readFile(path);
            if (path.endsWith('c.png')) await put(source, 'c.png', smallPicture(99, 'rgb', 50, 50));
            return bytes;
          },
        },
      },
    );
    expect(statuses(trouble)).toBe('done done file-unreadable done done');
    expect(trouble.outcome('c.png')).toMatchObject({ message: expect.stringContaining('changed while it was read') });
  });
});

describe('trouble with the network', () => {
  it('of one picture is its failure alone', async () => {
    const trouble = await run(
      {},
      {
        onStep: (name) => {
          if (name === 'b.png') throw new LangevinError('engine-crashed', 'The engine died of b.png.');
        },
      },
    );
    expect(statuses(trouble)).toBe('done engine-crashed done done done');
    // Where the CPU fails there is nothing to fall back to.
    expect(trouble.restored.filter((name) => name === 'b.png')).toHaveLength(1);
  });

  it('of a provider makes the batch fall back to the CPU, once, and say so', async () => {
    const onCpu: boolean[] = [];
    const trouble = await run(
      {},
      {
        provider: 'webgpu',
        onStep: (name, step, cpu) => {
          if (step === 1) onCpu.push(cpu);
          if (name >= 'c.png' && !cpu) throw new LangevinError('engine-crashed', 'The device was lost.');
        },
      },
    );
    expect(statuses(trouble)).toBe('done done done done done');
    expect(onCpu).toEqual([false, false, false, true, true, true]);
    expect(trouble.report.notices).toEqual([expect.stringMatching(/c\.png.*CPU.*device was lost/)]);
  });

  it('that the CPU has as well is the picture’s, and the provider stays', async () => {
    const onCpu: boolean[] = [];
    const trouble = await run(
      {},
      {
        provider: 'webgpu',
        onStep: (name, step, cpu) => {
          if (step === 1) onCpu.push(cpu);
          if (name === 'c.png') throw new LangevinError('engine-crashed', 'Out of memory.');
        },
      },
    );
    expect(statuses(trouble)).toBe('done done engine-crashed done done');
    expect(onCpu).toEqual([false, false, false, true, false, false]);
  });

  it('ends with the time limit of a picture', async () => {
    const slow = await run(
      { timeLimit: 0.3 },
      { onStep: (name, _step, _cpu, signal) => (name === 'b.png' ? wait(60_000, undefined, { signal }) : undefined) },
    );
    expect(statuses(slow)).toBe('done time-limit done done done');
  });

  it('stops the batch after so many failures', async () => {
    const trouble = await run(
      { stopAfterErrors: 2 },
      {
        onStep: (name) => {
          if (name !== 'a.png') throw new LangevinError('internal', `Broken at ${name}.`);
        },
      },
    );
    expect(statuses(trouble)).toBe('done internal internal pending pending');
    expect(trouble.report.cancelled).toBe(false);
    await expectWhole();
  });

  it('known before any work counts, too', async () => {
    await put(output, 'a_denoise.png', 'x');
    await put(output, 'b_denoise.png', 'x');
    const trouble = await run({ stopAfterErrors: 2 });
    expect(statuses(trouble)).toBe('output-exists output-exists pending pending pending');
    expect(trouble.restored).toEqual([]);
  });
});

describe('a batch', () => {
  it('is cancelled within a step; what is through is kept, the rest is pending and done later', async () => {
    const controller = new AbortController();
    let stepsAfter = 0;
    const cancelled = await run(
      {},
      {
        signal: controller.signal,
        onStep: (name, step) => {
          if (controller.signal.aborted) stepsAfter++;
          if (name === 'c.png' && step === 2) controller.abort();
        },
      },
    );
    expect(stepsAfter).toBe(0);
    expect(cancelled.report.cancelled).toBe(true);
    expect(statuses(cancelled)).toBe('done done pending pending pending');
    expect(cancelled.restored).toEqual(['a.png', 'b.png', 'c.png']);
    await expectWhole();
  });

  it('that is cancelled before it begins does nothing', async () => {
    const cancelled = await run({}, { signal: AbortSignal.abort() });
    expect(cancelled.report.cancelled).toBe(true);
    expect(statuses(cancelled)).toBe('pending pending pending pending pending');
    expect(await filesBelow(output)).toEqual([]);
  });

  it('pauses between two pictures', async () => {
    const gate = new PauseGate();
    const log: string[] = [];
    await run(
      {},
      {
        gate,
        onStep: (name, step) => {
          if (name === 'b.png' && step === 1) gate.pause();
        },
        onEvent: (event) => {
          if (event.type === 'paused') setTimeout(() => gate.resume(), 30);
          if (event.type !== 'progress' && event.type !== 'file')
            log.push('input' in event ? event.input! : event.type);
        },
      },
    );
    expect(log).toEqual(['planned', 'a.png', 'b.png', 'paused', 'resumed', 'c.png', 'd.png', 'e.png']);
  });

  it('keeps another one off its output folder', async () => {
    let other: Promise<unknown> | undefined;
    const first = await run({}, { onStep: () => void (other ??= run().catch((error: unknown) => error)) });
    expect(statuses(first)).toBe('done done done done done');
    expect(await other).toMatchObject({ code: 'output-locked' });
    expect(await readdir(join(output, '.langevin'))).toEqual(['journal.jsonl', 'report.html', 'report.json']);
  });

  it('shared by two processes does everything once', async () => {
    const [first, second] = await Promise.all([0, 1].map((index) => run({ shard: { index, count: 2 } })));
    expect([...first.restored, ...second.restored].sort()).toEqual(NAMES);
    expect(first.report.files.length + second.report.files.length).toBe(5);
  });

  it('tells how far it is', async () => {
    const { events } = await run();
    const progress = events.filter((event) => event.type === 'progress');
    expect(progress.at(0)).toMatchObject({ input: 'a.png', finished: 0, due: 5 });
    const fractions = progress.map(({ batchFraction }) => batchFraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(events.at(0)).toMatchObject({ type: 'planned', inputs: 5, due: 5 });
  });
});

describe('a watching batch', () => {
  const times = { watch: { every: 10, settle: 40 } };

  it('takes files that appear once they have stopped growing, and files that change', async () => {
    const controller = new AbortController();
    const done: string[] = [];
    const until = async (isTrue: () => boolean): Promise<void> => {
      while (!isTrue()) await wait(5);
    };
    const bytes = await readFile(join(source, 'a.png'));
    const watching = run(
      { watch: true },
      {
        signal: controller.signal,
        times,
        onEvent: (event: BatchEvent) => {
          if (event.type === 'file') done.push(`${event.outcome.input} ${event.outcome.status}`);
        },
      },
    );
    await until(() => done.length === 5);
    // A copy that grows for longer than files have to be still.
    for (let end = 1; end < bytes.length; end += Math.ceil(bytes.length / 12)) {
      await writeFile(join(source, 'late.png'), bytes.subarray(0, end));
      await wait(15);
    }
    await writeFile(join(source, 'late.png'), bytes);
    await until(() => done.length === 6);
    await put(source, 'b.png', smallPicture(77));
    await until(() => done.length === 7);
    await writeFile(join(source, 'bad.png'), 'no picture');
    await until(() => done.length === 8);
    controller.abort();
    const { report } = await watching;
    expect(done.slice(0, 5).sort()).toEqual(NAMES.map((name) => `${name} done`));
    expect(done.slice(5)).toEqual(['late.png done', 'b.png done', 'bad.png failed']);
    expect(report).toMatchObject({ cancelled: true, totals: { inputs: 7, done: 6, failed: 1 } });
  });

  it('takes a file again that changes while it is restored', async () => {
    const controller = new AbortController();
    let changes = 0;
    let isDone = 0;
    const { report } = await run(
      { watch: true, include: ['a.png'] },
      {
        signal: controller.signal,
        times,
        onStep: async (_name, step) => {
          if (step !== 1 || changes++ > 0) return;
          await put(source, 'a.png', smallPicture(50));
          await wait(150);
        },
        onEvent: (event) => {
          if (event.type === 'file' && ++isDone === 2) controller.abort();
        },
      },
    );
    expect(report.files).toEqual([expect.objectContaining({ input: 'a.png', status: 'done' })]);
    expect((await decoded(output, 'a_denoise.png')).data).toEqual(inverted(smallPicture(50)).data);
  });

  it('ends after too many failures', async () => {
    await put(source, 'bad.png', 'no picture');
    const { report } = await run({ watch: true, stopAfterErrors: 1 }, { times });
    expect(report.totals.failed).toBe(1);
  });
});
