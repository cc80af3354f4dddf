import type { Bitmap } from './bitmap.ts';

/** Steps to the next corner: right, down, left, up. */
const DX = [1, 0, -1, 0];
const DY = [0, 1, 0, -1];
/** From a corner, the pixels ahead on the right and on the left of each direction. */
const RIGHT = [
  [0, 0],
  [-1, 0],
  [-1, -1],
  [0, -1],
];
const LEFT = [
  [0, -1],
  [0, 0],
  [-1, 0],
  [-1, -1],
];

/**
 * Closed polygons along the edges of the bitmap's pixels, the pixels on the right hand: outer borders clockwise, holes
 * the other way. Pixels that touch by corners are in one polygon.
 * @returns corners x, y, of the whole picture, one array a polygon.
 */
export function outlinesOf({ bounds, data }: Bitmap): Int32Array[] {
  const { width, height } = bounds;
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  // Every polygon goes right along the upper edge of a pixel somewhere.
  const isVisited = new Uint8Array(data.length);
  const polygons: Int32Array[] = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || isVisited[start] !== 0) continue;
    if (start >= width && data[start - width] !== 0) continue;
    const corners: number[] = [];
    const [startX, startY] = [start % width, Math.floor(start / width)];
    let [x, y, direction] = [startX, startY, 0];
    do {
      if (direction === 0) isVisited[y * width + x] = 1;
      x += DX[direction];
      y += DY[direction];
      const turn = isInside(x + LEFT[direction][0], y + LEFT[direction][1])
        ? 3
        : isInside(x + RIGHT[direction][0], y + RIGHT[direction][1])
          ? 0
          : 1;
      if (turn === 0) continue;
      direction = (direction + turn) % 4;
      corners.push(bounds.x + x, bounds.y + y);
    } while (x !== startX || y !== startY || direction !== 0);
    polygons.push(Int32Array.from(corners));
  }
  return polygons;
}
