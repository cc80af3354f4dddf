import {
  actualSize,
  fitView,
  viewportCentre,
  turnBy,
  turnTo,
  zoomAt,
  zoomIn,
  zoomOut,
  type View,
} from '../canvas/view-transform.ts';
import { TURN_STEP } from '../canvas/editor-actions.ts';
import { MARGIN } from './shared-view.ts';

/** Fits the picture into its canvas. */
export function fitted(view: View): View {
  return fitView(view.picture, view.viewport, MARGIN, view.angle);
}

/** One pixel of the screen for each of the result. @param unit  pixels of the result to one of the picture, along a side. */
export function atResultPixels(view: View, unit: number): View {
  return unit === 1 ? actualSize(view) : zoomAt(view, unit, viewportCentre(view));
}

/** What a key does to the view of a result; undefined: nothing. */
export function zoomedByKey(key: string, view: View, unit: number): View | undefined {
  switch (key) {
    case '+':
    case '=':
      return zoomIn(view);
    case '-':
      return zoomOut(view);
    case '0':
      return fitted(view);
    case '1':
      return atResultPixels(view, unit);
    case '4':
      return turnBy(view, -TURN_STEP);
    case '5':
      return turnTo(view, 0);
    case '6':
      return turnBy(view, TURN_STEP);
    default:
      return undefined;
  }
}
