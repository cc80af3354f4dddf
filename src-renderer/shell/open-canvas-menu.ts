import { isEnabled } from '../canvas/actions.ts';
import type { Point } from '../canvas/geometry.ts';
import { actionOf } from '../state/actions.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { CanvasMenu } from '../state/canvas-menu.ts';

const view = ['zoom-in', 'zoom-out', 'zoom-fit', 'zoom-actual', 'turn-left', 'turn-right', 'turn-upright'];

const menus: Readonly<Record<'edit' | 'result', CanvasMenu['groups']>> = {
  edit: [
    ['undo', 'redo'],
    ['tool-heal', 'tool-brush', 'tool-eraser', 'tool-lasso'],
    ['find-damage', 'mask-clear', 'mask-invert', 'overlay-toggle'],
    ['run', 'adjust'],
    view,
  ],
  result: [
    ['compare', 'save', 'show-in-folder', 'result-star', 'result-continue'],
    view.filter((id) => id !== 'zoom-actual'),
    ['close-tab'],
  ],
};

/**
 * Opens the menu of a canvas, where there is something to do.
 * @param at  CSS pixels of the element.
 */
export function openCanvasMenu(app: AppState, owner: HTMLElement, at: Point, kind: keyof typeof menus): void {
  const { left, top } = owner.getBoundingClientRect();
  const groups = menus[kind]
    .map((ids) => ids.filter((id) => isEnabled(actionOf(id), app)))
    .filter((ids) => ids.length > 0);
  if (groups.length > 0) app.menu = { at: { x: left + at.x, y: top + at.y }, groups, owner };
}
