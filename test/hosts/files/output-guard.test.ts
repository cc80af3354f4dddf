import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { link, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assertOutputs } from '../../../src-main/hosts/files/output-guard.ts';
import { readInputFile } from '../../../src-main/hosts/files/read-file.ts';
import { writeFileAtomically } from '../../../src-main/hosts/files/write-file.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-guard-'));
  await writeFile(at('in.png'), 'picture');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('lets a new name and a plain file that is not read be written', async () => {
  await writeFile(at('old.png'), 'old');
  await assertOutputs([at('new.png'), at('old.png')], [at('in.png'), at('not there.png')]);
});

it('knows an input by any of its names', async () => {
  await mkdir(at('sub'));
  await symlink(folder, at('way'));
  await link(at('in.png'), at('hard.png'));
  await symlink(at('in.png'), at('soft.png'));
  for (const output of [
    at('in.png'),
    `${folder}/sub/../in.png`,
    `${folder}//in.png`,
    at('way/in.png'),
    at('hard.png'),
  ]) {
    await expect(assertOutputs([output], [at('in.png')]), output).rejects.toThrow(/would overwrite .* which is read/);
  }
  // The input named by its link.
  await expect(assertOutputs([at('in.png')], [at('soft.png')])).rejects.toThrow(/the same file as/);
});

it('protects every file of a model folder', async () => {
  await mkdir(at('model'));
  await writeFile(at('model/manifest.json'), '{}');
  await expect(assertOutputs([at('model/manifest.json')], [at('model')])).rejects.toThrow(/would overwrite/);
});

it('refuses what is no plain file, before work and at the write', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  await mkdir(at('folder'));
  await symlink(at('in.png'), at('link.png'));
  await symlink(at('nowhere'), at('dangling.png'));
  const server = createServer().listen(at('socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    for (const [name, what] of [
      ['pipe', /a pipe/],
      ['folder', /a directory/],
      ['socket', /a socket/],
      ['link.png', /a link/],
      ['dangling.png', /a link/],
    ] as const) {
      await expect(assertOutputs([at(name)]), name).rejects.toMatchObject({ code: 'file-unwritable', message: what });
      if (!name.endsWith('.png')) await expect(writeFileAtomically(at(name), new Uint8Array(1))).rejects.toThrow(what);
    }
    await expect(assertOutputs(['/dev/null'])).rejects.toThrow(/a device|a link/);
    await expect(writeFileAtomically('/dev/null', new Uint8Array(1))).rejects.toThrow(/a device/);
    expect((await stat(at('pipe'))).isFIFO()).toBe(true);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  } finally {
    server.close();
  }
});

it('refuses the standard output and folders that are not there', async () => {
  await expect(assertOutputs(['-'])).rejects.toThrow(/standard output/);
  await expect(assertOutputs([at('none/out.png')])).rejects.toThrow(/does not exist/);
});

it('waits for no pipe, and reads no device', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  await expect(readInputFile(at('pipe'))).rejects.toThrow(/a pipe, which is not read/);
  await expect(readInputFile('/dev/zero')).rejects.toThrow(/a device, which is not read/);
  expect(new TextDecoder().decode(await readInputFile(at('in.png')))).toBe('picture');
  expect(await readFile(at('in.png'), 'utf8')).toBe('picture');
});

it('says of a chosen file that it is in use, and of a command that it was told badly', async () => {
  await expect(assertOutputs([at('in.png')], [at('in.png')])).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(assertOutputs([at('in.png')], [at('in.png')], 'output-exists')).rejects.toMatchObject({
    code: 'output-exists',
  });
});
