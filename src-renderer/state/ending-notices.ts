import type { AppEvent } from '../../src-main/contract/app/events.ts';
import { t } from '../i18n/translate.svelte.ts';
import type { AppState } from './app-state.svelte.ts';

/**
 * Tells people who look at something else that a run or a batch has ended, by a notification of the browser; the desktop
 * app has its own. Only where the settings say so and the browser has been allowed to.
 * @returns ends it.
 */
export function followEndings(app: AppState): () => void {
  return app.client.onEvent((event) => {
    if (event.type !== 'run-end' && event.type !== 'batch-end') return;
    if (app.host?.kind !== 'browser' || !app.settings.notifications || !document.hidden) return;
    if (event.status === 'cancelled' || !mayNotify()) return;
    const notification = new Notification(titleOf(event), {
      body: event.status === 'failed' ? (event.problem?.message ?? '') : '',
    });
    notification.onclick = () => window.focus();
  });
}

/** Asks the browser for its permission, where it has not been asked; to be called when people ask for notifications. */
export async function askToNotify(app: AppState): Promise<void> {
  if (app.host?.kind !== 'browser' || !('Notification' in window)) return;
  if (Notification.permission === 'default') await Notification.requestPermission();
}

function mayNotify(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

function titleOf(event: Extract<AppEvent, { type: 'run-end' | 'batch-end' }>): string {
  if (event.type === 'run-end') return t(event.status === 'done' ? 'app.run-done' : 'app.run-failed');
  return t(event.status === 'done' ? 'app.batch-done' : 'app.batch-failed');
}
