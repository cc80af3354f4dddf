import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src-main/batch/node-file-system.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import type { PictureMode } from '../../src-main/tensor/picture.ts';
import type { FileSystem } from '../../src-main/batch/file-system.ts';
import { inverted } from '../fixtures/batch/fake-engine.ts';
import { decoded, fakeRun, filesBelow, put, request, smallPicture, type FakeRun } from '../fixtures/batch/run.ts';

let folder: string;
let source: string;
let output: string;
let run: FakeRun;
/** SHA-256 of every input before the batch. */
const before = new Map<string, string>();

/** What becomes of the inputs that are not simply restored. */
const bad: Record<string, string> = {};
const good: string[] = [];

const FORMATS = ['png', 'jpg', 'webp', 'tif'] as const;
const MODES: readonly PictureMode[] = ['rgb', 'gray', 'rgb-alpha', 'gray-alpha'];

/** A PNG file whose header promises 100,000 × 100,000 pixels. */
function hugeHeader(): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(100_000, 0);
  header.writeUInt32BE(100_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', new Uint8Array(10)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** The disk, on which one file may not be read; tests may run as a user who may read everything. */
const fs: FileSystem = {
  ...nodeFileSystem,
  read: async (path, limit) => {
    if (path.endsWith('forbidden.png')) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    return nodeFileSystem.read(path, limit);
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-mixed-'));
  source = join(folder, 'in');
  output = join(folder, 'out');
  await mkdir(source);

  for (let i = 0; i < 180; i++) {
    const format = FORMATS[i % 4];
    const mode = format === 'jpg' ? MODES[(i >> 2) % 2] : MODES[(i >> 2) % 4];
    const name = `roll ${i % 7}/${i % 3 === 0 ? 'ünïcode/' : ''}photo-${i} 100%25.${format}`;
    await put(source, name, smallPicture(i, mode));
    good.push(name);
  }
  const png = await encodePicture(smallPicture(1), { format: 'png' });
  const jpeg = await encodePicture(smallPicture(2, 'rgb', 64, 64), { format: 'jpeg' });
  const failing: [string, Uint8Array | string, string][] = [
    ['bad/zero.png', '', 'picture-damaged'],
    ['bad/text.jpg', 'This is not a picture.', 'not-a-picture'],
    ['bad/web.png', '<!doctype html><p>404', 'not-a-picture'],
    ['bad/cut.png', png.subarray(0, png.length / 2), 'picture-damaged'],
    ['bad/half.jpg', jpeg.subarray(0, jpeg.length / 2), 'picture-damaged'],
    ['bad/huge.png', hugeHeader(), 'picture-damaged'],
    ['bad/raw.heic', Buffer.from('\0\0\0\x18ftypheic____'), 'unsupported-format'],
    ['bad/zeros.tif', new Uint8Array(5000), 'not-a-picture'],
    ['bad/forbidden.png', png, 'file-unreadable'],
    ['twins/a.png', png, 'name-collision'],
    ['twins/a.jpg', jpeg, 'name-collision'],
    ['twins/b.tif', png, 'done'],
  ];
  for (const [name, content, code] of failing) {
    await put(source, name, content);
    if (code === 'done') good.push(name);
    else bad[name] = code;
  }
  const deep = `${'deep/'.repeat(40)}d.png`;
  await put(source, deep, png);
  good.push(deep);
  for (const name of [
    'quote\'s $& "x".png',
    'newline\n.png',
    '日本語/写真.png',
    'back\\slash.png',
    '-o.png',
    '#1.png',
  ]) {
    await put(source, name, png);
    good.push(name);
  }
  await chmod(join(source, '-o.png'), 0o444);
  await symlink('..', join(source, 'twins', 'loop'));
  await symlink('missing', join(source, 'dangling.png'));
  bad['dangling.png'] = 'file-not-found';
  await put(source, 'notes.txt', 'no input');
  await truncate(await put(source, 'bad/cut.webp', smallPicture(3)), 40);
  bad['bad/cut.webp'] = 'picture-damaged';

  for (const name of await filesBelow(source)) before.set(name, await hashOf(join(source, name)));
  await utimes(join(source, good[0]), 1e9, 1e9);
  run = await fakeRun(request(source, output, { keepTimestamps: true }), { fs });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe('a batch over 200 files, some of them bad', () => {
  it('accounts for every input once, by what became of it', () => {
    const outcomes = Object.fromEntries(
      run.report.files.map((file) => [file.input, file.status === 'failed' ? file.code : file.status]),
    );
    expect(outcomes).toEqual({ ...Object.fromEntries(good.map((name) => [name, 'done'])), ...bad });
    expect(run.report.files).toHaveLength(good.length + Object.keys(bad).length);
    expect(run.report.files.length).toBeGreaterThanOrEqual(200);
    expect(run.report.totals).toMatchObject({ done: good.length, failed: Object.keys(bad).length, pending: 0 });
    expect(run.restored).toHaveLength(good.length);
  });

  it('says of every failure which file it was and why', () => {
    for (const file of run.report.files) {
      if (file.status !== 'failed') continue;
      expect(file.message).toContain(file.input.split('/').at(-1));
      expect(file.message.length).toBeGreaterThan(20);
      expect(file.message).not.toMatch(/undefined|\[object|Error:/);
    }
  });

  it('writes exactly the outputs of the report, whole, and nothing else', async () => {
    const expected = run.report.files.flatMap((file) => (file.status === 'done' ? file.outputs : []));
    expect(await filesBelow(output)).toEqual([...expected].sort());
    for (const name of good) {
      const outcome = run.outcome(name);
      if (outcome.status !== 'done') throw new Error(name);
      const [given, made] = [await decoded(source, name), await decoded(output, outcome.outputs[0])];
      expect(made.data).toEqual(inverted(given).data);
    }
  });

  it('leaves the originals as they were', async () => {
    expect((await filesBelow(source)).sort()).toEqual([...before.keys()].sort());
    for (const [name, hash] of before) expect(await hashOf(join(source, name))).toBe(hash);
  });

  it('gives outputs the times of their inputs when asked to', async () => {
    const outcome = run.outcome(good[0]);
    if (outcome.status !== 'done') throw new Error('not done');
    expect((await stat(join(output, outcome.outputs[0]))).mtimeMs).toBe(1e12);
  });

  it('lets one failure be nobody else’s: resuming repeats only the failed ones', async () => {
    const again = await fakeRun(request(source, output, { keepTimestamps: true, resume: true }));
    // Read by the real disk, the forbidden file is an ordinary one.
    expect(again.restored).toEqual(['bad/forbidden.png']);
    expect(again.report.totals).toMatchObject({ done: good.length + 1, failed: Object.keys(bad).length - 1 });
  });
});
