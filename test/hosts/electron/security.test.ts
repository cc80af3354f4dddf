import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { appRequests } from '../../../src-main/contract/app/calls.ts';
import type { AppService } from '../../../src-main/hosts/app/app-service.ts';
import { registerAppScheme, serveAppProtocol } from '../../../src-main/hosts/electron/app-protocol.ts';
import { createAppWindow, loadApp } from '../../../src-main/hosts/electron/app-window.ts';
import { CALL_NAMES, CHANNELS } from '../../../src-main/hosts/electron/call-names.ts';
import { connectPage } from '../../../src-main/hosts/electron/ipc.ts';
import { isOwnPage } from '../../../src-main/hosts/electron/origin.ts';
import { guardNavigation, guardPermissions } from '../../../src-main/hosts/electron/web-guards.ts';
import * as double from './electron-double.ts';

vi.mock('electron', () => import('./electron-double.ts'));

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;

function openWindow(): double.BrowserWindow {
  const session = double.session.defaultSession as never;
  return createAppWindow({
    preload: '/preload.cjs',
    session,
    state: undefined,
    onLost: () => undefined,
  }) as unknown as double.BrowserWindow;
}

describe('origins', () => {
  it.each([
    ['app://langevin/', true],
    ['app://langevin/index.html?x#y', true],
    ['app://langevin.evil/', false],
    ['app://evil/langevin', false],
    ['app://langevin:80/', false],
    ['https://langevin/', false],
    ['file:///app://langevin/', false],
    ['', false],
    ['about:blank', false],
  ])('%s is ours: %s', (url, expected) => {
    expect(isOwnPage(url)).toBe(expected);
  });
});

describe('the app protocol', () => {
  let root: string;
  let serve: (url: string, method?: string) => Promise<Response>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'langevin-protocol-'));
    await mkdir(join(root, 'renderer', 'assets'), { recursive: true });
    await writeFile(join(root, 'renderer', 'index.html'), '<title>page</title>');
    await writeFile(join(root, 'renderer', 'assets', 'a.js'), 'export {};');
    await writeFile(join(root, 'secret.json'), '{}');
    await symlink(join(root, 'secret.json'), join(root, 'renderer', 'link.json'));
    const session = new double.SessionDouble();
    serveAppProtocol(session as never, join(root, 'renderer'));
    const handler = session.handlers.get('app')!;
    serve = (url, method = 'GET') => handler({ url, method } as Request);
  });
  afterAll(() => rm(root, { recursive: true }));

  it('is registered as secure, and with no more privileges than that', () => {
    registerAppScheme();
    const [{ scheme, privileges }] = double.protocol.schemes;
    expect(scheme).toBe('app');
    expect(privileges).toMatchObject({ standard: true, secure: true });
    expect(privileges).not.toHaveProperty('bypassCSP');
    expect(privileges).not.toHaveProperty('allowServiceWorkers');
  });

  it('serves the renderer with its policy', async () => {
    const page = await serve('app://langevin/');
    expect(page.status).toBe(200);
    expect(await page.text()).toBe('<title>page</title>');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toMatch(/unsafe-eval|https?:|wss?:|\*/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await serve('app://langevin/assets/a.js')).headers.get('content-type')).toMatch(/^text\/javascript/);
  });

  it.each([
    'app://langevin/..%2fsecret.json',
    'app://langevin/%2e%2e%2fsecret.json',
    'app://langevin/assets/..%5c..%5csecret.json',
    'app://langevin/link.json',
    'app://langevin/none.js',
    'app://langevin/assets',
    'app://evil/index.html',
  ])('answers 404 to %s, with the policy', async (url) => {
    const response = await serve(url);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('{}');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });

  it('answers GET only', async () => {
    expect((await serve('app://langevin/', 'POST')).status).toBe(404);
  });
});

describe('the window', () => {
  it('is sandboxed, isolated and without Node.js', () => {
    const { webPreferences } = openWindow().options;
    expect(webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
    expect(webPreferences).not.toHaveProperty('enableBlinkFeatures');
  });

  it('shows only its own pages', () => {
    guardNavigation();
    const { webContents } = openWindow();
    const refused = (event: string, details: object): boolean => {
      let isRefused = false;
      webContents.emit(event, { ...details, preventDefault: () => (isRefused = true) });
      return isRefused;
    };
    expect(refused('will-navigate', { url: 'https://example.org/' })).toBe(true);
    expect(refused('will-navigate', { url: 'file:///etc/passwd' })).toBe(true);
    expect(refused('will-navigate', { url: 'app://langevin/' })).toBe(false);
    expect(refused('will-redirect', { url: 'app://langevin/' })).toBe(true);
    expect(refused('will-frame-navigate', { url: 'app://langevin/', isMainFrame: false })).toBe(true);
    expect(refused('will-attach-webview', {})).toBe(true);
    expect(webContents.openHandler!({ url: 'app://langevin/' })).toEqual({ action: 'deny' });
  });

  it('has no permissions but the clipboard and the full screen', () => {
    const session = new double.SessionDouble();
    guardPermissions(session as never);
    const ours = { getURL: () => 'app://langevin/' };
    const ask = (contents: unknown, permission: string): boolean => {
      let answer = false;
      session.permissionRequest!(contents, permission, (granted) => (answer = granted));
      return answer;
    };
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'hid', 'clipboard-read']) {
      expect(ask(ours, permission)).toBe(false);
      expect(session.permissionCheck!(null, permission, 'app://langevin')).toBe(false);
    }
    expect(ask(ours, 'clipboard-sanitized-write')).toBe(true);
    expect(ask({ getURL: () => 'https://example.org/' }, 'clipboard-sanitized-write')).toBe(false);
    expect(session.permissionCheck!(null, 'fullscreen', 'https://example.org')).toBe(false);
    expect(session.devicePermission!()).toBe(false);
  });

  it('is loaded again after it has crashed, but not for ever', () => {
    const { webContents } = openWindow();
    webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(webContents.reloads).toBe(0);
    for (let i = 0; i < 10; i++) webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(webContents.reloads).toBe(3);
  });
});

describe('messages', () => {
  const asked: string[] = [];
  const service = {
    answer: async (call: string) => {
      asked.push(call);
      return { ok: true, value: null };
    },
    addPath: async () => {
      asked.push('addPath');
      return { id: 'abcdef', name: 'a', bytes: 1 };
    },
    onEvent: () => () => undefined,
    pageArrived: () => undefined,
  } as unknown as AppService;
  let window: double.BrowserWindow;

  beforeEach(async () => {
    asked.length = 0;
    window = openWindow();
    connectPage(...([window.webContents, service, () => undefined] as unknown as Arguments<typeof connectPage>));
    await loadApp(window as never);
    return () => window.close();
  });

  it('have a handler for every request of the contract and no other', () => {
    expect([...CALL_NAMES].sort()).toEqual(Object.keys(appRequests).sort());
    const channels = [...double.ipcMain.handlers.keys()].sort();
    expect(channels).toEqual([CHANNELS.addPath, ...CALL_NAMES.map((name) => CHANNELS.call + name)].sort());
  });

  it.each([
    [
      'another web contents',
      () => ({ sender: new double.WebContentsDouble(), senderFrame: window.webContents.mainFrame }),
    ],
    ['a frame in the page', () => ({ sender: window.webContents, senderFrame: { url: 'app://langevin/' } })],
    ['a frame that is gone', () => ({ sender: window.webContents, senderFrame: null })],
    [
      'a page of others in the window',
      () => {
        window.webContents.mainFrame.url = 'https://example.org/';
        return { sender: window.webContents, senderFrame: window.webContents.mainFrame };
      },
    ],
  ])('are refused from %s, by every handler', async (_name, makeEvent) => {
    const event = makeEvent();
    for (const channel of double.ipcMain.handlers.keys()) {
      const reply = await double.ipcMain.invoke(event, channel, '/etc/passwd');
      expect(reply).toMatchObject({ ok: false, code: 'invalid-argument' });
    }
    expect(asked).toEqual([]);
  });

  it('are answered from the main frame of our page, by every handler', async () => {
    const event = { sender: window.webContents, senderFrame: window.webContents.mainFrame };
    for (const channel of double.ipcMain.handlers.keys()) {
      expect(await double.ipcMain.invoke(event, channel, '/etc/passwd')).toMatchObject({ ok: true });
    }
    expect(asked).toHaveLength(CALL_NAMES.length + 1);
  });

  it('about dropped files need a path', async () => {
    const event = { sender: window.webContents, senderFrame: window.webContents.mainFrame };
    for (const path of ['', 'relative.png', 7, undefined]) {
      const reply = await double.ipcMain.invoke(event, CHANNELS.addPath, path);
      expect(reply).toMatchObject({ ok: false, code: 'invalid-argument' });
    }
    expect(asked).toEqual([]);
  });

  it('end with the window, so that another one can take over', async () => {
    window.close();
    expect(double.ipcMain.handlers.size).toBe(0);
    const next = openWindow();
    connectPage(...([next.webContents, service, () => undefined] as unknown as Arguments<typeof connectPage>));
    next.close();
  });
});
