import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModelFile } from '../../../src-main/hosts/engine/model-file.ts';
import { importFolder, installModel, sweepModels } from '../../../src-main/hosts/engine/user-models.ts';
import { parseManifest } from '../../../src-main/prior/manifest.ts';
import { tinyManifestJson } from '../../fixtures/tiny-model.ts';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-user-models-'));
  folder = join(root, 'models');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

/** Above any that Linux gives to a process. */
const DEAD = 2 ** 30;

async function model(path: string, text: string): Promise<string> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'manifest.json'), text);
  return path;
}

describe('a file of a model', () => {
  it('is read when it is one, and only then', async () => {
    await writeFile(join(folder, 'a.bin'), 'abc');
    await writeFile(join(root, 'secret'), 'TOP SECRET');
    await symlink(join(root, 'secret'), join(folder, 'link'));
    await symlink('/dev/zero', join(folder, 'endless'));
    await symlink('a.bin', join(folder, 'inner'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await mkdir(join(folder, 'folder'));
    expect(Buffer.from((await readModelFile(folder, 'a.bin', 3))!).toString()).toBe('abc');
    expect(Buffer.from((await readModelFile(folder, 'inner', 3))!).toString()).toBe('abc');
    expect(await readModelFile(folder, 'none', 3)).toBeUndefined();
    await expect(readModelFile(folder, 'a.bin', 2)).rejects.toMatchObject({ code: 'model-corrupt' });
    for (const name of ['link', 'endless', '../secret']) {
      await expect(readModelFile(folder, name, 100)).rejects.toMatchObject({ code: 'model-corrupt' });
    }
    for (const name of ['pipe', 'folder']) {
      await expect(readModelFile(folder, name, 100)).rejects.toMatchObject({ code: 'file-unreadable' });
    }
  });

  it('is not called like one of the program', () => {
    for (const file of ['manifest.json', 'Manifest.JSON', 'CARD.md']) {
      expect(() => parseManifest(tinyManifestJson({ file }), 'test')).toThrow(/cannot be called/);
    }
    const twice = [{ file: 'tiny.onnx', sha256: '0'.repeat(64) }];
    expect(() => parseManifest(tinyManifestJson({ externalFiles: twice }), 'test')).toThrow(/named twice/);
  });
});

describe('replacing a model', () => {
  it('leaves the new one and nothing else', async () => {
    await model(join(folder, 'a'), 'old');
    await installModel(folder, 'a', await model(importFolder(folder, 'a'), 'new'));
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(join(folder, 'a', 'manifest.json'), 'utf8')).toBe('new');
  });

  it('is undone or finished when the program was killed at any point of it', async () => {
    // Before: the new one is not whole. Between: the old one is aside. After: the old one is not removed yet.
    await model(join(folder, `.import-a-${DEAD}-000000000000`), 'unfinished');
    await model(join(folder, `.replaced-b-${DEAD}-000000000000`), 'old');
    await model(join(folder, 'c'), 'new');
    await model(join(folder, `.replaced-c-${DEAD}-000000000000`), 'old');
    await model(join(folder, `.import-d-${process.pid}-000000000000`), 'being imported');
    await sweepModels(folder);
    expect((await readdir(folder)).sort()).toEqual([`.import-d-${process.pid}-000000000000`, 'b', 'c']);
    expect(await readFile(join(folder, 'b', 'manifest.json'), 'utf8')).toBe('old');
    expect(await readFile(join(folder, 'c', 'manifest.json'), 'utf8')).toBe('new');
  });
});
