import type { Combination, MaskLayer } from '../mask-layer.ts';

/** Paints exactly the pixels of the line between two pixels (Bresenham's algorithm): the brush of one pixel. */
export function paintPixelLine(
  layer: MaskLayer,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  how: Exclude<Combination, 'replace'>,
): void {
  const dx = Math.abs(toX - fromX);
  const dy = -Math.abs(toY - fromY);
  const stepX = Math.sign(toX - fromX);
  const stepY = Math.sign(toY - fromY);
  for (let x = fromX, y = fromY, error = dx + dy; ;) {
    layer.fillSpan(y, x, x + 1, how);
    if (x === toX && y === toY) return;
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += stepX;
    }
    if (twice <= dx) {
      error += dx;
      y += stepY;
    }
  }
}
