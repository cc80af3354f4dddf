import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, nativeImage, session as electronSession, type BrowserWindow } from 'electron';
import type { AppCall } from '../../contract/app/calls.ts';
import type { AppSettings } from '../../contract/app/settings.ts';
import { AppService } from '../app/app-service.ts';
import { Places } from '../app/places.ts';
import { createProcesses } from '../app/processes.ts';
import type { AppShell } from '../app/shell.ts';
import { claimSessionFolder } from '../app/state-folder.ts';
import { serveAppProtocol } from './app-protocol.ts';
import { createAppWindow, loadApp } from './app-window.ts';
import { useTheme } from './appearance.ts';
import { stayAwake } from './awake.ts';
import { followContextMenu } from './context-menu.ts';
import { nativeDialogs } from './dialogs.ts';
import { showDocument } from './document-window.ts';
import { Ending } from './ending.ts';
import { connectPage } from './ipc.ts';
import type { Faults } from './faults.ts';
import { setJumpList } from './jump-list.ts';
import type { ProgramPlaces } from './locations.ts';
import { setMenu, type MenuCommand } from './menu.ts';
import { followEndings } from './notifications.ts';
import { OpenedFiles } from './opened-files.ts';
import { showInFolder } from './show-in-folder.ts';
import { Taskbar } from './taskbar.ts';
import { nativeLanguage, nativeTexts, type NativeTexts } from './texts.ts';
import { utilitySpawn } from './utility-spawn.ts';
import { guardPermissions } from './web-guards.ts';
import { canUpdate, Updates } from './updates.ts';
import { WindowStateStore } from './window-state.ts';

/** Requests after which what is not saved, or what is in front, may be another. */
const CHANGING: ReadonlySet<AppCall> = new Set(['saveSession', 'saveResult', 'forgetResult', 'composeResult']);

/** The desktop app: one window on one service. */
export class DesktopApp {
  readonly #places: ProgramPlaces;
  readonly #faults: Faults;
  readonly #windowState: WindowStateStore;
  readonly #opened = new OpenedFiles((paths) => void this.#openPaths(paths));
  readonly #taskbar = new Taskbar(() => this.#window);
  readonly #dialogs = nativeDialogs(
    () => this.#window,
    () => this.#texts(),
  );
  readonly #ending = new Ending({
    service: () => this.#service,
    window: () => this.#window,
    language: () => this.#language,
    openFolder: () => this.#dialogs.openFolder('results'),
    sessionSaved: () => new Promise((resolve) => this.#sessionWaiters.push(resolve)),
    end: () => this.#end(),
  });
  readonly #updates = new Updates({
    load: async () => (await import('electron-updater')).autoUpdater,
    window: () => this.#window,
    language: () => this.#language,
    log: (text) => this.#faults.noteEnd(text),
    leave: (then) => this.#ending.leave(then),
  });
  #service: AppService | undefined;
  #release: () => Promise<void> = () => Promise.resolve();
  #window: BrowserWindow | undefined;
  #isOpening = false;
  #language: 'en' | 'de' = 'en';
  /** Called when the page has saved what is open. */
  #sessionWaiters: (() => void)[] = [];
  /** Actions for a page that does not listen yet. */
  #waitingActions: string[] = [];
  #isPageReady = false;

  constructor(places: ProgramPlaces, faults: Faults) {
    this.#places = places;
    this.#faults = faults;
    this.#windowState = new WindowStateStore(join(places.state, 'window.json'));
    faults.speak(() => this.#language);
  }

  /** Before the app is ready, so that no file is missed. */
  listen(): void {
    this.#opened.listen(
      () => this.#toFront(),
      (view) => this.#act(`view-${view}`),
    );
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('activate', () => {
      if (this.#window === undefined) void this.#openWindow();
    });
    this.#ending.listen();
  }

  /** When the app is ready. */
  async start(): Promise<void> {
    const { renderer, state, entries, models } = this.#places;
    this.#language = nativeLanguage('system', app.getLocale());
    const session = electronSession.defaultSession;
    guardPermissions(session);
    serveAppProtocol(session, renderer);
    this.#ending.listenToSystem();
    const claimed = await claimSessionFolder(join(state, 'sessions'));
    this.#release = claimed.release;
    const service = await AppService.open({
      shell: this.#shell(),
      ...createProcesses(
        utilitySpawn((text) => this.#faults.noteEnd(text)),
        entries,
        models,
      ),
      stateFolder: state,
      sessionFolder: claimed.path,
    });
    this.#service = service;
    this.#use(await service.settings());
    this.#taskbar.follow(service);
    stayAwake(service);
    followEndings(service, {
      window: () => this.#window,
      settings: () => service.settings(),
      texts: () => this.#texts(),
      toFront: () => this.#toFront(),
    });
    service.onEvent(({ type }) => {
      if (type === 'run-result') this.#showDocument();
    });
    await this.#openWindow();
  }

  #shell(): AppShell {
    return {
      kind: 'electron',
      version: app.getVersion(),
      dialogs: this.#dialogs,
      canUpdate: canUpdate(),
      places: new Places(showInFolder),
      startDrag: (path, icon) => {
        const image = nativeImage.createFromBuffer(Buffer.from(icon));
        this.#window?.webContents.startDrag({ file: path, icon: image });
      },
      logFault: (error) => this.#faults.note(error),
      noteRecent: (path) => {
        app.addRecentDocument(path);
        void this.#updateMenu();
      },
      recentCleared: () => {
        app.clearRecentDocuments();
        void this.#updateMenu();
      },
      settingsChanged: (settings) => this.#use(settings),
      licences: () => readFile(this.#places.licences, 'utf8').catch(() => undefined),
    };
  }

  async #openWindow(): Promise<void> {
    const service = this.#service;
    if (service === undefined || this.#isOpening || this.#ending.hasBegun) return;
    this.#isOpening = true;
    const state = await this.#windowState.read().finally(() => (this.#isOpening = false));
    const { preload } = this.#places;
    const window = createAppWindow({
      ...{ preload, session: electronSession.defaultSession, state },
      onLost: (lost) => void this.#faults.pageLost(lost),
    });
    this.#window = window;
    this.#windowState.follow(window);
    this.#faults.follow(window);
    this.#ending.follow(window);
    this.#taskbar.followWindow(window);
    followContextMenu(window, { texts: () => this.#texts(), onAction: (id) => this.#act(id) });
    window.on('closed', () => {
      this.#window = undefined;
      this.#isPageReady = false;
      this.#opened.wait();
    });
    connectPage(window.webContents, service, (call) => this.#answered(call));
    await loadApp(window);
  }

  #answered(call: AppCall): void {
    if (call === 'session') {
      this.#opened.ready();
      this.#isPageReady = true;
      for (const action of this.#waitingActions.splice(0)) this.#service?.sendAction(action);
    }
    if (call === 'saveSession') for (const done of this.#sessionWaiters.splice(0)) done();
    if (CHANGING.has(call)) this.#showDocument();
  }

  #toFront(): void {
    const window = this.#window;
    if (window === undefined) return void this.#openWindow();
    if (this.#ending.hasBegun) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** What cannot be opened is told of; the others open. */
  async #openPaths(paths: readonly string[]): Promise<void> {
    const service = this.#service;
    for (const path of paths) await service?.openPaths([path]).catch((error: unknown) => service.tellProblem(error));
  }

  /** An action of the page, which is opened for it where there is none. */
  #act(id: string): void {
    if (this.#isPageReady) return this.#service?.sendAction(id);
    this.#waitingActions.push(id);
    if (this.#window === undefined) void this.#openWindow();
  }

  #command(command: MenuCommand): void {
    const window = this.#window;
    switch (command) {
      case 'show-log':
        return this.#faults.showLog();
      case 'report':
        return void this.#faults.report();
      case 'check-updates':
        return void this.#updates.check(true);
      case 'clear-recent':
        return void this.#service?.answer('clearRecent', {});
      case 'larger':
      case 'smaller':
      case 'usual-size':
        if (window !== undefined) {
          this.#windowState.zoom(window, command === 'larger' ? 1 : command === 'smaller' ? -1 : 0);
        }
        return;
      case 'reload':
        return window?.webContents.reload();
      case 'developer-tools':
        return window?.webContents.openDevTools();
    }
  }

  /** Settings that the system's part of the program follows. */
  #use(settings: AppSettings): void {
    useTheme(settings);
    this.#updates.follow(settings.checkForUpdates);
    this.#language = nativeLanguage(settings.language, app.getLocale());
    setJumpList(this.#texts(), process.platform);
    void this.#updateMenu();
  }

  async #updateMenu(): Promise<void> {
    const service = this.#service;
    if (service === undefined) return;
    const recent = await service.answer('recentFiles', {});
    setMenu({
      texts: this.#texts(),
      platform: process.platform,
      recent: recent.ok ? (recent.value as { id: string; name: string }[]) : [],
      canUpdate: canUpdate(),
      isDeveloped: !app.isPackaged,
      onAction: (id) => this.#act(id),
      onCommand: (command) => this.#command(command),
      onOpenRecent: (id) => {
        if (this.#window === undefined) void this.#openWindow();
        void service.openRecent(id).catch((error: unknown) => service.tellProblem(error));
      },
    });
  }

  #showDocument(): void {
    if (this.#window !== undefined && this.#service !== undefined) showDocument(this.#window, this.#service);
  }

  #texts(): NativeTexts {
    return nativeTexts(this.#language);
  }

  async #end(): Promise<void> {
    await this.#service?.close();
    await this.#release();
  }
}
