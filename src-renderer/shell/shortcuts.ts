import { findAction } from '../canvas/actions.ts';
import { appActions, platform } from '../state/actions.ts';
import type { AppState } from '../state/app-state.svelte.ts';

/** Does what a key press asks for, unless somebody took it already or a dialog is open. */
export function performShortcut(app: AppState, event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
  if (hidesPanels(app, event)) return;
  const typing = isTyping(event.target);
  if (typing && isTextEditing(event)) return;
  const action = findAction(appActions, event, app, platform, typing);
  if (action === undefined) return;
  event.preventDefault();
  action.perform(app);
}

/**
 * Tab on a picture that was reached by pointer hides what lies around it and shows it again; whoever has come by keyboard
 * goes on with Tab as everywhere.
 */
function hidesPanels(app: AppState, event: KeyboardEvent): boolean {
  if (event.key !== 'Tab' || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return false;
  const { activeElement } = document;
  const isOnPicture =
    activeElement?.matches('[role="application"]') === true && !activeElement.matches(':focus-visible');
  if (!isOnPicture && !(app.isBare && activeElement === document.body)) return false;
  if (app.view !== 'restore' || app.pictures.active === undefined) return false;
  app.isBare = !app.isBare;
  event.preventDefault();
  return true;
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
