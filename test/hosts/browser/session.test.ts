import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  accessOf,
  appFolders,
  connectPage,
  greyFile,
  openApp,
  removeFolders,
  type AppFolders,
} from '../../fixtures/app/served-app.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/app/serve-fixture.js', import.meta.url));

let folders: AppFolders;

beforeEach(async () => {
  folders = await appFolders();
});
afterEach(() => removeFolders(folders));

const tab = { options: { task: 'inpaint' }, model: 'tiny' } as const;

/** The address of an app in a process of its own. */
async function startProcess(): Promise<{ child: ChildProcess; url: URL }> {
  const child = spawn(process.execPath, [FIXTURE, JSON.stringify(folders.options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, url: new URL(line.toString().trim()) };
}

describe('the session', () => {
  it('comes back after the host was killed, with uploaded pictures and their masks', async () => {
    const { child, url } = await startProcess();
    const { key } = await accessOf(url.href);
    const page = connectPage(
      () => Number(url.port),
      () => key,
    );
    const { bytes } = await greyFile({ width: 16, height: 16 });
    const file = await page.client.call('addFile', { name: 'grüße %41.png', bytes });
    const gone = await page.client.call('addFile', { name: 'unused.png', bytes });
    const mask = Uint8Array.of(1, 2, 3);
    await page.client.call('saveSession', { tabs: [{ ...tab, file: file.id, mask, run: 'abcdef012' }], active: 0 });
    page.client.close();
    child.kill('SIGKILL');
    await once(child, 'exit');

    const app = await openApp(folders);
    const session = await app.client.call('session', {});
    expect(session.files).toEqual([file]);
    expect(session).toMatchObject({ active: 0, tabs: [{ file: file.id, model: 'tiny' }] });
    // The run has ended with the host.
    expect(session.tabs[0].run).toBeUndefined();
    expect([...session.tabs[0].mask!]).toEqual([1, 2, 3]);
    expect(await app.client.call('readPicture', { file: file.id })).toMatchObject({ width: 16, height: 16 });
    await expect(app.client.call('readPicture', { file: gone.id })).rejects.toMatchObject({ code: 'file-not-found' });
    await app.close();
  });

  it('keeps files that lie on the disk by reference, and leaves out those that are gone', async () => {
    const { bytes } = await greyFile({ width: 8, height: 8 });
    const paths = [join(folders.root, 'a.png'), join(folders.root, 'b.png')];
    for (const path of paths) await writeFile(path, bytes);
    const first = await openApp(folders);
    const files = await first.app.service.openPaths(paths);
    expect(await first.waitFor('files-opened')).toMatchObject({ files });
    await first.client.call('saveSession', { tabs: files.map(({ id }) => ({ ...tab, file: id })), active: 1 });
    await first.close();

    await rm(paths[0]);
    const second = await openApp(folders);
    const session = await second.client.call('session', {});
    expect(session.files).toEqual([files[1]]);
    expect(session.active).toBe(0);
    await second.close();
    expect(await readFile(paths[1])).toEqual(Buffer.from(bytes));
  });

  it('refuses a file that the host does not know', async () => {
    const app = await openApp(folders);
    const unknown = app.client.call('saveSession', { tabs: [{ ...tab, file: '0123456789' }] });
    await expect(unknown).rejects.toMatchObject({ code: 'file-not-found' });
    await app.close();
  });

  it('is kept aside when it is broken', async () => {
    const first = await openApp(folders);
    await first.client.call('saveSession', { tabs: [] });
    await first.close();
    const path = join(folders.options.stateFolder, 'sessions', '0', 'session.msgpack');
    await writeFile(path, 'nonsense');
    const second = await openApp(folders);
    expect(await second.client.call('session', {})).toMatchObject({ tabs: [], files: [] });
    expect(await readFile(`${path}.broken`, 'utf8')).toBe('nonsense');
    await second.close();
  });

  it('is one for each program that runs', async () => {
    const first = await openApp(folders);
    const second = await openApp(folders);
    const { bytes } = await greyFile({ width: 8, height: 8 });
    const { id } = await first.client.call('addFile', { name: 'a.png', bytes });
    await first.client.call('saveSession', { tabs: [{ ...tab, file: id }] });
    expect((await second.client.call('session', {})).tabs).toEqual([]);
    await second.close();
    await first.close();
  });
});
