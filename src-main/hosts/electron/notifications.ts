import { Notification, type BrowserWindow } from 'electron';
import type { AppEvent } from '../../contract/app/events.ts';
import type { AppSettings } from '../../contract/app/settings.ts';
import type { AppService } from '../app/app-service.ts';
import type { NativeTexts } from './texts.ts';

export interface NotificationOptions {
  readonly window: () => BrowserWindow | undefined;
  readonly settings: () => Promise<AppSettings>;
  readonly texts: () => Promise<NativeTexts>;
}

/** Tells people who work in another window that a run or a batch has ended; a click brings the app to the front. */
export function followEndings(service: AppService, options: NotificationOptions): void {
  service.onEvent((event) => {
    if (event.type === 'run-end' || event.type === 'batch-end') void tell(event, options);
  });
}

async function tell(
  event: Extract<AppEvent, { type: 'run-end' | 'batch-end' }>,
  { window, settings, texts }: NotificationOptions,
): Promise<void> {
  if (event.status === 'cancelled' || window()?.isFocused() || !Notification.isSupported()) return;
  if (!(await settings()).notifications) return;
  const { runDone, runFailed, batchDone, batchFailed } = await texts();
  const isRun = event.type === 'run-end';
  const title = event.status === 'done' ? (isRun ? runDone : batchDone) : isRun ? runFailed : batchFailed;
  const body = event.status === 'failed' ? (event.problem?.message ?? '') : '';
  const notification = new Notification({ title, body });
  notification.on('click', () => {
    window()?.show();
    window()?.focus();
  });
  notification.show();
}
