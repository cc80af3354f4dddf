import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../../src-main/batch/node-file-system.ts';
import { planBatch, type BatchPlan } from '../../../src-main/batch/plan/plan.ts';
import type { BatchRequestInput } from '../../../src-main/contract/batch.ts';
import { put, request } from '../../fixtures/batch/run.ts';
import { faultyFileSystem } from '../../fixtures/batch/faulty-file-system.ts';

let folder: string;
let source: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-plan-'));
  source = join(folder, 'in');
  output = join(folder, 'out');
  await mkdir(source);
});
afterEach(() => rm(folder, { recursive: true }));

async function files(...names: string[]): Promise<void> {
  for (const name of names) await put(source, name, 'x');
}

const plan = (changes: Partial<BatchRequestInput> = {}): Promise<BatchPlan> =>
  planBatch(nodeFileSystem, request(source, output, changes));
const names = ({ items }: BatchPlan): string[] => items.map(({ name }) => name);

describe('the inputs of a batch', () => {
  it('are the pictures of a tree in order, and nothing hidden', async () => {
    await files(
      'b.png',
      'a.JPG',
      'z/ü 100 %25.tiff',
      'z/y/x/deep.webp',
      'notes.txt',
      '.DS_Store',
      '.hidden/c.png',
      'g.gif',
    );
    const found = await plan();
    expect(names(found)).toEqual(['a.JPG', 'b.png', 'g.gif', 'z/y/x/deep.webp', 'z/ü 100 %25.tiff']);
    expect(found.ignored).toBe(1);
    expect(found.problems).toEqual([]);
    expect(names(await plan({ recursive: false }))).toEqual(['a.JPG', 'b.png', 'g.gif']);
  });

  it('include pictures of other formats, so that they fail by name instead of being forgotten', async () => {
    await files('photo.HEIC', 'scan.bmp', 'raw.cr2');
    expect(names(await plan())).toEqual(['photo.HEIC', 'scan.bmp']);
  });

  it.each([
    [['*.png'], ['b.png', 'z/d.png']],
    [['z/*.png'], ['z/d.png']],
    [['z/**'], ['z/d.png', 'z/y/e.jpg']],
    [['*.{jpg,PNG}'], ['a.jpg', 'b.png', 'z/d.png', 'z/y/e.jpg']],
    [
      ['b.*', 'notes'],
      ['b.png', 'notes'],
    ],
  ])('are those that the globs %j name, whatever their endings', async (include, expected) => {
    await files('a.jpg', 'b.png', 'c.tif', 'notes', 'z/d.png', 'z/y/e.jpg');
    expect(names(await plan({ include }))).toEqual(expected);
  });

  it('leave raw photographs out with a word, and other files without one', async () => {
    await files('a.jpg', 'b.dng', 'c.CR3', 'notes.txt');
    const found = await plan();
    expect(found).toMatchObject({ ignored: 3, notices: [expect.stringMatching(/^2 raw photographs are left out/)] });
  });

  it('are found once each, through loops of links', async () => {
    await files('real/a.png', 'b.png');
    await symlink(source, join(source, 'real', 'up'));
    await symlink('real', join(source, 'another'));
    await symlink('loop', join(source, 'loop'));
    await symlink('b.png', join(source, 'linked.png'));
    await symlink('nowhere.png', join(source, 'broken.png'));
    const found = await plan();
    expect(names(found)).toEqual(['b.png', 'linked.png', 'real/a.png']);
    expect(found.notices).toHaveLength(2);
    expect(found.problems).toEqual([expect.objectContaining({ name: 'broken.png', code: 'file-not-found' })]);
  });

  it('that are pipes or folders by the name of a picture do not hang the batch', async () => {
    execFileSync('mkfifo', [join(source, 'pipe.png')]);
    await mkdir(join(source, 'folder.png'));
    const found = await plan();
    expect(found.items).toEqual([]);
    expect(found.problems).toEqual([expect.objectContaining({ name: 'pipe.png', code: 'file-unreadable' })]);
  });

  it('may lie in folders that cannot be listed, which is said', async () => {
    await files('a.png', 'locked/b.png');
    const fs = faultyFileSystem((operation, path) =>
      operation === 'list' && path.endsWith('locked') ? 'EACCES' : undefined,
    );
    const found = await planBatch(fs, request(source, output));
    expect(names(found)).toEqual(['a.png']);
    expect(found.problems[0]).toMatchObject({ name: 'locked', code: 'file-unreadable' });
    expect(found.problems[0].message).toContain('permission denied');
  });

  it('may be single files, and folders under their names', async () => {
    await files('x/a.png', 'y/a.png', 'single.png');
    const sources = [join(source, 'x'), join(source, 'y'), join(source, 'single.png')];
    expect(names(await plan({ sources }))).toEqual(['single.png', 'x/a.png', 'y/a.png']);
    await expect(plan({ sources: [join(source, 'gone')] })).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('of the task reconstruct are arrays and DICOM files, too', async () => {
    await files('a.npy', 'b.dcm', 'c.tif');
    const found = await plan({ options: { task: 'reconstruct' } });
    expect(found.items.map((item) => item.outputs[0])).toEqual([
      'a_reconstruct.npy',
      'b_reconstruct.npy',
      'c_reconstruct.npy',
    ]);
    expect(names(await plan())).toEqual(['c.tif']);
  });

  it('of the task reconstruct are slices without an ending, by their first bytes', async () => {
    await files('1.2.840.1', '1.2.840.2', 'IM0', 'README', 'DICOMDIR', '.hidden');
    for (const name of ['1.2.840.1', '1.2.840.2', 'IM0', 'DICOMDIR']) {
      await writeFile(join(source, name), Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]));
    }
    const found = await plan({ options: { task: 'reconstruct' } });
    expect(found.items.map((item) => item.outputs[0])).toEqual([
      '1.2.840.1_reconstruct.npy',
      '1.2.840.2_reconstruct.npy',
      'IM0_reconstruct.npy',
    ]);
    expect(names(await plan())).toEqual([]);
  });
});

describe('the outputs of a batch', () => {
  it('mirror the tree, with the ending of a lossless format unless asked otherwise', async () => {
    await files('a.jpg', 'sub/b.TIF', 'c.webp', 'd.gif');
    const outputs = async (changes: Partial<BatchRequestInput>): Promise<string[]> =>
      (await plan(changes)).items.flatMap((item) => item.outputs);
    expect(await outputs({})).toEqual(['a_denoise.png', 'c_denoise.webp', 'd_denoise.png', 'sub/b_denoise.tif']);
    expect(await outputs({ format: 'keep' })).toEqual([
      'a_denoise.jpg',
      'c_denoise.webp',
      'd_denoise.png',
      'sub/b_denoise.tif',
    ]);
    expect(await outputs({ format: 'jpeg', template: '{file}.{ext}' })).toEqual([
      'a.jpg.jpg',
      'c.webp.jpg',
      'd.gif.jpg',
      'sub/b.TIF.jpg',
    ]);
  });

  it('are numbered for several samples, and names with $ and {} are just names', async () => {
    await files("$& {task} $'.png");
    const two = { task: 'denoise', samples: 2, seed: 7 } as const;
    const outputs = async (template: string): Promise<readonly string[]> =>
      (await plan({ options: two, template })).items[0].outputs;
    expect(await outputs('{name}.{ext}')).toEqual(["$& {task} $'-1.png", "$& {task} $'-2.png"]);
    expect(await outputs('{sample}_{seed}_{name}.{ext}')).toEqual(["1_7_$& {task} $'.png", "2_7_$& {task} $'.png"]);
  });

  it.each(['{name}_{tsak}.png', 'out/{name}.png', '{task}.{ext}', '.{name}.png'])(
    'refuse the template %s',
    async (template) => {
      await files('a.png');
      await expect(plan({ template })).rejects.toMatchObject({ code: 'invalid-argument' });
    },
  );

  it('that several inputs would write fail by name before any work', async () => {
    await files('a.jpg', 'a.png', 'a/b.png', 'c.png');
    const found = await plan();
    expect(names(found)).toEqual(['a/b.png', 'c.png']);
    expect(found.problems.map(({ name, code }) => [name, code])).toEqual([
      ['a.jpg', 'name-collision'],
      ['a.png', 'name-collision'],
    ]);
    expect(found.problems[0].message).toContain('a.png');
    expect(found.problems[0].message).toContain('{file}');
    expect(names(await plan({ template: '{file}_{task}.{ext}' }))).toEqual(['a.jpg', 'a.png', 'a/b.png', 'c.png']);
  });

  it('collide across shards as well', async () => {
    await files('a.jpg', 'a.png');
    for (const index of [0, 1]) {
      const { items, problems } = await plan({ shard: { index, count: 2 } });
      expect(items).toEqual([]);
      for (const { code } of problems) expect(code).toBe('name-collision');
    }
  });

  it('never overwrite an original', async () => {
    await files('a.png', 'b.png', 'c.png');
    await mkdir(output);
    await link(join(source, 'b.png'), join(output, 'a.png'));
    await symlink(join(source, 'b.png'), join(output, 'b.png'));
    const found = await plan({ template: '{name}.{ext}', existing: 'overwrite' });
    expect(names(found)).toEqual(['c.png']);
    for (const problem of found.problems) expect(problem.message).toMatch(/would overwrite the original b\.png/);
    await expect(plan({ output: source })).rejects.toMatchObject({ code: 'invalid-argument' });
    await symlink(source, join(folder, 'alias'));
    await expect(plan({ output: join(folder, 'alias') })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('never replace what is no plain file, a mask, or what else is read', async () => {
    await files('a.png', 'b.png', 'c.png', 'd.png', 'e.png', 'f.png');
    await mkdir(output);
    await put(folder, 'mask.png', 'x');
    await put(folder, 'model/net.onnx', 'x');
    await put(folder, 'elsewhere.png', 'x');
    execFileSync('mkfifo', [join(output, 'a.png')]);
    await mkdir(join(output, 'b.png'));
    await symlink(join(folder, 'elsewhere.png'), join(output, 'c.png'));
    await symlink(join(folder, 'nowhere.png'), join(output, 'd.png'));
    await link(join(folder, 'mask.png'), join(output, 'e.png'));
    await link(join(folder, 'model', 'net.onnx'), join(output, 'f.png'));
    const mask = { kind: 'files' as const, paths: [join(folder, 'mask.png')] };
    const wanted = request(source, output, { template: '{name}.{ext}', existing: 'overwrite', mask });
    const { items, problems } = await planBatch(nodeFileSystem, wanted, [join(folder, 'model')]);
    expect(items).toEqual([]);
    expect(
      problems.map(({ name, code, message }) => [name, code, /device|folder|link|mask|net/.exec(message)?.[0]]),
    ).toEqual([
      ['a.png', 'file-unwritable', 'device'],
      ['b.png', 'file-unwritable', 'folder'],
      ['c.png', 'file-unwritable', 'link'],
      ['d.png', 'file-unwritable', 'link'],
      ['e.png', 'invalid-argument', 'mask'],
      ['f.png', 'invalid-argument', 'net'],
    ]);
    await expect(plan({ mask: { kind: 'folder', path: output } })).rejects.toThrow(/that of the masks/);
  });

  it('are no inputs when their folder lies in the source; neither are masks', async () => {
    await files('a.png', 'out/a_denoise.png', 'out/.langevin/x.png', 'masks/a.png');
    const inner = join(source, 'out');
    const mask = { kind: 'folder', path: join(source, 'masks') } as const;
    expect(names(await plan({ output: inner, mask }))).toEqual(['a.png']);
    await files('a_mask.png');
    expect(names(await plan({ output: inner, mask: { kind: 'folder', path: source } }))).toEqual([
      'a.png',
      'masks/a.png',
    ]);
  });

  it('with names too long for a file system fail by name', async () => {
    const long = `${'ü'.repeat(120)}.png`;
    await writeFile(join(source, long), 'x');
    const found = await plan({ template: `{name}_{task}_${'x'.repeat(20)}.{ext}` });
    expect(found.problems).toEqual([expect.objectContaining({ name: long, code: 'file-unwritable' })]);
  });
});
