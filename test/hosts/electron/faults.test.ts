import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Faults } from '../../../src-main/hosts/electron/faults.ts';
import { LogFile, withoutNames } from '../../../src-main/hosts/electron/log-file.ts';
import { utilitySpawn } from '../../../src-main/hosts/electron/utility-spawn.ts';
import { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import * as double from './electron-double.ts';

vi.mock('electron', () => import('./electron-double.ts'));

let folder: string;
let log: LogFile;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-faults-'));
  log = new LogFile(join(folder, 'logs', 'desktop.log'));
  double.dialog.asked.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const read = (): Promise<string> => readFile(log.path, 'utf8');

describe('the log of the desktop app', () => {
  it.each([
    ['/home/anna/My pictures/Grandma 1952.tif cannot be read', '<file> cannot be read'],
    ['C:\\Users\\Anna\\Bilder\\Oma.JPG ist beschädigt', '<file> ist beschädigt'],
    ['"a wedding.png" and wedding.webp, 24 × 36', '"<file>" and <file>, 24 × 36'],
    ['at file:///home/anna/app.asar/out/main/index.js:12:3', 'at file://~/app.asar/out/main/index.js:12:3'],
    ['with exit code 3', 'with exit code 3'],
  ])('takes names out of %s', (text, expected) => {
    expect(withoutNames(text, '/home/anna')).toBe(expected);
  });

  it('keeps the last lines, and never grows without end', async () => {
    for (let i = 0; i < 300; i++) log.write(`${i} ${'word '.repeat(1000)}`);
    expect((await stat(log.path)).size).toBeLessThan(600_000);
    expect((await stat(`${log.path}.old`)).size).toBeLessThan(600_000);
    log.write('the end');
    expect(log.tail(1)).toMatch(/^\d{4}-\d\d-\d\dT.* the end$/);
  });

  it('that cannot be written stops nothing', async () => {
    await writeFile(join(folder, 'file'), '');
    new LogFile(join(folder, 'file', 'desktop.log')).write('a');
    expect(new LogFile(join(folder, 'none.log')).tail(5)).toBe('');
  });
});

describe('faults of the program', () => {
  it('are noted and told of once, with the log and a report without names at hand', async () => {
    const before = new Set(process.listeners('uncaughtException'));
    const faults = new Faults(log);
    faults.listen();
    const [listener] = process.listeners('uncaughtException').filter((one) => !before.has(one));
    double.dialog.answers.push(2, 0);
    listener(new Error('broken at /home/u/secret.png'), 'uncaughtException');
    listener(new Error('broken again'), 'uncaughtException');
    await vi.waitFor(() => expect(double.clipboard.text).not.toBe(''));
    expect(double.dialog.asked.map(({ message }) => message)).toEqual([
      expect.stringContaining('you can go on'),
      expect.stringContaining('Nothing was sent'),
    ]);
    expect(double.clipboard.text).toMatch(/^Langevin 9\.9\.9[^]*broken at <file>/);
    expect(double.clipboard.text).not.toContain('secret');
    expect(await read()).toContain('broken again');
    faults.showLog();
    expect(double.shell.shown).toEqual([log.path]);
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.removeListener(event, process.listeners(event as 'uncaughtException').at(-1)!);
    }
  });

  it('of a page that hangs: people wait, or have it opened anew', async () => {
    const window = new double.BrowserWindow({ width: 1, height: 1, webPreferences: {} });
    const faults = new Faults(log);
    faults.speak(() => 'de');
    faults.follow(window as never);
    window.emit('unresponsive');
    await vi.waitFor(() => expect(double.dialog.asked).toHaveLength(1));
    expect(double.dialog.asked[0]).toMatchObject({
      message: 'Das Fenster antwortet nicht.',
      buttons: ['Warten', 'Fenster neu öffnen'],
    });
    expect(window.webContents.crashes).toBe(0);
    double.dialog.answers.push(1);
    window.emit('unresponsive');
    await vi.waitFor(() => expect(window.webContents.crashes).toBe(1));
    window.destroy();
  });

  it('of a page that cannot be loaded are told, those of its parts and of loads given up are not', async () => {
    const window = new double.BrowserWindow({ width: 1, height: 1, webPreferences: {} });
    new Faults(log).follow(window as never);
    window.webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'app://langevin/', true);
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://langevin/x', false);
    await wait(20);
    expect(double.dialog.asked).toEqual([]);
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://langevin/', true);
    await vi.waitFor(() =>
      expect(double.dialog.asked).toMatchObject([{ message: expect.stringContaining('install it again') }]),
    );
    window.destroy();
  });
});

describe('a utility process', () => {
  const entry = new URL('../../fixtures/electron/failing-process.js', import.meta.url);
  const ends: string[] = [];
  const spawn = utilitySpawn((text) => ends.push(text))(entry, [], 'Langevin engine');

  it('in which something is rejected and nobody looks ends, instead of leaving its job to hang', async () => {
    const client = new EngineClient<{ fail: { payload: string; event: never; result: never } }>(spawn);
    await expect(client.result('fail', 'reject')).rejects.toMatchObject({
      code: 'engine-crashed',
      message: expect.stringContaining('nobody has looked'),
    });
    expect(ends.at(-1)).toContain('Langevin engine ended with exit code 1');
  });

  it('that V8 gives up says so, and the app goes on', async () => {
    const client = new EngineClient<{ fail: { payload: string; event: never; result: never } }>(spawn);
    const { started } = double.utilityProcess;
    const before = started.length;
    const failed = client.result('fail', 'abort');
    await vi.waitFor(() => expect(started.length).toBeGreaterThan(before));
    const child = started.at(-1)!;
    child.emit('error', 'FatalError', 'v8::OOM', '{}');
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining('not enough memory for its JavaScript part'),
    });
  });

  it('has its last words in the message, though they come after its exit', async () => {
    const client = new EngineClient<{ fail: { payload: string; event: never; result: never } }>(spawn);
    await expect(client.result('fail', 'words')).rejects.toMatchObject({
      message: expect.stringContaining('the driver is gone'),
    });
  });

  it('never sends shared memory', async () => {
    const client = new EngineClient<{ fail: { payload: Uint8Array; event: never; result: never } }>(spawn);
    await expect(client.result('fail', new Uint8Array(new SharedArrayBuffer(8)))).rejects.toThrow(
      'could not be cloned',
    );
    await client.terminate();
  });
});
