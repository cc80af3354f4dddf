import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { channelCount, type Picture } from '../../../src-main/tensor/picture.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

const samples = new URL('../../../resources/samples/', import.meta.url);
let folder: string;
const at = (name: string): string => join(folder, name);
const read = async (name: string): Promise<Picture> => decodePicture(await readFile(at(name)), name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-find-'));
  await copyFile(new URL('chelsea-scratched.png', samples), at('cat.png'));
  const black: Picture = {
    width: 40,
    height: 40,
    mode: 'rgb',
    bitDepth: 8,
    data: new Uint8Array(4800),
    metadata: { orientation: 1 },
  };
  await writeFile(at('black.png'), await encodePicture(black, { format: 'png' }));
  await writeFile(at('thin.png'), await encodePicture({ ...black, width: 100, height: 16 }, { format: 'png' }));
});
afterAll(() => rm(folder, { recursive: true }));

describe('langevin find', () => {
  it('writes a mask and an overlay, and lists what it found', async () => {
    const args = ['find', at('cat.png'), '-o', at('mask.png'), '--overlay', at('seen.jpg'), '--json'];
    const run = await runCli(args);
    expect(run.code).toBe(0);
    const [findings] = jsonLines(run).filter(({ type }) => type === 'findings');
    const list = findings.findings as { kind: string; probability: number; mayCoverFace: boolean }[];
    expect(list.length).toBeGreaterThan(0);
    expect(list.every(({ mayCoverFace }) => typeof mayCoverFace === 'boolean')).toBe(true);
    expect(list.every(({ probability }) => probability > 0.5 && probability <= 1)).toBe(true);
    const mask = await read('mask.png');
    expect([mask.width, mask.height, mask.mode]).toEqual([451, 300, 'gray']);
    expect(mask.data.includes(255)).toBe(true);
    expect((await read('seen.jpg')).width).toBe(451);
    const again = await runCli([...args, '--existing', 'fail']);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/exists/);
    expect((await runCli([...args, '--existing', 'skip'])).stdout).toMatch(/"skipped"/);
  }, 240_000);

  it('takes folders, and one bad picture does not stop the others', async () => {
    await mkdir(at('scans'));
    await copyFile(at('cat.png'), at('scans/a.png'));
    await copyFile(at('black.png'), at('scans/b.png'));
    const run = await runCli(['find', at('scans'), '-o', at('masks')]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/Found in .*a\.png: .*crack/);
    expect(run.stderr).toMatch(/b\.png is one colour throughout/);
    expect(await readdir(at('masks'))).toEqual(['a.png']);
  }, 240_000);

  it.each([
    [['find', 'IN/cat.png', '--kinds', 'cracks'], /no kind of damage; there are line, speck, crack/],
    [['find', 'IN/cat.png', '--sensitivity', '3'], /sensitivity/],
    [['find', 'IN/cat.png', '-o', 'IN/cat.png'], /would overwrite/],
    [['find', 'IN/cat.png', '-o', 'IN/mask.jpg'], /Masks are written as PNG/],
    [['find', 'IN/none.png'], /There is no file/],
    [['find', 'IN/cat.png', '--detector', 'photo'], /finds no damage/],
    [['restore', 'IN/cat.png', '-o', 'IN/o.png'], /What is damaged\?/],
    [['restore', 'IN/cat.png', '-o', 'IN/o.png', '--task', 'denoise', '--sensitivity', '1'], /--sensitivity say how/],
    [['restore', 'IN/cat.png', '-o', 'IN/o.png', '--task', 'reconstruct', '--mask', 'auto'], /takes no mask/],
    [['repair', 'IN', '-o', 'IN/o.png'], /is a folder; repair all its pictures with: langevin batch/],
    [['repair', 'IN/black.png', '-o', 'IN/o.png'], /one colour throughout/],
  ])(
    'says what is wrong: %j',
    async (args, message) => {
      const run = await runCli(args.map((arg) => arg.replace(/^IN/, folder)));
      expect(run.code).not.toBe(0);
      expect(run.stderr).toMatch(message);
      expect(run.stderr).not.toMatch(/at .*\.js:\d/);
    },
    120_000,
  );
});

describe('langevin repair', () => {
  it('fills what is found and leaves every other pixel', async () => {
    const search = ['--sensitivity', '.6', '--min-size', '400'];
    const run = await runCli(['repair', at('cat.png'), '-o', at('repaired.png'), ...search, '--provider', 'cpu']);
    expect(run.stderr).toMatch(/Found in/);
    expect(run.code).toBe(0);
    await runCli(['find', at('cat.png'), '-o', at('found.png'), ...search]);
    const [before, after, mask] = [await read('cat.png'), await read('repaired.png'), await read('found.png')];
    const channels = channelCount(before.mode);
    let changed = 0;
    for (let i = 0; i < before.data.length; i++) {
      if (before.data[i] === after.data[i]) continue;
      changed++;
      expect(mask.data[Math.floor(i / channels)]).toBe(255);
    }
    expect(changed).toBeGreaterThan(500);
  }, 600_000);

  it('copies a picture in which nothing is found, and says so', async () => {
    const run = await runCli(['repair', at('cat.png'), '-o', at('copy.png'), '--kinds', 'text']);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/Nothing was found in .*: copied unchanged to/);
    expect(await readFile(at('copy.png'))).toEqual(await readFile(at('cat.png')));
  }, 240_000);
});
