import { intersection, type Point, type Rect } from '../canvas/geometry.ts';

/** Longest side of a preview, pixels: about a window of the network. */
const SIDE = 256;

/**
 * The part of the picture for a quick look: at most 256 × 256 pixels of what is visible, about the middle of what is
 * painted there; undefined when nothing painted is visible.
 * @param painted  block of the mask; undefined for tasks that restore the whole picture.
 */
export function previewRect(visible: Rect, painted: Rect | undefined, needsMask: boolean): Rect | undefined {
  const subject = needsMask ? painted && intersection(visible, painted) : visible;
  if (subject === undefined) return undefined;
  const centre: Point = { x: subject.x + subject.width / 2, y: subject.y + subject.height / 2 };
  const horizontal = within(centre.x, visible.x, visible.width);
  const vertical = within(centre.y, visible.y, visible.height);
  return { x: horizontal.start, y: vertical.start, width: horizontal.length, height: vertical.length };
}

function within(centre: number, start: number, length: number): { readonly start: number; readonly length: number } {
  const side = Math.min(SIDE, length);
  const begin = Math.round(Math.min(start + length - side, Math.max(start, centre - side / 2)));
  return { start: begin, length: side };
}
