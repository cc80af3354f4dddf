import type { Point } from '../canvas/geometry.ts';

/** A menu that lies over a canvas. */
export interface CanvasMenu {
  /** Where it opens, CSS pixels of the window. */
  readonly at: Point;
  /** Ids of what can be done, in groups: the menu is short, and the palette lists everything. */
  readonly groups: readonly (readonly string[])[];
  /** What gets the focus back. */
  readonly owner: HTMLElement;
}
