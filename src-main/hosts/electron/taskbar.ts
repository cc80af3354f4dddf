import { app, type BrowserWindow } from 'electron';
import type { AppEvent } from '../../contract/app/events.ts';
import type { AppService } from '../app/app-service.ts';

/** Shows on the icon in the dock or the taskbar how far the work is, that something failed, and how much has ended unseen. */
export class Taskbar {
  readonly #window: () => BrowserWindow | undefined;
  /** Share of the work done, by run or batch. */
  readonly #fractions = new Map<string, number>();
  #hasFailed = false;
  #unseen = 0;

  constructor(window: () => BrowserWindow | undefined) {
    this.#window = window;
  }

  follow(service: AppService): void {
    service.onEvent((event) => this.#receive(event));
  }

  /** Whoever looks at the window has seen what has ended. */
  followWindow(window: BrowserWindow): void {
    window.on('focus', () => {
      this.#hasFailed = false;
      this.#unseen = 0;
      app.setBadgeCount(0);
      window.flashFrame(false);
      this.#show();
    });
    this.#show();
  }

  #receive(event: AppEvent): void {
    if (event.type === 'run-step') this.#fractions.set(event.run, event.step.fraction);
    else if (event.type === 'batch-event' && event.event.type === 'progress') {
      this.#fractions.set(event.batch, event.event.batchFraction);
    } else if (event.type === 'run-end' || event.type === 'batch-end') {
      this.#fractions.delete('run' in event ? event.run : event.batch);
      this.#noteEnd(event.status);
    } else return;
    this.#show();
  }

  #noteEnd(status: 'done' | 'cancelled' | 'failed'): void {
    const window = this.#window();
    if (status === 'cancelled' || window?.isFocused()) return;
    if (status === 'failed') this.#hasFailed = true;
    this.#unseen++;
    app.setBadgeCount(this.#unseen);
    window?.flashFrame(true);
  }

  /** All that goes on counts as one. */
  #show(): void {
    const window = this.#window();
    if (window === undefined || window.isDestroyed()) return;
    const fractions = [...this.#fractions.values()];
    const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
    if (fractions.length > 0) window.setProgressBar(mean, { mode: 'normal' });
    else if (this.#hasFailed) window.setProgressBar(1, { mode: 'error' });
    else window.setProgressBar(-1);
  }
}
