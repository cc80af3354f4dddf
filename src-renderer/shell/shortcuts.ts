import { findAction } from '../canvas/actions.ts';
import { appActions, platform } from '../state/actions.ts';
import type { AppState } from '../state/app-state.svelte.ts';

/** Does what a key press asks for, unless somebody took it already or a dialog is open. */
export function performShortcut(app: AppState, event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
  const action = findAction(appActions, event, app, platform, isTyping(event.target));
  if (action === undefined) return;
  event.preventDefault();
  action.perform(app);
}

/** Whether letters go into a field. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'color', 'button'].includes(target.type);
}
