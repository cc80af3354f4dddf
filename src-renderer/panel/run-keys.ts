import type { PanelModel } from './panel-model.svelte.ts';

/** Whether a key press cancels the run of the panel: Escape, unless a dialog or a half-drawn outline takes it. */
export function asksToCancel(event: KeyboardEvent, { picture }: PanelModel): boolean {
  if (event.defaultPrevented || document.querySelector('dialog[open], [popover]:popover-open') !== null) return false;
  return event.key === 'Escape' && picture.run?.isActive === true && !picture.editor.tools.isBusy;
}
