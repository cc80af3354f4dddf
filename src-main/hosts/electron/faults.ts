import { arch, release, version as systemVersion } from 'node:os';
import { app, clipboard, dialog, type BrowserWindow } from 'electron';
import { faultTexts, type FaultTexts } from './fault-texts.ts';
import type { LogFile } from './log-file.ts';
import { showInFolder } from './show-in-folder.ts';

/** Faults that come closer together than this are told of once, milliseconds. */
const TOGETHER = 60_000;
/** Lines of the log in a report. */
const REPORTED = 60;

/** Notes faults of the program in its log, and tells of them with the log and a report at hand. Nothing is sent. */
export class Faults {
  readonly #log: LogFile;
  #language: () => 'en' | 'de' = () => (app.getLocale().startsWith('de') ? 'de' : 'en');
  #lastTold = -Infinity;
  #isTelling = false;

  constructor(log: LogFile) {
    this.#log = log;
  }

  /** @param language  of the interface. */
  speak(language: () => 'en' | 'de'): void {
    this.#language = language;
  }

  /** From the start on: otherwise Electron shows a box with a stack, and what is rejected goes unseen. */
  listen(): void {
    process.on('uncaughtException', (error) => this.#fault('uncaught exception', error));
    process.on('unhandledRejection', (reason) => this.#fault('unhandled rejection', reason));
    app.on('child-process-gone', (_event, { type, reason, exitCode, serviceName }) => {
      if (reason !== 'clean-exit') this.#log.write(`${serviceName ?? type} is gone: ${reason}, code ${exitCode}`);
    });
  }

  /** Notes a fault that the page was told of. */
  note(error: unknown): void {
    this.#log.write(describe(error));
  }

  /** Notes what has happened to a process. */
  noteEnd(text: string): void {
    this.#log.write(text);
  }

  /** Looks after the page of a window: one that hangs, or cannot be loaded. */
  follow(window: BrowserWindow): void {
    const { webContents } = window;
    window.on('unresponsive', () => void this.#unresponsive(window));
    webContents.on('preload-error', (_event, _path, error) => this.#fault('preload', error));
    webContents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
      // −3: given up for another load.
      if (!isMainFrame || code === -3) return;
      this.#log.write(`page not loaded: ${code} ${description}`);
      void this.#tell(({ notLoaded }) => notLoaded);
    });
    webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason !== 'clean-exit') this.#log.write(`page is gone: ${reason}, code ${exitCode}`);
    });
  }

  /** The page has failed so often that it was not loaded again. */
  async pageLost(window: BrowserWindow): Promise<void> {
    const { pageLost, reopen, showLog, report } = this.#texts();
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: pageLost,
      buttons: [reopen, showLog, report],
    });
    if (response === 1) this.showLog();
    if (response === 2) await this.report();
    if (!window.isDestroyed()) window.webContents.reload();
  }

  showLog(): void {
    this.#log.write('log shown');
    showInFolder(this.#log.path);
  }

  /** Puts a report into the clipboard and says so. */
  async report(): Promise<void> {
    clipboard.writeText(this.#report());
    await dialog.showMessageBox({ type: 'info', message: this.#texts().copied, buttons: ['OK'] });
  }

  #fault(kind: string, error: unknown): void {
    this.#log.write(`${kind}: ${describe(error)}`);
    void this.#tell(({ fault }) => fault);
  }

  async #tell(sentence: (texts: FaultTexts) => string): Promise<void> {
    if (!app.isReady() || this.#isTelling || performance.now() - this.#lastTold < TOGETHER) return;
    this.#isTelling = true;
    try {
      const texts = this.#texts();
      const { response } = await dialog.showMessageBox({
        type: 'error',
        message: sentence(texts),
        detail: texts.noSending,
        buttons: [texts.goOn, texts.showLog, texts.report],
        cancelId: 0,
      });
      if (response === 1) this.showLog();
      if (response === 2) await this.report();
    } finally {
      this.#isTelling = false;
      this.#lastTold = performance.now();
    }
  }

  async #unresponsive(window: BrowserWindow): Promise<void> {
    this.#log.write('page does not answer');
    const { unresponsive, wait, reopen } = this.#texts();
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: unresponsive,
      buttons: [wait, reopen],
      cancelId: 0,
    });
    if (response === 1 && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
  }

  #texts(): FaultTexts {
    return faultTexts(this.#language());
  }

  #report(): string {
    const { electron, chrome, node } = process.versions;
    return [
      `Langevin ${app.getVersion()}${app.isPackaged ? '' : ' (not packaged)'}`,
      `Electron ${electron}, Chromium ${chrome}, Node.js ${node}`,
      `${process.platform} ${arch()}, ${release()}, ${systemVersion()}, ${app.getLocale()}`,
      '',
      this.#log.tail(REPORTED),
    ].join('\n');
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
