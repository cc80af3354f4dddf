import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src-main/batch/node-file-system.ts';
import { previewBatch, type BatchPreview } from '../../src-main/batch/preview.ts';
import type { BatchRequestInput } from '../../src-main/contract/batch.ts';
import { FakeEngine, type FakeEngineOptions } from '../fixtures/batch/fake-engine.ts';
import { fakeRun, filesBelow, put, request, smallPicture } from '../fixtures/batch/run.ts';

let folder: string;
let source: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-preview-'));
  source = join(folder, 'in');
  output = join(folder, 'out');
  for (let i = 0; i < 8; i++) await put(source, `p${i}.png`, smallPicture(i, 'rgb', 100, 50));
});
afterEach(() => rm(folder, { recursive: true }));

function preview(
  changes: Partial<BatchRequestInput> = {},
  onStep?: FakeEngineOptions['onStep'],
  signal = new AbortController().signal,
): Promise<BatchPreview> {
  const asked = request(source, output, changes);
  const engine = new FakeEngine({ options: asked.options, ...(onStep === undefined ? {} : { onStep }) });
  return previewBatch(asked, { fs: nodeFileSystem, engine, signal, now: () => performance.now() });
}

it('a preview says what would be done, and writes nothing', async () => {
  await put(source, 'q.jpg', smallPicture(9, 'rgb', 100, 50));
  await put(source, 'q.png', smallPicture(9));
  await put(source, 'notes.txt', 'x');
  const seen = await preview();
  expect(seen.due).toHaveLength(8);
  expect(seen.due[0]).toEqual({ input: 'p0.png', outputs: ['p0_denoise.png'] });
  expect(seen).toMatchObject({ earlier: 0, skipped: [], ignored: 1, pixels: 8 * 5000 });
  expect(seen.problems.map(({ input, code }) => [input, code])).toEqual([
    ['q.jpg', 'name-collision'],
    ['q.png', 'name-collision'],
  ]);
  expect(await filesBelow(folder)).toEqual((await filesBelow(source)).map((name) => `in/${name}`));
});

it('a preview knows what earlier runs have done', async () => {
  await fakeRun(request(source, output));
  await put(source, 'new.png', smallPicture(1));
  expect(await preview({ resume: true })).toMatchObject({ earlier: 8, due: [{ input: 'new.png' }] });
  expect(await preview({ existing: 'skip' })).toMatchObject({ earlier: 0, due: [{ input: 'new.png' }] });
  await expect(preview({ resume: true, format: 'tiff' })).rejects.toMatchObject({ code: 'settings-differ' });
});

it('a preview estimates the time from a few inputs, without the bad ones', async () => {
  await put(source, 'p4.png', 'no picture');
  const names: string[] = [];
  const { seconds } = await preview({}, async (name) => {
    names.push(name);
    await wait(5);
  });
  expect(new Set(names)).toEqual(new Set(['p1.png', 'p3.png', 'p6.png']));
  // Seven inputs of three steps of five milliseconds; machines may be slow, but not fast.
  expect(seconds).toBeGreaterThan(7 * 3 * 0.004);
  expect((await preview({ include: ['p4.png'] })).seconds).toBeUndefined();
});

it('a preview can be cancelled', async () => {
  const controller = new AbortController();
  const cancelled = preview({}, () => controller.abort(), controller.signal);
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
});

it('a preview says before the start what will not be read, whatever it is called', async () => {
  await put(source, 'p4.png', 'a text under another name');
  const seen = await preview();
  expect(seen.due).toHaveLength(7);
  expect(seen.problems).toMatchObject([{ input: 'p4.png', code: 'not-a-picture' }]);
});

it('only what is asked for by name is worked on', async () => {
  expect((await preview({ only: ['p1.png', 'p6.png', 'gone.png'] })).due.map(({ input }) => input)).toEqual([
    'p1.png',
    'p6.png',
  ]);
});
