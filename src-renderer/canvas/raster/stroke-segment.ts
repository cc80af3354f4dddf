import type { Combination, MaskLayer } from '../mask-layer.ts';
import { SAME_PLACE, TwoCircleHull } from './two-circle-hull.ts';

/** Centre and radius of the round brush at one moment, in picture coordinates and pixels. */
export interface BrushPoint {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/**
 * Paints what the round brush covers on its way from `a` to `b`, its radius changing evenly. Same result as stamping the
 * brush at infinitely many points in between and keeping the largest coverage: coverage falls from 1 at hardness·radius
 * to 0 at the radius, over at least the one pixel that smooths the edge. Painting it again changes nothing.
 * @param hardness  0 (soft) to 1 (hard).
 */
export function paintSegment(
  layer: MaskLayer,
  a: BrushPoint,
  b: BrushPoint,
  hardness: number,
  how: Exclude<Combination, 'replace'>,
): void {
  const outer = new TwoCircleHull(a.x, a.y, a.radius + 0.5, b.x, b.y, b.radius + 0.5);
  const inner = new TwoCircleHull(a.x, a.y, a.radius * hardness - 0.5, b.x, b.y, b.radius * hardness - 0.5);
  const cover = segmentCoverage(a, b, hardness);
  const top = Math.max(0, Math.floor(Math.min(a.y - a.radius, b.y - b.radius) - 1));
  const bottom = Math.min(layer.height, Math.ceil(Math.max(a.y + a.radius, b.y + b.radius) + 1));
  const reach = Math.ceil(Math.abs(b.x - a.x) + 2 * Math.max(a.radius, b.radius)) + 4;
  const row = new Uint8Array(Math.min(layer.width, reach));
  for (let y = top; y < bottom; y++) {
    const centre = y + 0.5;
    if (!outer.cutAt(centre)) continue;
    const left = Math.max(0, Math.floor(outer.left - 0.5));
    const right = Math.min(layer.width, Math.ceil(outer.right + 0.5));
    // Inside the inner hull coverage is full: only the rim is worth computing.
    const isFull = inner.cutAt(centre);
    const fullFrom = isFull ? Math.max(left, Math.ceil(inner.left - 0.5)) : right;
    const fullTo = isFull ? Math.min(right, Math.floor(inner.right - 0.5) + 1) : right;
    const rims = fullFrom < fullTo ? [left, fullFrom, fullTo, right] : [left, right];
    for (let i = 0; i < rims.length; i += 2) {
      const length = rims[i + 1] - rims[i];
      if (length <= 0) continue;
      cover(row, rims[i], y, length);
      layer.blendSpan(y, rims[i], row, 0, length, how);
    }
    if (fullFrom < fullTo) layer.fillSpan(y, fullFrom, fullTo, how);
  }
}

/** Writes coverage 0 … 255 of `length` pixels from (x, y) on into `out`. */
type RowCoverage = (out: Uint8Array, x: number, y: number, length: number) => void;

function segmentCoverage(a: BrushPoint, b: BrushPoint, hardness: number): RowCoverage {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const distance = Math.hypot(dx, dy);
  // A circle that swallows the other leaves no sides: the larger one is all there is. So do two in the same place.
  const isSwallowed = distance <= Math.max(SAME_PLACE, Math.abs(b.radius - a.radius));
  const start = isSwallowed && b.radius > a.radius ? b : a;
  const length = isSwallowed ? 0 : distance;
  const growth = isSwallowed ? 0 : (b.radius - a.radius) / distance;
  const lean = growth / Math.sqrt(1 - growth * growth);
  const [ux, uy] = isSwallowed ? [1, 0] : [dx / distance, dy / distance];
  return (out, x, y, count) => {
    const [px, py] = [x + 0.5 - start.x, y + 0.5 - start.y];
    for (let i = 0; i < count; i++) {
      const along = (px + i) * ux + py * uy;
      const across = Math.abs(py * ux - (px + i) * uy);
      // The place on the way where the brush's rim reaches farthest over this pixel.
      let at = along + lean * across;
      if (at < 0) at = 0;
      else if (at > length) at = length;
      const radius = start.radius + growth * at;
      const away = Math.sqrt((along - at) * (along - at) + across * across);
      const coverage = (radius + 0.5 - away) / (radius * (1 - hardness) + 1);
      out[i] = coverage <= 0 ? 0 : coverage >= 1 ? 255 : (coverage * 255 + 0.5) | 0;
    }
  };
}
