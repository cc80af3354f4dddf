import { join } from 'node:path';
import { app, session as electronSession, type BrowserWindow } from 'electron';
import type { AppSettings } from '../../contract/app/settings.ts';
import { AppService } from '../app/app-service.ts';
import { createProcesses } from '../app/processes.ts';
import { claimSessionFolder } from '../app/state-folder.ts';
import { serveAppProtocol } from './app-protocol.ts';
import { createAppWindow, loadApp } from './app-window.ts';
import { nativeDialogs } from './dialogs.ts';
import { connectPage } from './ipc.ts';
import type { Faults } from './faults.ts';
import type { ProgramPlaces } from './locations.ts';
import { setMenu } from './menu.ts';
import { followEndings } from './notifications.ts';
import { OpenedFiles } from './opened-files.ts';
import { followProgress } from './progress.ts';
import { nativeTexts, type NativeTexts } from './texts.ts';
import { utilitySpawn } from './utility-spawn.ts';
import { guardPermissions } from './web-guards.ts';
import { WindowStateStore } from './window-state.ts';

/** The desktop app: one window on one service. */
export class DesktopApp {
  readonly #places: ProgramPlaces;
  readonly #faults: Faults;
  readonly #windowState: WindowStateStore;
  readonly #opened = new OpenedFiles((paths) => void this.#openPaths(paths));
  #service: AppService | undefined;
  #release: () => Promise<void> = () => Promise.resolve();
  #window: BrowserWindow | undefined;
  #isEnding = false;
  #isOpening = false;

  constructor(places: ProgramPlaces, faults: Faults) {
    this.#places = places;
    this.#faults = faults;
    this.#windowState = new WindowStateStore(join(places.state, 'window.json'));
  }

  /** Before the app is ready, so that no file is missed. */
  listen(): void {
    this.#opened.listen(() => this.#toFront());
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('activate', () => {
      if (this.#window === undefined) void this.#openWindow();
    });
    app.on('before-quit', (event) => {
      if (this.#service === undefined || this.#isEnding) return;
      // What runs is ended, and batches note where they were, before the program goes.
      event.preventDefault();
      this.#isEnding = true;
      void this.#end().finally(() => app.quit());
    });
  }

  /** When the app is ready. */
  async start(): Promise<void> {
    const { renderer, state, entries, models } = this.#places;
    const session = electronSession.defaultSession;
    guardPermissions(session);
    serveAppProtocol(session, renderer);
    const claimed = await claimSessionFolder(join(state, 'sessions'));
    this.#release = claimed.release;
    const service = await AppService.open({
      shell: {
        kind: 'electron',
        version: app.getVersion(),
        dialogs: nativeDialogs(() => this.#window),
        logFault: (error) => this.#faults.note(error),
        noteRecent: (path) => {
          app.addRecentDocument(path);
          void this.#updateMenu();
        },
      },
      ...createProcesses(
        utilitySpawn((text) => this.#faults.noteEnd(text)),
        entries,
        models,
      ),
      stateFolder: state,
      sessionFolder: claimed.path,
    });
    this.#service = service;
    const window = (): BrowserWindow | undefined => this.#window;
    followProgress(service, window);
    followEndings(service, { window, settings: () => this.#settings(), texts: () => this.#texts() });
    await this.#updateMenu();
    await this.#openWindow();
  }

  async #openWindow(): Promise<void> {
    const service = this.#service;
    if (service === undefined || this.#isOpening) return;
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
    window.on('closed', () => {
      this.#window = undefined;
      this.#opened.wait();
    });
    connectPage(window.webContents, service, () => this.#opened.ready());
    await loadApp(window);
  }

  #toFront(): void {
    const window = this.#window;
    if (window === undefined) return void this.#openWindow();
    if (window.isMinimized()) window.restore();
    window.focus();
  }

  /** What cannot be opened is left to the page to complain about: it sees the others. */
  async #openPaths(paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.#service?.openPaths([path]).catch(() => undefined);
  }

  async #updateMenu(): Promise<void> {
    const service = this.#service;
    if (service === undefined) return;
    const recent = await service.answer('recentFiles', {});
    setMenu({
      texts: await this.#texts(),
      platform: process.platform,
      recent: recent.ok ? (recent.value as { id: string; name: string }[]) : [],
      onAction: (id) => service.sendAction(id),
      onOpenRecent: (id) => void service.openRecent(id).catch(() => undefined),
    });
  }

  async #texts(): Promise<NativeTexts> {
    return nativeTexts((await this.#settings()).language, app.getLocale());
  }

  #settings(): Promise<AppSettings> {
    return this.#service!.settings();
  }

  async #end(): Promise<void> {
    await this.#service?.close();
    await this.#release();
  }
}
