import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type ClientRequest, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  configureRequestOptions,
  configureRequestUrl as setUrl,
  HttpExecutor,
  type DownloadOptions,
} from 'builder-util-runtime';
import { AppImageUpdater } from 'electron-updater';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Updates, type Updater } from '../../../src-main/hosts/electron/updates.ts';
import * as double from './electron-double.ts';

vi.mock('electron', () => import('./electron-double.ts'));

/** electron-updater asks by Electron's network stack; here by that of Node.js. */
class NodeExecutor extends HttpExecutor<ClientRequest> {
  createRequest(options: object, callback: (response: never) => void): ClientRequest {
    return httpRequest(options, callback as never);
  }
  /** As `ElectronHttpExecutor` does it. */
  download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    return options.cancellationToken.createPromise((resolve, reject, onCancel) => {
      const request = configureRequestOptions(configureRequestUrl(url, { headers: options.headers ?? {} }));
      const callback = (error: Error | null | undefined): void => (error ? reject(error) : resolve(destination));
      this.doDownload(request, { destination, options, onCancel, callback, responseHandler: null }, 0);
    });
  }
}

function configureRequestUrl(url: URL, options: object): RequestOptions {
  setUrl(url, options as RequestOptions);
  return options as RequestOptions;
}

let folder: string;
let server: Server;
let asked: string[];
/** What the server has, by path. */
let files: Record<string, Buffer>;
let left: (() => void)[];
let loads: number;
const resourcesPath = process.resourcesPath;
const appImage = process.env.APPIMAGE;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-updates-'));
  asked = [];
  files = {};
  left = [];
  loads = 0;
  server = createServer((request, response) => {
    const path = request.url!.split('?')[0];
    asked.push(path);
    const file = files[path];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await mkdir(join(folder, 'resources'));
  await writeFile(
    join(folder, 'resources', 'app-update.yml'),
    `provider: generic\nurl: http://127.0.0.1:${port}\nupdaterCacheDirName: langevin-updater\n`,
  );
  Object.assign(process, { resourcesPath: join(folder, 'resources') });
  process.env.APPIMAGE = join(folder, 'Langevin.AppImage');
  await writeFile(process.env.APPIMAGE, 'the old program');
  double.app.isPackaged = true;
  double.dialog.asked.length = double.dialog.answers.length = 0;
});
afterEach(async () => {
  vi.useRealTimers();
  double.app.isPackaged = false;
  Object.assign(process, { resourcesPath });
  if (appImage === undefined) delete process.env.APPIMAGE;
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** What a release for Linux has. */
function release(version: string, program: string, forged = false): void {
  const name = `Langevin-${version}.AppImage`;
  const sha512 = createHash('sha512').update(program).digest('base64');
  const file = `  - url: ${name}\n    sha512: ${sha512}\n    size: ${program.length}\n`;
  files['/latest-linux.yml'] = Buffer.from(
    `version: ${version}\nfiles:\n${file}path: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-11-30T00:00:00.000Z'\n`,
  );
  files[`/${name}`] = Buffer.from(forged ? program.toUpperCase() : program);
}

/** electron-updater itself, of an AppImage of version 9.9.9 (that of the double). */
function realUpdater(): Updater {
  const updater = new AppImageUpdater(null, {
    ...{ version: '9.9.9', name: 'langevin', isPackaged: true, userDataPath: folder, baseCachePath: folder },
    appUpdateConfigPath: join(folder, 'resources', 'app-update.yml'),
    whenReady: () => Promise.resolve(),
    relaunch: () => undefined,
    quit: () => undefined,
    onQuit: () => undefined,
  });
  Object.assign(updater, { httpExecutor: new NodeExecutor(), disableDifferentialDownload: true });
  return updater;
}

function updates(load: () => Updater = realUpdater): Updates {
  return new Updates({
    load: async () => {
      loads++;
      return load();
    },
    window: () => undefined,
    language: () => 'en',
    log: () => undefined,
    leave: (then) => left.push(then),
  });
}

const messages = (): string[] => double.dialog.asked.map(({ message }) => message);

describe('newer versions', () => {
  it('are not looked for unless people want that: nothing is even loaded', async () => {
    vi.useFakeTimers();
    const following = updates();
    following.follow(false);
    await vi.advanceTimersByTimeAsync(72 * 3600 * 1000);
    expect({ loads, asked }).toEqual({ loads: 0, asked: [] });
  });

  it('are looked for once a day where it is switched on, without a word while there is none', async () => {
    vi.useFakeTimers();
    let checks = 0;
    const following = updates(() => ({
      ...{ autoDownload: true, autoInstallOnAppQuit: true, logger: null },
      checkForUpdates: async () => {
        checks++;
        return { isUpdateAvailable: false, updateInfo: { version: '9.9.9' } };
      },
      downloadUpdate: () => Promise.reject(new Error('nobody asked for it')),
      quitAndInstall: () => undefined,
    }));
    following.follow(true);
    following.follow(true);
    await vi.advanceTimersByTimeAsync(50 * 3600 * 1000);
    expect(checks).toBe(3);
    following.follow(false);
    await vi.advanceTimersByTimeAsync(50 * 3600 * 1000);
    expect(checks).toBe(3);
    expect(messages()).toEqual([]);
  });

  it('cannot be where the package does not know of any', async () => {
    await rm(join(folder, 'resources', 'app-update.yml'));
    updates().follow(true);
    double.app.isPackaged = false;
    updates().follow(true);
    expect(loads).toBe(0);
  });

  it('say so when there is none, and when nobody answers', async () => {
    release('9.9.9', 'the same');
    await updates().check(true);
    files = {};
    await updates().check(true);
    expect(messages()).toEqual([
      'You have the newest version, 9.9.9.',
      'It could not be found out whether there is a newer version, or it could not be fetched.',
    ]);
    expect(asked.every((path) => path === '/latest-linux.yml')).toBe(true);
  });

  it('are fetched when people say so, checked, and installed in place of quitting', async () => {
    release('10.0.0', 'the new program');
    double.dialog.answers.push(0, 0);
    const updater = realUpdater() as Updater & { installerPath: string };
    await updates(() => updater).check(true);
    expect(messages()).toEqual([
      'Langevin 10.0.0 is there; you have 9.9.9.',
      'Langevin 10.0.0 has been fetched and checked. It is installed when Langevin ends.',
    ]);
    expect(await readFile(updater.installerPath, 'utf8')).toBe('the new program');
    const install = vi.spyOn(updater, 'quitAndInstall').mockImplementation(() => undefined);
    expect(left).toHaveLength(1);
    expect(install).not.toHaveBeenCalled();
    left[0]();
    expect(install).toHaveBeenCalledOnce();
  });

  it('are left alone by those who do not want them now', async () => {
    release('10.0.0', 'the new program');
    double.dialog.answers.push(1);
    await updates().check(false);
    expect(asked).toEqual(['/latest-linux.yml']);
    double.dialog.answers.push(0, 1);
    const updater = realUpdater();
    await updates(() => updater).check(false);
    expect(left).toEqual([]);
    expect(updater.autoInstallOnAppQuit).toBe(true);
  });

  it('that are not what the release says are refused', async () => {
    release('10.0.0', 'the new program', true);
    double.dialog.answers.push(0);
    await updates().check(true);
    expect(messages().at(-1)).toContain('could not be fetched');
    expect(double.dialog.asked.at(-1)!.detail).toContain('sha512 checksum mismatch');
    expect(left).toEqual([]);
  });
});
