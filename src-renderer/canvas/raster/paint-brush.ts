import type { MaskLayer } from '../mask-layer.ts';
import type { BrushSettings } from '../settings.ts';
import { paintPixelLine } from './pixel-line.ts';
import { paintSegment, type BrushPoint } from './stroke-segment.ts';

/** Paints the way of a brush from one point to the next. */
export function paintBrush(
  layer: MaskLayer,
  from: BrushPoint,
  to: BrushPoint,
  { size, hardness }: BrushSettings,
  how: 'add' | 'subtract',
): void {
  if (size === 1) {
    const [x0, y0, x1, y1] = [from.x, from.y, to.x, to.y].map(Math.floor);
    paintPixelLine(layer, x0, y0, x1, y1, how);
  } else {
    paintSegment(layer, from, to, hardness, how);
  }
}
