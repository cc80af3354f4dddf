import { fitView, resizeViewport, type View, type Viewport } from '../canvas/view-transform.ts';

/** CSS pixels left free round a fitted picture. */
export const MARGIN = 16;

/** What holds the view that all canvases of a picture share. */
interface ViewHolder {
  view: View;
}

/** The shared view in a canvas of another size; a picture that is fitted to the editor is fitted here as well. */
export function viewIn(shared: View, viewport: Viewport): View {
  const isFitted = [0, MARGIN].some((margin) =>
    isSame(shared, fitView(shared.picture, shared.viewport, margin, shared.angle)),
  );
  return isFitted ? fitView(shared.picture, viewport, MARGIN, shared.angle) : resizeViewport(shared, viewport);
}

/** Shares what a canvas shows. */
export function shareView(holder: ViewHolder, changed: View): void {
  const { viewport: room } = holder.view;
  const isFitted = isSame(changed, fitView(changed.picture, changed.viewport, MARGIN, changed.angle));
  holder.view = isFitted ? fitView(changed.picture, room, MARGIN, changed.angle) : resizeViewport(changed, room);
}

function isSame(a: View, b: View): boolean {
  return a.zoom === b.zoom && a.x === b.x && a.y === b.y;
}
