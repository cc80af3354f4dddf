import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, type BrowserWindow } from 'electron';
import { updateTexts, type UpdateTexts } from './update-texts.ts';

/** The part of electron-updater's `AppUpdater` that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  logger: UpdaterLog | null;
  /** Null where this kind of package cannot be updated by itself. */
  checkForUpdates(): Promise<{ readonly isUpdateAvailable: boolean; readonly updateInfo: { version: string } } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
}

interface UpdaterLog {
  info(message?: unknown): void;
  warn(message?: unknown): void;
  error(message?: unknown): void;
}

export interface UpdatesOptions {
  /** Loads what asks the network; nothing of it is there before. */
  readonly load: () => Promise<Updater>;
  readonly window: () => BrowserWindow | undefined;
  readonly language: () => 'en' | 'de';
  /** Notes what went wrong. */
  readonly log: (text: string) => void;
  /** Ends the program as when people quit, and then does this in place of quitting. */
  readonly leave: (then: () => void) => void;
}

/** How often is looked where people have asked for that, milliseconds. */
const EVERY_MS = 24 * 3600 * 1000;

/** Whether the package knows where newer ones are: releases write that into it. */
export function canUpdate(): boolean {
  return app.isPackaged && existsSync(join(process.resourcesPath, 'app-update.yml'));
}

/**
 * Newer versions: looked for when people ask, or regularly where they have switched that on; fetched and installed only
 * when they say so. Otherwise nothing asks the network.
 */
export class Updates {
  readonly #options: UpdatesOptions;
  #timer: NodeJS.Timeout | undefined;
  #updater: Promise<Updater> | undefined;
  #isChecking = false;

  constructor(options: UpdatesOptions) {
    this.#options = options;
  }

  /** @param isOn  whether to look now and once a day. */
  follow(isOn: boolean): void {
    if (!isOn || !canUpdate()) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined) {
      this.#timer = setInterval(() => void this.check(false), EVERY_MS);
      // It is not what the program lives for.
      this.#timer.unref();
      void this.check(false);
    }
  }

  /** @param isAsked  whether people wait for an answer; otherwise only a newer version is worth a word. */
  async check(isAsked: boolean): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    const texts = updateTexts(this.#options.language());
    try {
      const updater = await this.#load();
      const found = await updater.checkForUpdates();
      if (found === null) {
        if (isAsked) await this.#tell(texts.notThisPackage);
      } else if (!found.isUpdateAvailable) {
        if (isAsked) await this.#tell(texts.newest(app.getVersion()));
      } else {
        await this.#offer(updater, found.updateInfo.version, texts);
      }
    } catch (error) {
      this.#options.log(`update: ${(error as Error).message}`);
      if (isAsked) await this.#tell(texts.failed, firstLine(error));
    } finally {
      this.#isChecking = false;
    }
  }

  async #offer(updater: Updater, version: string, texts: UpdateTexts): Promise<void> {
    if ((await this.#ask(texts.found(version, app.getVersion()), [texts.fetch, texts.later])) !== 0) return;
    await updater.downloadUpdate();
    // Whoever does not want it now has it the next time.
    updater.autoInstallOnAppQuit = true;
    if ((await this.#ask(texts.ready(version), [texts.restart, texts.later])) === 0) {
      this.#options.leave(() => updater.quitAndInstall());
    }
  }

  #load(): Promise<Updater> {
    this.#updater ??= this.#options.load().then((updater) => {
      const { log } = this.#options;
      updater.autoDownload = false;
      updater.autoInstallOnAppQuit = false;
      updater.logger = {
        info: () => undefined,
        warn: (message) => log(`update: ${String(message)}`),
        error: (message) => log(`update: ${String(message)}`),
      };
      return updater;
    });
    // A failure may be passing; the next time tries again.
    this.#updater.catch(() => (this.#updater = undefined));
    return this.#updater;
  }

  async #tell(message: string, detail?: string): Promise<void> {
    await this.#ask(message, ['OK'], detail);
  }

  async #ask(message: string, buttons: string[], detail?: string): Promise<number> {
    const box = {
      ...{ type: 'info' as const, message, buttons, defaultId: 0, cancelId: buttons.length - 1, noLink: true },
      ...(detail === undefined ? {} : { detail }),
    };
    const window = this.#options.window();
    const { response } = await (window === undefined ? dialog.showMessageBox(box) : dialog.showMessageBox(window, box));
    return response;
  }
}

/** What a server answered may fill pages. */
function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0].slice(0, 300);
}
