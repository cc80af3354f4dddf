import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeFileSystem } from '../../../../src-main/batch/node-file-system.ts';
import { confinedFiles } from '../../../../src-main/hosts/app/batches/confined-files.ts';
import { withoutPaths } from '../../../../src-main/hosts/app/without-paths.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-confined-'));
  for (const folder of ['granted/deep', 'outside']) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'outside/secret.txt'), 'TOP SECRET');
  await writeFile(join(root, 'granted/own.txt'), 'own');
  await symlink(join(root, 'outside/secret.txt'), join(root, 'granted/link.txt'));
  await symlink(join(root, 'outside'), join(root, 'granted/linkdir'));
  await symlink(join(root, 'granted/own.txt'), join(root, 'granted/deep/inner.txt'));
});
afterAll(() => rm(root, { recursive: true }));

it('reads and writes what really lies in the folder, and nothing that a link in it leads to', async () => {
  const granted = join(root, 'granted');
  const fs = await confinedFiles(nodeFileSystem, [granted]);
  expect(Buffer.from(await fs.read(join(granted, 'own.txt'))).toString()).toBe('own');
  expect(Buffer.from(await fs.read(join(granted, 'deep/inner.txt'))).toString()).toBe('own');
  await fs.makeFolder(join(granted, 'new/er'));
  await fs.create(join(granted, 'new/er/file.txt'), new Uint8Array(2));
  for (const name of ['link.txt', 'linkdir/secret.txt', '../outside/secret.txt', 'linkdir']) {
    await expect(fs.read(join(granted, name))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fs.status(join(granted, name))).rejects.toMatchObject({ code: 'ENOENT' });
  }
  const planted = join(granted, 'linkdir/planted.png');
  await expect(fs.create(planted, new Uint8Array(2))).rejects.toMatchObject({ code: 'EACCES' });
  await expect(fs.makeFolder(join(granted, 'linkdir/more'))).rejects.toMatchObject({ code: 'EACCES' });
  await expect(fs.rename(join(granted, 'own.txt'), planted)).rejects.toMatchObject({ code: 'EACCES' });
  await expect(fs.remove(join(granted, 'linkdir/secret.txt'))).rejects.toMatchObject({ code: 'EACCES' });
  expect(await readFile(join(root, 'outside/secret.txt'), 'utf8')).toBe('TOP SECRET');
});

it('takes folders out of what pages are told', () => {
  expect(withoutPaths('There is no file /tmp/a/b/x.png. Check it.')).toBe('There is no file x.png. Check it.');
  expect(withoutPaths('The folder "/srv/pictures/out" is the source')).toBe('The folder "out" is the source');
  expect(withoutPaths('Try 1/2 or and/or.')).toBe('Try 1/2 or and/or.');
});
