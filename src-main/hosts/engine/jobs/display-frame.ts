import type { FrameRect } from '../../../contract/restore-events.ts';
import type { StepFrame } from '../../../contract/jobs.ts';
import { swapsSides, toDisplay } from '../../../images/orientation.ts';

/** Size of a picture as stored. */
export interface StoredSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A rectangle of the picture as displayed, from one as stored.
 * @param orientation  EXIF, 1…8; anything else counts as 1.
 */
export function displayedRect(rect: FrameRect, { width, height }: StoredSize, orientation: number): FrameRect {
  const fromRight = width - rect.x - rect.width;
  const fromBottom = height - rect.y - rect.height;
  // Of the axes as stored: which of them run backwards when displayed.
  const x = [2, 3, 7, 8].includes(orientation) ? fromRight : rect.x;
  const y = [3, 4, 6, 7].includes(orientation) ? fromBottom : rect.y;
  return swapsSides(orientation)
    ? { x: y, y: x, width: rect.height, height: rect.width }
    : { x, y, width: rect.width, height: rect.height };
}

/** The picture of a step, turned as displayed. */
export function displayedFrame({ width, height, channels, bytes }: StepFrame, orientation: number): StepFrame {
  if (!(orientation >= 2 && orientation <= 8)) return { width, height, channels, bytes };
  const turned = toDisplay(bytes, width, height, channels, orientation);
  return swapsSides(orientation)
    ? { width: height, height: width, channels, bytes: turned }
    : { width, height, channels, bytes: turned };
}
