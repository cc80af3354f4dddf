import { performAction } from '../canvas/actions.ts';
import { appActions } from './actions.ts';
import type { AppState } from './app-state.svelte.ts';

/** Does what the host asks for: files from outside, and actions of native menus. @returns ends that. */
export function followHost(app: AppState): () => void {
  return app.client.onEvent((event) => {
    if (event.type === 'files-opened') {
      app.view = 'restore';
      void app.pictures.open(event.files);
    } else if (event.type === 'action' && appActions.some(({ id }) => id === event.action)) {
      performAction(appActions, event.action, app);
    }
  });
}
