import type { AppState } from './app-state.svelte.ts';

/** How long people must have done nothing before what is open is saved. */
const PAUSE_MS = 800;

/** Saves what is open after every change, so that a crash loses at most a moment; call while a component is set up. */
export function autosaveSession(app: AppState): void {
  let save: (() => void) | undefined;
  $effect(() => {
    const { pictures } = app;
    if (!pictures.isRestored || app.connection !== 'open' || app.isElsewhere) return;
    followSession(app);
    const saveNow = (): void => {
      clearTimeout(timer);
      save = undefined;
      void app.attempt(() => app.client.call('saveSession', pictures.toSession()));
    };
    const timer = setTimeout(saveNow, PAUSE_MS);
    save = saveNow;
    return () => clearTimeout(timer);
  });
  $effect(() =>
    app.client.onEvent(({ type }) => {
      // The host waits for it before it ends, whether there is something new or not.
      if (type !== 'save-session' || !app.pictures.isRestored) return;
      save = undefined;
      void app.attempt(() => app.client.call('saveSession', app.pictures.toSession()));
    }),
  );
  $effect(() => {
    // The last moment at which a page that is being closed can be sure of being heard.
    const flush = (): void => {
      if (document.visibilityState === 'hidden' && !app.isElsewhere) save?.();
    };
    document.addEventListener('visibilitychange', flush);
    return () => document.removeEventListener('visibilitychange', flush);
  });
}

/** Reads everything that a session holds, so that the effect runs again when some of it changes. */
function followSession({ pictures }: AppState): readonly unknown[] {
  return [pictures.active, ...pictures.tabs.flatMap((tab) => [tab.shown.state, tab.options, tab.model, tab.run])];
}
