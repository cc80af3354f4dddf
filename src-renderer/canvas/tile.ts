import { rectBetween, type Rect } from './geometry.ts';

/** Coverage of a tile: one value for all of its pixels, or one byte per pixel, row by row. */
export type Tile = number | Uint8Array;

/** Coverage from which a pixel is restored: 50 %. */
export const PAINTED = 128;

export interface TileStatistics {
  /** Pixels of coverage 50 % or more. */
  readonly painted: number;
  /** Smallest block, in picture coordinates, with all coverage above 0. */
  readonly bounds: Rect | undefined;
}

/** The same tile as one value where all of its pixels are equal. */
export function simplifyTile(tile: Tile): Tile {
  if (typeof tile === 'number') return tile;
  const first = tile[0];
  return tile.every((coverage) => coverage === first) ? first : tile;
}

/** Whether two simplified tiles of the same size hold the same coverage. */
export function sameTile(a: Tile, b: Tile): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.every((coverage, i) => coverage === b[i]);
}

/** Counts and bounds of a tile that covers `rect` of the picture. */
export function measureTile(tile: Tile, rect: Rect): TileStatistics {
  const { x, y, width, height } = rect;
  if (typeof tile === 'number') {
    return { painted: tile >= PAINTED ? width * height : 0, bounds: tile > 0 ? rect : undefined };
  }
  let painted = 0;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (tile[i] === 0) continue;
      if (tile[i] >= PAINTED) painted++;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      bottom = row;
    }
  }
  return { painted, bounds: rectBetween(x + left, y + top, x + right + 1, y + bottom + 1) };
}
