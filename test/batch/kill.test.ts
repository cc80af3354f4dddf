import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src-main/batch/node-file-system.ts';
import { readHistory } from '../../src-main/batch/journal/history.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { filesBelow, journalOf, put } from '../fixtures/batch/run.ts';

const CHILD = fileURLToPath(new URL('../fixtures/batch/mortal-batch.js', import.meta.url));
const INPUTS = 70;
const KILLS = 30;

let folder: string;
let source: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-kill-'));
  source = join(folder, 'in');
  output = join(folder, 'out');
  for (let i = 0; i < INPUTS; i++) await put(source, nameOf(i), contentOf(i));
});
afterAll(() => rm(folder, { recursive: true }));

const nameOf = (i: number): string => `folder ${i % 5}/input-${i}.png`;
const contentOf = (i: number): string => `picture ${i} `.repeat(1 + 200 * (i % 4));

interface Death {
  readonly from: 'start' | 'planned';
  readonly operation: number;
  readonly when: 'before' | 'during' | 'after';
}

function live(death: Death | undefined): Promise<{ signal: string | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CHILD, source, output, JSON.stringify(death ?? null)],
      (_error, stdout, stderr) => resolve({ signal: child.signalCode, stdout, stderr }),
    );
  });
}

it(`a batch that is killed ${KILLS} times and resumed does everything once, and every output is whole`, async () => {
  const random = new RandomGenerator(2026);
  const below = (n: number): number => Math.floor(random.uniform() * n);
  let kills = 0;
  for (let attempt = 0; attempt < 2 * KILLS && kills < KILLS; attempt++) {
    // Mostly while there is work on files, at times before: while the lock is taken and the inputs are listed.
    const death: Death =
      attempt % 6 === 5
        ? { from: 'start', operation: 1 + below(30), when: 'before' }
        : {
            from: 'planned',
            operation: 1 + below(25),
            when: (['before', 'during', 'after'] as const)[below(3)],
          };
    const { signal, stderr } = await live(death);
    expect(stderr).toBe('');
    if (signal === 'SIGKILL') kills++;
    // No output is ever a part of one.
    for (const name of (await filesBelow(output)).filter((file) => !file.endsWith('.part'))) {
      const i = Number(/input-(\d+)_denoise/.exec(name)?.[1]);
      expect(await readFile(join(output, name), 'utf8')).toBe(`restored ${contentOf(i)}`);
    }
  }
  expect(kills).toBe(KILLS);

  const last = await live(undefined);
  expect(last.stderr).toBe('');
  expect(JSON.parse(last.stdout)).toMatchObject({ inputs: INPUTS, done: INPUTS, failed: 0, pending: 0 });
  const expected = Array.from({ length: INPUTS }, (_, i) => nameOf(i).replace('.png', '_denoise.png')).sort();
  expect(await filesBelow(output)).toEqual(expected);

  expect((await readHistory(nodeFileSystem, output)).notices).toEqual([]);
  const done = (await journalOf(output)).flatMap((record) => (record.type === 'done' ? [record.input] : []));
  expect(done.sort()).toEqual(Array.from({ length: INPUTS }, (_, i) => nameOf(i)).sort());
  // Crashes leave no locks behind that are in the way, and of the temporary files of locks at most one each.
  const state = await readdir(join(output, '.langevin'));
  expect(state.filter((name) => name === 'lock')).toEqual([]);
});
