import { untrack } from 'svelte';
import type { AppSettings } from '../../src-main/contract/app/settings.ts';
import type { EditorSettings } from '../canvas/settings.ts';
import type { AppState } from './app-state.svelte.ts';

/** A slider that is dragged makes many changes; one of them has to be stored. */
const STORE_AFTER_MS = 600;

/** Keeps the tools' settings the same in all tabs and stores them; call while a component is set up. */
export function shareEditorSettings(app: AppState): void {
  let latest: EditorSettings | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  $effect(() => {
    const picture = app.pictures.active;
    if (picture === undefined) return;
    untrack(() => latest && picture.editor.changeSettings(latest));
    const before = picture.editor.settings;
    $effect(() => {
      const settings = picture.shown.settings;
      if (settings === before) return;
      latest = settings;
      // Not cleared with the effect: the change counts whichever picture is in front by then.
      clearTimeout(timer);
      timer = setTimeout(() => void app.changeSettings({ editor: storedSettings(settings) }), STORE_AFTER_MS);
    });
  });
}

/** As the host stores them. */
export function storedSettings(settings: EditorSettings): NonNullable<AppSettings['editor']> {
  const { brush, wand, overlay, smoothEdges, growRadius, featherSigma } = settings;
  return {
    brush: { ...brush },
    wand: { ...wand },
    smoothEdges,
    growRadius,
    featherSigma,
    overlay: { color: [...overlay.color], opacity: overlay.opacity, visible: overlay.visible },
  };
}
