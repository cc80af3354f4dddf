import type { Point } from '../geometry.ts';
import type { MaskLayer } from '../mask-layer.ts';
import { fillShape, type Crossings } from './scan-fill.ts';

/** How a shape joins the mask. */
export interface FillOptions {
  /** Smooth edges (area coverage) or hard ones (pixel centres). */
  readonly smooth: boolean;
  readonly how: 'add' | 'subtract';
}

/**
 * Fills the polygon with the given corners (picture coordinates), closed, by the even–odd rule. Fewer than three
 * corners fill nothing.
 */
export function fillPolygon(layer: MaskLayer, corners: readonly Point[], { smooth, how }: FillOptions): void {
  if (corners.length < 3) return;
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const bounds = { left: least(xs), top: least(ys), right: greatest(xs), bottom: greatest(ys) };
  fillShape(layer, bounds, polygonCrossings(corners), smooth, how);
}

/** Fills the ellipse inscribed in the box with corners `a` and `b` (picture coordinates). */
export function fillEllipse(layer: MaskLayer, a: Point, b: Point, { smooth, how }: FillOptions): void {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  const [cx, cy, rx, ry] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2];
  if (rx === 0 || ry === 0) return;
  const crossings: Crossings = (y, out) => {
    const part = 1 - ((y - cy) / ry) ** 2;
    if (part <= 0) return 0;
    out[0] = cx - rx * Math.sqrt(part);
    out[1] = cx + rx * Math.sqrt(part);
    return 2;
  };
  fillShape(layer, { left, top, right, bottom }, crossings, smooth, how);
}

interface Edge {
  readonly top: number;
  readonly bottom: number;
  /** x at `top`, and its change per unit of y. */
  readonly x: number;
  readonly slope: number;
}

/** Active-edge list: lines come in ascending order, so each edge enters and leaves once. */
function polygonCrossings(corners: readonly Point[]): Crossings {
  const edges = corners.flatMap((from, i): Edge[] => {
    const to = corners[(i + 1) % corners.length];
    if (from.y === to.y) return [];
    const [upper, lower] = from.y < to.y ? [from, to] : [to, from];
    return [{ top: upper.y, bottom: lower.y, x: upper.x, slope: (lower.x - upper.x) / (lower.y - upper.y) }];
  });
  edges.sort((a, b) => a.top - b.top);
  let next = 0;
  let active: Edge[] = [];
  return (y, out) => {
    while (next < edges.length && edges[next].top <= y) active.push(edges[next++]);
    if (active.some((edge) => edge.bottom <= y)) active = active.filter((edge) => edge.bottom > y);
    out.length = 0;
    for (const edge of active) out.push(edge.x + edge.slope * (y - edge.top));
    out.sort((a, b) => a - b);
    return out.length;
  };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
