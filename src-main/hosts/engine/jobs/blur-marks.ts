import type { BlurMarks } from '../../../contract/inspect.ts';
import { invalidArgument, LangevinError } from '../../../errors.ts';
import { displayedSize, inverseOrientation } from '../../../images/orientation.ts';
import type { InspectHints } from '../../../restore/estimate/inspect-picture.ts';
import type { Picture } from '../../../tensor/picture.ts';
import { displayedRect } from './display-frame.ts';

/** A motion is at least so long, and at most, pixels. */
const SHORTEST = 1.5;
const LONGEST = 300;

/**
 * Marks on a picture as displayed, as marks on its samples as stored.
 * @throws invalid-argument for both at once, those that leave the picture, and lines too short or too long.
 */
export function storedMarks({ edge, streak }: BlurMarks, picture: Picture): InspectHints {
  const shown = displayedSize(picture);
  const orientation = inverseOrientation(picture.metadata.orientation);
  if (edge !== undefined && streak !== undefined) {
    throw new LangevinError('invalid-argument', 'The blur is read from an edge or from a streak; mark one of them.');
  }
  const size = `a place within the picture of ${shown.width} × ${shown.height} pixels`;
  if (edge !== undefined) {
    if (edge.x + edge.width > shown.width || edge.y + edge.height > shown.height) {
      throw invalidArgument('edge', size, `${edge.x},${edge.y},${edge.width},${edge.height}`);
    }
    return { edge: displayedRect(edge, shown, orientation) };
  }
  if (streak === undefined) return {};
  const { x0, y0, x1, y1 } = streak;
  if (Math.max(x0, x1) > shown.width || Math.max(y0, y1) > shown.height) {
    throw invalidArgument('streak', size, `${x0},${y0},${x1},${y1}`);
  }
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < SHORTEST || length > LONGEST) {
    throw new LangevinError(
      'invalid-argument',
      `A streak is ${SHORTEST} to ${LONGEST} pixels long; the line that you drew is ${length.toFixed(1)} long.`,
    );
  }
  const from = displayedRect({ x: x0, y: y0, width: 0, height: 0 }, shown, orientation);
  const to = displayedRect({ x: x1, y: y1, width: 0, height: 0 }, shown, orientation);
  return { streak: { x0: from.x, y0: from.y, x1: to.x, y1: to.y } };
}
