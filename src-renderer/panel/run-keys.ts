import { matchesKeys, type Platform } from '../canvas/key-binding.ts';
import type { PanelModel } from './panel-model.svelte.ts';

export const platform: Platform = navigator.platform.startsWith('Mac') ? 'mac' : 'other';

/** What a key press asks of the panel: Mod+Enter restores, Escape cancels the run; undefined for other keys. */
export function runKey(event: KeyboardEvent, panel: PanelModel): 'restore' | 'cancel' | undefined {
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return undefined;
  const isActive = panel.picture.run?.isActive === true;
  if (matchesKeys('Mod+Enter', event, platform)) return isActive ? undefined : 'restore';
  // A half-drawn outline is given up first.
  if (matchesKeys('Escape', event, platform) && isActive && !panel.picture.editor.tools.isBusy) return 'cancel';
  return undefined;
}
