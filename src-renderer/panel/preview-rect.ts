import { intersection, type Point, type Rect } from '../canvas/geometry.ts';
import type { MaskLayer } from '../canvas/mask-layer.ts';
import { PAINTED } from '../canvas/tile.ts';

/** Longest side of a preview, pixels: about a window of the network. */
const SIDE = 256;
/** Previews begin where a block of a JPEG does, of any chroma subsampling. */
const BLOCKS = 32;

/** The part of the picture for a quick look: at most 256 × 256 pixels of what is visible, about `focus`. */
export function previewRect(visible: Rect, focus: Point): Rect {
  const horizontal = within(focus.x + 0.5, visible.x, visible.width);
  const vertical = within(focus.y + 0.5, visible.y, visible.height);
  return { x: horizontal.start, y: vertical.start, width: horizontal.length, height: vertical.length };
}

/** The middle of a rectangle. */
export function centreOf({ x, y, width, height }: Rect): Point {
  return { x: x + width / 2 - 0.5, y: y + height / 2 - 0.5 };
}

/**
 * The painted pixel of a part of the picture that is nearest to the middle of that part; undefined where none is. Tiles
 * that are farther than what was found, or empty, are not looked into.
 */
export function nearestPainted(layer: MaskLayer, visible: Rect): Point | undefined {
  const centre = centreOf(visible);
  const parts = layer
    .tilesIn(visible)
    .filter((index) => layer.uniformCoverage(index) !== 0)
    .map((index) => ({ index, rect: intersection(layer.tileRect(index), visible)! }))
    .map((part) => ({ ...part, nearest: nearestOf(part.rect, centre) }))
    .sort((a, b) => distance(a.nearest, centre) - distance(b.nearest, centre));
  let found: Point | undefined;
  for (const { index, rect, nearest } of parts) {
    if (found !== undefined && distance(nearest, centre) >= distance(found, centre)) break;
    const uniform = layer.uniformCoverage(index);
    if (uniform !== undefined) {
      if (uniform >= PAINTED) found = nearest;
      continue;
    }
    const coverage = layer.read(rect);
    for (let i = 0; i < coverage.length; i++) {
      if (coverage[i] < PAINTED) continue;
      const point = { x: rect.x + (i % rect.width), y: rect.y + Math.floor(i / rect.width) };
      if (found === undefined || distance(point, centre) < distance(found, centre)) found = point;
    }
  }
  return found;
}

function nearestOf({ x, y, width, height }: Rect, point: Point): Point {
  return {
    x: Math.min(x + width - 1, Math.max(x, Math.round(point.x))),
    y: Math.min(y + height - 1, Math.max(y, Math.round(point.y))),
  };
}

function distance(a: Point, b: Point): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

function within(centre: number, start: number, length: number): { readonly start: number; readonly length: number } {
  const side = Math.min(SIDE, length);
  const begin = Math.round(Math.min(start + length - side, Math.max(start, centre - side / 2)));
  const early = begin % BLOCKS;
  return { start: begin - early, length: Math.min(SIDE, side + early) };
}
