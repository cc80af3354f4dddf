import { Notification, type BrowserWindow } from 'electron';
import type { AppEvent } from '../../contract/app/events.ts';
import type { AppSettings } from '../../contract/app/settings.ts';
import type { AppService } from '../app/app-service.ts';
import type { NativeTexts } from './texts.ts';

export interface NotificationOptions {
  readonly window: () => BrowserWindow | undefined;
  readonly settings: () => Promise<AppSettings>;
  readonly texts: () => NativeTexts;
  /** Brings the window to the front, or opens one. */
  readonly toFront: () => void;
}

/** Those on the screen: one that nothing holds is collected, and its click with it. */
const shown = new Set<Notification>();

/** Tells people who work in another window that a run or a batch has ended; a click shows what came of it. */
export function followEndings(service: AppService, options: NotificationOptions): void {
  service.onEvent((event) => {
    if (event.type === 'run-end' || event.type === 'batch-end') void tell(event, service, options);
  });
}

async function tell(
  event: Extract<AppEvent, { type: 'run-end' | 'batch-end' }>,
  service: AppService,
  { window, settings, texts, toFront }: NotificationOptions,
): Promise<void> {
  if (event.status === 'cancelled' || window()?.isFocused() || !Notification.isSupported()) return;
  if (!(await settings()).notifications) return;
  const { runDone, runFailed, batchDone, batchFailed } = texts();
  const isRun = event.type === 'run-end';
  const title = event.status === 'done' ? (isRun ? runDone : batchDone) : isRun ? runFailed : batchFailed;
  const body = event.status === 'failed' ? (event.problem?.message ?? '') : '';
  const notification = new Notification({ title, body });
  shown.add(notification);
  notification.on('close', () => shown.delete(notification));
  notification.on('click', () => {
    shown.delete(notification);
    toFront();
    const file = isRun ? service.fileOf(event.run) : undefined;
    if (!isRun) service.show({ kind: 'batch' });
    else if (file !== undefined) service.show({ kind: 'result', file });
  });
  notification.show();
}
