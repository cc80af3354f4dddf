import type { AppEvent } from '../../src-main/contract/app/events.ts';
import { performAction } from '../canvas/actions.ts';
import { isTyping } from '../live/live-keys.ts';
import { appActions } from './actions.ts';
import type { AppState } from './app-state.svelte.ts';

/** What the menu's commands for text do in a text field. */
const TEXT_COMMANDS: Readonly<Record<string, string>> = { undo: 'undo', redo: 'redo', 'select-all': 'selectAll' };

/** Does what the host asks for: files from outside, actions of native menus and notifications. @returns ends that. */
export function followHost(app: AppState): () => void {
  return app.client.onEvent((event) => {
    if (event.type === 'files-opened') {
      app.view = 'restore';
      void app.pictures.open(event.files);
    } else if (event.type === 'action') performMenuAction(app, event.action);
    else if (event.type === 'problem') app.tell(event.message, 'problem');
    else if (event.type === 'show') show(app, event.what);
  });
}

/** A menu's commands go where its keys would: into the text field that has the focus, and not past an open dialog. */
function performMenuAction(app: AppState, id: string): void {
  const command = TEXT_COMMANDS[id];
  if (command !== undefined && isTyping(document.activeElement)) {
    // Of no standard that browsers plan to keep, but without a successor: only this reaches a field's own undo.
    document.execCommand(command);
    return;
  }
  if (document.querySelector('dialog[open]') !== null) return;
  const meant = id === 'select-all' ? 'mask-all' : id;
  if (appActions.some((action) => action.id === meant)) performAction(appActions, meant, app);
}

function show(app: AppState, what: Extract<AppEvent, { type: 'show' }>['what']): void {
  if (what.kind === 'batch') {
    app.view = 'batch';
    return;
  }
  const picture = app.pictures.tabs.find(({ document }) => document === what.file);
  if (picture === undefined) return;
  app.view = 'restore';
  app.pictures.active = picture;
  if (picture.result !== undefined) picture.stage = 'result';
}
