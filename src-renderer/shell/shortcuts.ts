import { findAction } from '../canvas/actions.ts';
import { appActions, platform } from '../state/actions.ts';
import type { AppState } from '../state/app-state.svelte.ts';

/** Does what a key press asks for, unless somebody took it already or a dialog is open. */
export function performShortcut(app: AppState, event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
  const typing = isTyping(event.target);
  if (typing && isTextEditing(event)) return;
  const action = findAction(appActions, event, app, platform, typing);
  if (action === undefined) return;
  event.preventDefault();
  action.perform(app);
}

/** Undo, redo and select all belong to the text field that has the focus. */
function isTextEditing(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.altKey && ['z', 'y', 'a'].includes(event.key.toLowerCase());
}

/** Whether letters go into a field. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'color', 'button'].includes(target.type);
}
