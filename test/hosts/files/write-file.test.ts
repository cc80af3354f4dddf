import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyFileAtomically, makeFolder } from '../../../src-main/hosts/files/write-file.ts';

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'langevin-write-'))));
afterAll(async () => rm(root, { recursive: true, force: true }));

describe('a folder', () => {
  it('is made with those above it, or it is said what is in its place', async () => {
    await makeFolder(join(root, 'a', 'b'));
    await makeFolder(join(root, 'a', 'b'));
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file', 'c'))).rejects.toThrow(/is not a folder/);
    await expect(makeFolder(join(root, 'file'))).rejects.toThrow(/a file is in the way/);
    await symlink(join(root, 'nowhere', 'x'), join(root, 'dangling'));
    await expect(makeFolder(join(root, 'dangling'))).rejects.toThrow(/dangling is a link that leads to no folder/);
  });
});

describe('a copy', () => {
  it('replaces a file whole, but no folder, and leaves nothing beside it', async () => {
    const folder = join(root, 'copies');
    await makeFolder(folder);
    await writeFile(join(folder, 'from'), 'new');
    await writeFile(join(folder, 'to'), 'old');
    await copyFileAtomically(join(folder, 'from'), join(folder, 'to'));
    expect(await readFile(join(folder, 'to'), 'utf8')).toBe('new');
    await makeFolder(join(folder, 'deep'));
    await expect(copyFileAtomically(join(folder, 'from'), join(folder, 'deep'))).rejects.toThrow(/is a directory/);
    await expect(copyFileAtomically(join(folder, 'gone'), join(folder, 'to'))).rejects.toMatchObject({
      code: 'file-unwritable',
    });
    expect((await readdir(folder)).sort()).toEqual(['deep', 'from', 'to']);
  });
});
