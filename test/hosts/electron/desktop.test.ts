import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DesktopBridge } from '../../../src-main/contract/app/desktop-bridge.ts';
import type { AppEvent } from '../../../src-main/contract/app/events.ts';
import type { Id } from '../../../src-main/contract/app/values.ts';
import { CALL_NAMES } from '../../../src-main/hosts/electron/call-names.ts';
import { addFile } from '../../../src-renderer/client/add-file.ts';
import { ElectronClient, type DesktopWindow } from '../../../src-renderer/client/electron-client.ts';
import { greyFile } from '../../fixtures/app/served-app.ts';
import { writeTinyModel } from '../../fixtures/tiny-model.ts';
import * as double from './electron-double.ts';

vi.mock('electron', () => import('./electron-double.ts'));

const environment = { ...process.env };
let root: string;
let picture: string;
let client: ElectronClient;
let window: double.BrowserWindow;
const events: AppEvent[] = [];

/** The page's window, as far as preload and client touch it. */
class PageWindow {
  readonly location = { origin: 'app://langevin' };
  readonly #listeners = new Set<(event: { source: unknown; data: unknown; ports: readonly unknown[] }) => void>();
  get langevin(): DesktopBridge {
    return double.contextBridge.exposed.langevin as DesktopBridge;
  }
  addEventListener(_type: string, listener: (event: never) => void): void {
    this.#listeners.add(listener as never);
  }
  postMessage(data: unknown, target: string, ports: readonly unknown[]): void {
    expect(target).toBe('app://langevin');
    for (const listener of this.#listeners) listener({ source: this, data, ports: ports.map(pagePort) });
  }
}

/** A port of Node.js with the face of one of a page. */
function pagePort(port: unknown): unknown {
  const { on, close } = port as { on: (type: string, listener: (data: unknown) => void) => void; close: () => void };
  return {
    addEventListener: (type: string, listener: (event: { data: unknown }) => void) =>
      on.call(port, type, (data: unknown) => listener({ data })),
    start: () => undefined,
    close: () => close.call(port),
  };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-desktop-'));
  await writeTinyModel(join(root, 'models'));
  picture = join(root, 'grey.png');
  await writeFile(picture, (await greyFile({ width: 32, height: 32 })).bytes);
  Object.assign(process.env, {
    LANGEVIN_MODELS: join(root, 'models'),
    XDG_CACHE_HOME: join(root, 'cache'),
    XDG_STATE_HOME: join(root, 'user'),
  });
  double.app.appPath = fileURLToPath(new URL('../../../', import.meta.url)).replace(new RegExp(`${sep}$`), '');

  const page = new PageWindow();
  vi.stubGlobal('window', page);
  await import('../../../src-main/hosts/electron/preload.ts');
  client = new ElectronClient(page as unknown as DesktopWindow);
  client.onEvent((event) => events.push(event));
  // The command line of the first start names a picture.
  vi.spyOn(process, 'argv', 'get').mockReturnValue(['electron', '.', picture, '--flag']);
  await import('../../../src-main/hosts/electron/main.ts');
  await soon(() => expect(double.BrowserWindow.all).toHaveLength(1));
  window = double.BrowserWindow.all[0];
  double.ipcRenderer.contents = window.webContents;
  await soon(() => expect(window.isShown).toBe(true));
});
afterAll(async () => {
  // What is not saved is thrown away.
  double.dialog.answers.push(2);
  double.app.quit();
  await soon(() => expect(double.app.quits).toBe(1));
  process.env = environment;
  vi.unstubAllGlobals();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

/** Waits until an assertion holds; machines may be busy. */
function soon<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 30_000, interval: 10 });
}

/** Closes a window where the app outlives it. */
function closeOnMac(closing: double.BrowserWindow): void {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  closing.close();
  Object.defineProperty(process, 'platform', { value: platform });
}

async function event<Type extends AppEvent['type']>(
  type: Type,
  accept: (event: Extract<AppEvent, { type: Type }>) => boolean = () => true,
): Promise<Extract<AppEvent, { type: Type }>> {
  return soon(() => {
    const found = events.find((one) => one.type === type && accept(one as never));
    if (found === undefined) throw new Error(`No ${type} has come.`);
    return found as Extract<AppEvent, { type: Type }>;
  });
}

async function startRun(steps = 4, provider: 'cpu' | 'auto' = 'cpu'): Promise<Id> {
  const { bytes } = await greyFile({ width: 32, height: 32 });
  const file = await client.call('addFile', { name: 'a.png', bytes });
  const coverage = new Uint8Array(16).fill(255);
  const { run } = await client.call('startRun', {
    file: file.id,
    mask: { x: 4, y: 4, width: 4, height: 4, coverage },
    options: { task: 'inpaint', solver: 'ddnm', steps },
    network: { model: 'tiny', provider },
  });
  return run;
}

const engines = (): double.UtilityProcessDouble[] =>
  double.utilityProcess.started.filter(({ serviceName }) => serviceName === 'Langevin engine');

const endOf = (run: Id): Promise<Extract<AppEvent, { type: 'run-end' }>> => event('run-end', (end) => end.run === run);

describe('the desktop app', () => {
  it('is sandboxed from the start', () => {
    expect(double.app.isSandboxed).toBe(true);
    expect(double.dialog.errors).toEqual([]);
  });

  it('exposes one function for each request, and two more', () => {
    const { calls, ...others } = double.contextBridge.exposed.langevin as DesktopBridge;
    expect(Object.keys(double.contextBridge.exposed)).toEqual(['langevin']);
    expect(Object.keys(others).sort()).toEqual(['addDropped', 'onEvent']);
    expect(Object.keys(calls).sort()).toEqual([...CALL_NAMES].sort());
    expect(Object.values(calls).every((call) => typeof call === 'function')).toBe(true);
  });

  it('says what it is, and refuses what is not in the contract', async () => {
    expect(await client.call('hello', {})).toMatchObject({ kind: 'electron', version: '9.9.9', dialogs: true });
    await expect(client.call('hello', { extra: 1 } as never)).rejects.toMatchObject({
      name: 'LangevinError',
      code: 'invalid-argument',
    });
  });

  it('opens what the first start named once the page listens, and later what others name', async () => {
    expect(events.some(({ type }) => type === 'files-opened')).toBe(false);
    await client.call('session', {});
    expect((await event('files-opened')).files).toMatchObject([{ name: 'grey.png' }]);
    expect(double.app.recentDocuments).toContain(picture);

    const second = join(root, 'zweite Datei %.png');
    await writeFile(second, await readFile(picture));
    window.isMinimizedNow = true;
    window.hasFocus = false;
    // A second start tells what it was asked for; its command line is that of Chromium.
    double.app.emit('second-instance', {}, ['electron', '--x', '.'], '/', { paths: [second] });
    await event('files-opened', ({ files }) => files[0].name === 'zweite Datei %.png');
    expect(window.isMinimizedNow).toBe(false);
    expect(window.hasFocus).toBe(true);

    let isPrevented = false;
    double.app.emit('open-file', { preventDefault: () => (isPrevented = true) }, second);
    expect(isPrevented).toBe(true);
    await soon(() => expect(events.filter(({ type }) => type === 'files-opened')).toHaveLength(3));

    // What cannot be opened is said, without where it would be.
    double.app.emit('second-instance', {}, ['electron', '.', 'gone.png'], root);
    expect((await event('problem')).message).toBe('There is no file gone.png any more.');
  });

  it('is known to the system as the package is, and sends a second start to the first', () => {
    expect(double.app.appUserModelId).toBe('io.langevin.app');
    expect(double.app.sentToFirst).toEqual({ paths: [picture] });
  });

  it('takes dropped files by reference, and those without a path not at all', async () => {
    const file = {};
    double.webUtils.paths.set(file, picture);
    expect(await client.addDropped(file)).toMatchObject({ name: 'grey.png' });
    await expect(client.addDropped({})).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('uploads what lies nowhere, such as a pasted picture', async () => {
    const pasted = new File([new Uint8Array(await readFile(picture))], '');
    const file = await addFile(client, pasted);
    expect(file.name).toBe('picture.png');
    expect(await client.call('readPicture', { file: file.id })).toMatchObject({ width: 32, height: 32 });
    double.webUtils.paths.set(pasted, picture);
    expect(await addFile(client, pasted)).toMatchObject({ name: 'grey.png' });
    double.webUtils.paths.set(pasted, join(root, 'gone.png'));
    await expect(addFile(client, pasted)).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('runs to the end, with frames through the port and progress in the dock', async () => {
    window.hasFocus = false;
    const run = await startRun(60);
    await event('run-frame', (frame) => frame.run === run);
    await client.call('acknowledgeFrame', { run });
    expect(await endOf(run)).toMatchObject({ status: 'done' });
    expect(window.progress.some((fraction) => fraction > 0 && fraction < 1)).toBe(true);
    expect(window.progress.at(-1)).toBe(-1);
    await soon(() => expect(double.Notification.shown).toHaveLength(1));
    expect(double.Notification.shown[0].options.title).toBe('The picture is restored.');
    // The icon says that something has ended, until people look.
    expect(double.app.badge).toBe(1);
    expect(window.isFlashing).toBe(true);
    double.Notification.shown[0].emit('click');
    expect(window.hasFocus).toBe(true);
    expect(double.app.badge).toBe(0);
    expect(window.isFlashing).toBe(false);
    const { file } = await client.call('readRun', { run });
    expect(await event('show')).toMatchObject({ what: { kind: 'result', file } });
    // The system was kept awake until then.
    expect(double.powerSaveBlocker.started).toBeGreaterThan(0);
    await soon(() => expect(double.powerSaveBlocker.running.size).toBe(0));
  });

  it('does not notify whoever looks at it', async () => {
    const before = double.Notification.shown.length;
    await endOf(await startRun());
    await client.call('hello', {});
    expect(double.Notification.shown).toHaveLength(before);
  });

  it('starts the engine again after it was killed', async () => {
    const run = await startRun(10_000);
    await event('run-step', (step) => step.run === run);
    const engine = engines().find((child) => child.pid !== undefined)!;
    process.kill(engine.pid!, 'SIGKILL');
    window.hasFocus = false;
    expect(await endOf(run)).toMatchObject({ status: 'failed', problem: { code: 'engine-crashed' } });
    await soon(() => expect(window.progressMode).toBe('error'));
    window.focus();
    expect(window.progress.at(-1)).toBe(-1);
    const started = engines().length;
    expect(await endOf(await startRun())).toMatchObject({ status: 'done' });
    expect(engines()).toHaveLength(started + 1);
  });

  it('probes providers in utility processes that the engine asks for', async () => {
    expect(await endOf(await startRun(4, 'auto'))).toMatchObject({ status: 'done', report: { provider: 'cpu' } });
    // What is absent is known without a process; the processor itself is tried in one.
    const started = engines().length;
    const found = await client.call('doctor', {});
    expect(found.find(({ provider }) => provider === 'cpu')).toMatchObject({ usable: true });
    expect(engines().length).toBeGreaterThan(started);
  });

  it('saves by the dialog, beside the original, and never over it', async () => {
    double.dialog.opened = [picture];
    const [file] = await client.call('chooseFiles', { purpose: 'picture' });
    const coverage = new Uint8Array(4).fill(255);
    const { run } = await client.call('startRun', {
      file: file.id,
      mask: { x: 0, y: 0, width: 2, height: 2, coverage },
      options: { task: 'inpaint', solver: 'ddnm', steps: 2 },
      network: { model: 'tiny', provider: 'cpu' },
    });
    await endOf(run);
    const [result] = (await client.call('readRun', { run })).results;
    const save = { result: result.id, save: { name: 'grey:restored', format: 'png' } };
    double.dialog.saved = '';
    expect(await client.call('saveResult', save)).toEqual({ saved: false, dismissed: true });
    expect(double.dialog.suggested).toBe(join(root, 'grey_restored.png'));
    double.dialog.saved = picture;
    await expect(client.call('saveResult', save)).rejects.toMatchObject({ code: 'output-exists' });
    double.dialog.saved = join(root, 'out.jpg');
    const saved = await client.call('saveResult', save);
    expect(saved).toMatchObject({ saved: true, name: 'out.jpg' });
    await client.call('showInFolder', { place: (saved as { place: Id }).place });
    await client.call('showInFolder', { file: file.id });
    expect(double.shell.shown.slice(-2)).toEqual([join(root, 'out.jpg'), picture]);
    // The name that was chosen decides the format.
    expect((await readFile(join(root, 'out.jpg'))).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  });

  it('remembers what was opened, in the menu too', async () => {
    const recent = await client.call('recentFiles', {});
    expect(recent.map(({ name }) => name)).toContain('grey.png');
    const id = recent.find(({ name }) => name === 'grey.png')!.id;
    expect(await client.call('openRecent', { recent: id })).toMatchObject({ name: 'grey.png' });
    const items = double.Menu.current.flatMap(({ submenu = [] }) => submenu);
    await soon(() => {
      const menu = double.Menu.current.flatMap(({ submenu = [] }) => submenu);
      expect(menu.flatMap(({ submenu = [] }) => submenu.map(({ label }) => label))).toContain('grey.png');
    });
    items.find((item) => item.id === 'run')!.click!();
    expect(await event('action')).toMatchObject({ action: 'run' });
  });

  it('gives pixels to the page by a port of their own, past the main process', async () => {
    const posted = vi.spyOn(window.webContents, 'postMessage');
    const { bytes, picture: grey } = await greyFile({ width: 32, height: 32 });
    const file = await client.call('addFile', { name: 'a.png', bytes });
    const [first, second] = await Promise.all([
      client.call('readPicture', { file: file.id }),
      client.call('readPicture', { file: file.id }),
    ]);
    expect(first).toMatchObject({ width: 32, height: 32, mode: 'gray' });
    expect(first.data).toHaveLength(4 * 32 * 32);
    expect([...first.data.subarray(0, 12)]).toEqual([...grey.data.subarray(0, 3)].flatMap((v) => [v, v, v, 255]));
    expect(second.data).toEqual(first.data);
    expect(posted.mock.calls.map(([channel]) => channel)).toEqual(['langevin:pixels', 'langevin:pixels']);
    // What main itself sees has none.
    const bridge = double.contextBridge.exposed.langevin as DesktopBridge;
    const reply = await bridge.calls.readPicture({ file: file.id });
    expect(reply.ok && reply.value.data).toHaveLength(0);
    // A picture that cannot be read has no port.
    const broken = await client.call('addFile', { name: 'b.png', bytes: new Uint8Array(9) });
    posted.mockClear();
    await expect(client.call('readPicture', { file: broken.id })).rejects.toMatchObject({ name: 'LangevinError' });
    expect(posted).not.toHaveBeenCalled();
    posted.mockRestore();
  });

  it('lets a result be dragged out, as a file with a name for people', async () => {
    const run = await startRun();
    await endOf(run);
    const [result] = (await client.call('readRun', { run })).results;
    const icon = new Uint8Array(await readFile(picture));
    await client.call('dragResult', { result: result.id, name: 'a_inpaint', icon });
    const [{ file }] = window.webContents.drags;
    expect(basename(file)).toBe('a_inpaint.png');
    expect((await readFile(file)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('follows the settings at once: menus in the other language, and the theme of the system around the page', async () => {
    const labels = (): (string | undefined)[] => double.Menu.current.map(({ label }) => label);
    await client.call('changeSettings', { language: 'de', theme: 'dark' });
    await soon(() => expect(labels()).toEqual(['Datei', 'Bearbeiten', 'Ausführen', 'Ansicht', 'Fenster', 'Hilfe']));
    expect(double.nativeTheme.themeSource).toBe('dark');
    expect(window.backgroundColor).toBe('#17181c');
    await client.call('changeSettings', { language: 'en', theme: 'system' });
    await soon(() => expect(labels()[0]).toBe('File'));
    expect(double.nativeTheme.themeSource).toBe('system');
  });

  it('says what it is made of and runs on', async () => {
    const about = await client.call('about', {});
    expect(about.version).toBe('9.9.9');
    expect(about.parts).toContainEqual({ name: 'Node.js', version: process.versions.node });
    expect(about.device).toMatch(/threads, \d+ GB$/);
  });

  it('asks about what is not saved, and stays when people want that', async () => {
    const isUnsaved = (): boolean => window.isEdited;
    await client.call('saveSession', { tabs: [] });
    const { bytes } = await greyFile({ width: 32, height: 32 });
    const file = await client.call('addFile', { name: 'b.png', bytes });
    await client.call('saveSession', {
      tabs: [{ file: file.id, options: { task: 'inpaint' }, model: 'tiny' }],
      active: 0,
    });
    expect(isUnsaved()).toBe(false);
    const { run } = await client.call('startRun', {
      file: file.id,
      mask: { x: 4, y: 4, width: 4, height: 4, coverage: new Uint8Array(16).fill(255) },
      options: { task: 'inpaint', solver: 'ddnm', steps: 2 },
      network: { model: 'tiny', provider: 'cpu' },
    });
    await endOf(run);
    await soon(() => expect(isUnsaved()).toBe(true));
    double.dialog.asked.length = 0;
    double.dialog.answers.push(3);
    double.app.quit();
    // The page saves what is open before the question.
    await event('save-session');
    await client.call('saveSession', {
      tabs: [{ file: file.id, options: { task: 'inpaint' }, model: 'tiny' }],
      active: 0,
    });
    await soon(() => expect(double.dialog.asked).toHaveLength(1));
    expect(double.app.quits).toBe(0);
    expect(window.isDestroyed()).toBe(false);
  });

  it('remembers its window', async () => {
    window.isMaximizedNow = true;
    closeOnMac(window);
    const path = join(root, 'user', 'langevin', 'window.json');
    const state = await soon(async () => {
      const kept = JSON.parse(await readFile(path, 'utf8')) as { isMaximized: boolean };
      expect(kept.isMaximized).toBe(true);
      return kept;
    });
    expect(state).toMatchObject({ isMaximized: true, isFullScreen: false, bounds: { width: 1280, height: 860 } });
    // As versions before wrote it; closing the window writes it as it is now.
    const place = { x: 100, y: 50, width: 900, height: 700 };
    await writeFile(path, JSON.stringify({ bounds: place, isMaximized: true }));
    double.app.emit('activate');
    await soon(() => expect(double.BrowserWindow.all).toHaveLength(2));
    const again = double.BrowserWindow.all[1];
    expect(again.options).toMatchObject({ x: 100, y: 50, width: 900, height: 700 });
    expect(again.isMaximizedNow).toBe(true);
    closeOnMac(again);
    await soon(async () => expect(await readFile(path, 'utf8')).toContain('"zoom":0'));
    // A window whose screen is gone is in the middle of another, and no larger than it.
    const far = { x: 5000, y: 50, width: 2500, height: 700 };
    await writeFile(path, JSON.stringify({ ...state, isMaximized: false, isFullScreen: true, bounds: far }));
    double.app.emit('activate');
    await soon(() => expect(double.BrowserWindow.all).toHaveLength(3));
    const third = double.BrowserWindow.all[2];
    expect(third.options).toMatchObject({ x: 0, y: 190, width: 1920, height: 700 });
    await soon(() => expect(third.isFullScreenNow).toBe(true));
    expect(third.isMaximizedNow).toBe(false);
  });

  it('keeps the size of what is in the window', async () => {
    const item = (id: string): double.MenuItem =>
      double.Menu.current.flatMap(({ submenu = [] }) => submenu).find((one) => one.id === id)!;
    const shown = double.BrowserWindow.all.at(-1)!;
    item('larger').click!();
    item('larger').click!();
    expect(shown.webContents.zoomLevel).toBe(1);
    const path = join(root, 'user', 'langevin', 'window.json');
    await soon(async () => expect(await readFile(path, 'utf8')).toContain('"zoom":1'));
    item('usual-size').click!();
    expect(shown.webContents.zoomLevel).toBe(0);
    item('larger').click!();
    // A page that is loaded again has it, too.
    shown.webContents.zoomLevel = 0;
    shown.webContents.emit('did-finish-load');
    expect(shown.webContents.zoomLevel).toBe(0.5);
  });

  it('opens a window for a file that comes when there is none', async () => {
    closeOnMac(double.BrowserWindow.all.at(-1)!);
    events.length = 0;
    const count = double.BrowserWindow.all.length;
    double.app.emit('open-file', { preventDefault: () => undefined }, picture);
    double.app.emit('activate');
    await soon(() => expect(double.BrowserWindow.all).toHaveLength(count + 1));
    const next = double.BrowserWindow.all.at(-1)!;
    await soon(() => expect(next.isShown).toBe(true));
    expect(double.BrowserWindow.all).toHaveLength(count + 1);
    expect(events).toEqual([]);
    double.ipcRenderer.contents = next.webContents;
    await client.call('session', {});
    expect((await event('files-opened')).files).toMatchObject([{ name: 'grey.png' }]);
  });
});
