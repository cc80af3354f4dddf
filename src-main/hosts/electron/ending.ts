import { app, dialog, powerMonitor, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { setTimeout as wait } from 'node:timers/promises';
import { toLangevinError } from '../../errors.ts';
import type { AppService } from '../app/app-service.ts';
import { endingTexts, type EndingTexts } from './ending-texts.ts';

/**
 * `open`: people work. `asking`: they are asked what is to become of their work. `ending`: what runs is being ended.
 * `ended`: windows may close and the program may go.
 */
type Stage = 'open' | 'asking' | 'ending' | 'ended';

export interface EndingOptions {
  readonly service: () => AppService | undefined;
  readonly window: () => BrowserWindow | undefined;
  readonly language: () => 'en' | 'de';
  /** Asks for a folder to save into. */
  readonly openFolder: () => Promise<string | undefined>;
  /** Settles when the page has saved what is open. */
  readonly sessionSaved: () => Promise<void>;
  /** Ends the service and gives its folders back. */
  readonly end: () => Promise<void>;
}

/** How long the page may take to save what is open, milliseconds. */
const SAVING_MS = 1000;
/** How long ending may take; what has not ended then ends with the program, milliseconds. */
const ENDING_MS = 10_000;

/**
 * Every way in which the program ends goes through here. Whoever closes the window or quits is asked once when work is
 * running or results are unsaved; signals and the end of the system's session ask nobody, and lose nothing: results are
 * kept on the disk as soon as they are there, and batches note where they are.
 */
export class Ending {
  readonly #options: EndingOptions;
  #stage: Stage = 'open';
  /** What is done when all has ended. */
  #last: () => void = () => app.quit();

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  /** Whether nothing new is to be begun. */
  get hasBegun(): boolean {
    return this.#stage === 'ending' || this.#stage === 'ended';
  }

  /** Before the app is ready. */
  listen(): void {
    app.on('before-quit', (event) => {
      if (this.#stage === 'ended' || this.#options.service() === undefined) return;
      event.preventDefault();
      void this.#ask();
    });
  }

  /** When the app is ready: Chromium sets handlers of its own for signals before that. */
  listenToSystem(): void {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => void this.#endUnasked());
    }
    powerMonitor.on('shutdown', (event?: { preventDefault: () => void }) => {
      // Linux waits for the program; on macOS whoever prevents this, or quitting, stops the shutdown.
      if (process.platform === 'linux') event?.preventDefault();
      if (process.platform === 'linux') void this.#endUnasked();
      else this.#letGo();
    });
  }

  /** Looks after the ways in which a window is closed. */
  follow(window: BrowserWindow): void {
    window.on('close', (event) => {
      if (this.#stage === 'ended' || this.#options.service() === undefined) return;
      // On macOS the program goes on without windows.
      if (this.#stage === 'open' && process.platform === 'darwin') return;
      event.preventDefault();
      void this.#ask();
    });
    // Windows: the user's session ends, and the program is ended with it in a moment.
    window.on('session-end', () => this.#letGo());
  }

  /** Ends as when people quit, and does something in place of quitting. */
  leave(then: () => void): void {
    this.#last = then;
    void this.#ask().finally(() => (this.#last = () => app.quit()));
  }

  async #ask(): Promise<void> {
    if (this.#stage !== 'open') return;
    this.#stage = 'asking';
    await this.#saveSession();
    const decided = await this.#decide().catch(async (error: unknown) => {
      await this.#tell({ type: 'error', message: toLangevinError(error).message, buttons: ['OK'] });
      return false;
    });
    // A signal may have come meanwhile.
    if (this.#stage !== 'asking') return;
    if (decided) await this.#end();
    else this.#stage = 'open';
  }

  /** @returns whether the program may end. @throws what saving throws */
  async #decide(): Promise<boolean> {
    const service = this.#options.service();
    if (service === undefined) return true;
    const texts = endingTexts(this.#options.language());
    const { kept, lost } = service.unsaved.count();
    const running = service.isBusy ? [texts.running] : [];
    if (kept + lost === 0) {
      if (running.length === 0) return true;
      const response = await this.#tell({
        ...{ type: 'question', message: texts.stopQuestion, detail: texts.running },
        ...{ buttons: [texts.goOn, texts.stop], defaultId: 0, cancelId: 0 },
      });
      return response === 1;
    }
    const answers = answersFor(texts, kept > 0);
    const response = await this.#tell({
      type: 'question',
      message: texts.question(kept + lost),
      detail: [...(lost > 0 ? [texts.lost(lost)] : []), ...running].join('\n'),
      buttons: answers.map(({ label }) => label),
      defaultId: 0,
      cancelId: answers.length - 1,
    });
    switch (answers[response]?.what) {
      case 'save':
        return (await service.unsaved.saveAll(this.#options.openFolder)) !== undefined;
      case 'keep':
        return true;
      case 'discard':
        await service.unsaved.discard();
        return true;
      default:
        return false;
    }
  }

  async #tell(options: MessageBoxOptions): Promise<number> {
    const window = this.#options.window();
    const box = { noLink: true, ...options };
    const { response } = await (window === undefined ? dialog.showMessageBox(box) : dialog.showMessageBox(window, box));
    return response;
  }

  async #endUnasked(): Promise<void> {
    if (this.hasBegun) return;
    this.#stage = 'ending';
    await this.#saveSession();
    await this.#end();
  }

  /** The system takes the program away: nothing may stop it now. */
  #letGo(): void {
    const isEnding = this.hasBegun;
    this.#stage = 'ended';
    if (!isEnding) void this.#options.end().catch(() => undefined);
  }

  async #end(): Promise<void> {
    this.#stage = 'ending';
    // What takes a moment to end is seen as ended.
    const window = this.#options.window();
    if (window?.isDestroyed() === false) window.hide();
    const patience = new AbortController();
    const ended = this.#options.end().catch(() => undefined);
    await Promise.race([ended, wait(ENDING_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    this.#stage = 'ended';
    this.#last();
  }

  async #saveSession(): Promise<void> {
    const service = this.#options.service();
    const window = this.#options.window();
    if (service === undefined || window === undefined || window.isDestroyed()) return;
    const saved = this.#options.sessionSaved();
    service.askToSaveSession();
    await Promise.race([saved, wait(SAVING_MS)]);
  }
}

interface Answer {
  readonly what: 'save' | 'keep' | 'discard' | 'stay';
  readonly label: string;
}

function answersFor({ save, keep, discard, cancel }: EndingTexts, canKeep: boolean): readonly Answer[] {
  return [
    { what: 'save', label: save },
    ...(canKeep ? [{ what: 'keep', label: keep } as const] : []),
    { what: 'discard', label: discard },
    { what: 'stay', label: cancel },
  ];
}
