import { mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineProcesses } from '../../src-main/batch/lock/process-identity.ts';
import type { BatchRequestInput } from '../../src-main/contract/batch.ts';
import { faultyFileSystem } from '../fixtures/batch/faulty-file-system.ts';
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

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-resume-'));
  source = join(folder, 'in');
  output = join(folder, 'out');
  for (const [i, name] of ['a.png', 'b.png', 'c.png', 'd.png'].entries()) await put(source, name, smallPicture(i));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (changes: Partial<BatchRequestInput> = {}, options: FakeRunOptions = {}): Promise<FakeRun> =>
  fakeRun(request(source, output, changes), options);
const statuses = ({ report }: FakeRun): string =>
  report.files.map((file) => (file.status === 'failed' ? file.code : file.status)).join(' ');

/** Dies, as far as the disk can tell, at the first operation that `isLast` accepts: nothing more is written. */
async function crash(isLast: (operation: string, path: string) => boolean, changes = {}): Promise<void> {
  let dead = false;
  const fs = faultyFileSystem((operation, path) => {
    dead ||= isLast(operation, path);
    return dead && operation !== 'read' ? 'EIO' : undefined;
  });
  const processes = {
    ...machineProcesses,
    // A number that no process has.
    self: async () => ({ ...(await machineProcesses.self()), pid: 2 ** 22 + 1 }),
  };
  await run(changes, { fs, processes }).catch(() => undefined);
}

describe('a batch that is resumed', () => {
  it('does what is missing, failed or changed, and nothing else', async () => {
    await put(source, 'bad.png', 'no picture');
    expect(statuses(await run())).toBe('done done not-a-picture done done');
    await rm(join(output, 'b_denoise.png'));
    await put(source, 'c.png', smallPicture(33));
    await utimes(join(source, 'd.png'), 1, 1);
    await put(source, 'bad.png', smallPicture(44));
    await put(source, 'e.png', smallPicture(5));
    const again = await run({ resume: true });
    expect(again.restored).toEqual(['b.png', 'bad.png', 'c.png', 'e.png']);
    expect(statuses(again)).toBe('done done done done done done');
    expect(again.report.files.map((file) => file.status === 'done' && file.earlier)).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect((await run({ resume: true })).restored).toEqual([]);
  });

  it('lets outputs stand that somebody has touched up since', async () => {
    await run();
    await writeFile(join(output, 'a_denoise.png'), 'touched up');
    expect((await run({ resume: true })).restored).toEqual([]);
    expect(await readFile(join(output, 'a_denoise.png'), 'utf8')).toBe('touched up');
  });

  it('needs the same settings, and names those that differ', async () => {
    await run();
    const other = { options: { task: 'denoise', seed: 5 }, resume: true } as const;
    await expect(run(other)).rejects.toMatchObject({
      code: 'settings-differ',
      message: expect.stringContaining('seed was 0 and is now 5'),
    });
    await put(source, 'e.png', smallPicture(9));
    const mixed = await run({ ...other, mixSettings: true });
    expect(mixed.restored).toEqual(['e.png']);
    expect((await run(other)).restored).toEqual([]);
  });

  it('works on after the mask of a picture has changed', async () => {
    const masks = join(folder, 'masks');
    const white = smallPicture(1, 'gray');
    for (const name of ['a', 'b', 'c']) {
      await put(masks, `${name}.png`, { ...white, data: white.data.map((_, i) => (i % 3 === 0 ? 255 : 0)) });
    }
    const inpaint = { options: { task: 'inpaint' }, mask: { kind: 'folder', path: masks } } as const;
    const first = await run(inpaint);
    expect(statuses(first)).toBe('done done done mask-missing');
    await put(masks, 'b.png', { ...white, data: white.data.map(() => 255) });
    await put(masks, 'd.png', { ...white, data: white.data.map(() => 255) });
    const again = await run({ ...inpaint, resume: true });
    expect(again.restored).toEqual(['b.png', 'd.png']);
    const [given, made] = [await decoded(source, 'a.png'), await decoded(output, 'a_inpaint.png')];
    for (let i = 0; i < given.data.length; i++) {
      expect(made.data[i]).toBe(Math.floor(i / 3) % 3 === 0 ? 255 - given.data[i] : given.data[i]);
    }
  });

  it('may be divided otherwise', async () => {
    const shard = (index: number, count: number) => ({ shard: { index, count } });
    const first = await run(shard(0, 2));
    expect(statuses(await run(shard(1, 2)))).not.toContain('earlier');
    const whole = await run({ resume: true });
    expect(whole.restored).toEqual([]);
    expect(statuses(whole)).toBe('done done done done');
    await rm(join(output, 'a_denoise.png'));
    const thirds = [];
    for (let index = 0; index < 3; index++) thirds.push(...(await run({ ...shard(index, 3), resume: true })).restored);
    expect(thirds).toEqual(['a.png']);
    expect(first.report.files.length).toBeLessThan(4);
  });

  it('takes outputs over that a crash has kept from being confirmed', async () => {
    await crash((operation, path) => operation === 'syncFolder' && path === output);
    expect(await filesBelow(output)).toEqual(['a_denoise.png']);
    const records = (await journalOf(output)).map(({ type }) => type);
    expect(records).toEqual(['run', 'intent']);
    const again = await run({ resume: true });
    expect(again.restored).toEqual(['b.png', 'c.png', 'd.png']);
    expect(statuses(again)).toBe('done done done done');
    expect((await run({ resume: true })).restored).toEqual([]);
  });

  it('does not take over what only has the name of an unconfirmed output', async () => {
    await crash((operation, path) => operation === 'rename' && path.endsWith('a_denoise.png'));
    await put(output, 'a_denoise.png', 'somebody else’s');
    const again = await run({ resume: true });
    expect(statuses(again)).toBe('output-exists done done done');
    expect(await readFile(join(output, 'a_denoise.png'), 'utf8')).toBe('somebody else’s');
  });

  it('finishes several samples of which only some had got their names', async () => {
    const two = { options: { task: 'denoise', samples: 2 } } as const;
    await crash((operation, path) => operation === 'rename' && path.endsWith('a_denoise-2.png'), two);
    expect((await filesBelow(output)).filter((name) => !name.startsWith('.'))).toEqual(['a_denoise-1.png']);
    const again = await run({ ...two, resume: true });
    expect(statuses(again)).toBe('done done done done');
    expect(await filesBelow(output)).toEqual(
      ['a', 'b', 'c', 'd'].flatMap((name) => [`${name}_denoise-1.png`, `${name}_denoise-2.png`]),
    );
  });

  it('clears away what crashes have left, but not the work of other shards', async () => {
    const uuid = '00000000-0000-4000-8000-000000000000';
    for (const label of ['all', '0-of-2', '1-of-2', '1-of-3'])
      await put(output, `.langevin-${label}-${uuid}.part`, 'x');
    await put(output, '.langevin-notes.part', 'not ours');
    // An input of the first shard, so that it looks into the folder.
    await run({ shard: { index: 0, count: 2 } });
    const left = (await filesBelow(output)).filter((name) => name.startsWith('.'));
    expect(left).toEqual([`.langevin-1-of-2-${uuid}.part`, '.langevin-notes.part']);
    await run({ existing: 'skip' });
    expect((await filesBelow(output)).filter((name) => name.startsWith('.'))).toEqual(['.langevin-notes.part']);
  });
});

describe('outputs that exist', () => {
  beforeEach(async () => {
    await put(output, 'b_denoise.png', 'mine');
  });

  it('make their inputs fail, unless said otherwise', async () => {
    const first = await run();
    expect(statuses(first)).toBe('done output-exists done done');
    expect(await readFile(join(output, 'b_denoise.png'), 'utf8')).toBe('mine');
  });

  it('are skipped, and reported', async () => {
    const skipped = await run({ existing: 'skip' });
    expect(statuses(skipped)).toBe('done skipped done done');
    expect(skipped.restored).toEqual(['a.png', 'c.png', 'd.png']);
  });

  it('are overwritten', async () => {
    expect(statuses(await run({ existing: 'overwrite' }))).toBe('done done done done');
    expect((await decoded(output, 'b_denoise.png')).width).toBe(12);
  });

  it('are respected when they appear while the batch runs', async () => {
    const late = await run(
      { existing: 'fail' },
      {
        onStep: async (name, step) => {
          if (name === 'a.png' && step === 1) await put(output, 'd_denoise.png', 'late');
        },
      },
    );
    expect(statuses(late)).toBe('done output-exists done output-exists');
    expect(await readFile(join(output, 'd_denoise.png'), 'utf8')).toBe('late');
  });

  it('of an earlier batch are found again when the output folder has moved', async () => {
    await rm(join(output, 'b_denoise.png'));
    await run();
    await rename(output, join(folder, 'elsewhere'));
    await rename(source, join(folder, 'mounted'));
    const moved = await fakeRun(request(join(folder, 'mounted'), join(folder, 'elsewhere'), { resume: true }));
    expect(moved.restored).toEqual([]);
  });
});
