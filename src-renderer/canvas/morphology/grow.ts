import { invalidArgument } from '../../../src-main/errors.ts';
import { expandWithin, wholeRect, type Rect } from '../geometry.ts';
import type { MaskLayer } from '../mask-layer.ts';
import { PAINTED } from '../tile.ts';

/** Largest radius in pixels: distances are kept in 16 bits. */
export const MAX_GROWTH = 1000;

/**
 * Grows the mask: every pixel whose centre is within `radius` pixels (Euclidean, exact) of the centre of a painted one
 * (coverage ≥ 50 %) is covered fully; fainter coverage elsewhere stays. Costs the painted area and its surroundings.
 * @throws invalid-argument unless 0 ≤ radius ≤ 1000.
 */
export function growMask(layer: MaskLayer, radius: number): void {
  assertRadius(radius);
  const painted = layer.bounds;
  const area = painted && expandWithin(painted, Math.floor(radius), layer);
  if (area === undefined) return;
  const coverage = layer.read(area);
  const near = withinDistance(coverage, area.width, area.height, radius);
  layer.blendRect(area, near, 0, area.width, 'add');
}

/**
 * Shrinks the mask: the exact counterpart of growing what is not painted. The picture's edge does not eat into the mask,
 * because nothing is known to be unpainted beyond it.
 * @throws invalid-argument unless 0 ≤ radius ≤ 1000.
 */
export function shrinkMask(layer: MaskLayer, radius: number): void {
  assertRadius(radius);
  const painted = layer.bounds;
  // One more pixel all round, so that the unpainted surroundings of the painted block are seen.
  const area: Rect | undefined = painted && expandWithin(painted, 1, wholeRect(layer));
  if (area === undefined) return;
  const kept = layer.read(area).map((c) => 255 - c);
  const near = withinDistance(kept, area.width, area.height, radius);
  layer.blendRect(area, near, 0, area.width, 'subtract');
}

/**
 * 255 where a value of at least 128 lies within `radius`, 0 elsewhere. Per column the vertical distance g to the nearest
 * such value; per row each column then reaches √(radius² − g²) to both sides, and two sweeps find what is reached.
 */
function withinDistance(values: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const far = Math.floor(radius) + 1;
  const distance = new Uint16Array(width * height);
  for (let i = 0; i < values.length; i++) {
    distance[i] = values[i] >= PAINTED ? 0 : i < width ? far : Math.min(far, distance[i - width] + 1);
  }
  for (let i = values.length - width - 1; i >= 0; i--) {
    if (distance[i] > distance[i + width] + 1) distance[i] = distance[i + width] + 1;
  }
  const reach = Int32Array.from({ length: far }, (_, g) => Math.floor(Math.sqrt(radius * radius - g * g)));
  const near = new Uint8Array(width * height);
  for (let row = 0; row < near.length; row += width) {
    for (let x = 0, end = -1; x < width; x++) {
      const g = distance[row + x];
      if (g < far) end = Math.max(end, x + reach[g]);
      if (x <= end) near[row + x] = 255;
    }
    for (let x = width - 1, end = width; x >= 0; x--) {
      const g = distance[row + x];
      if (g < far) end = Math.min(end, x - reach[g]);
      if (x >= end) near[row + x] = 255;
    }
  }
  return near;
}

function assertRadius(radius: number): void {
  if (!(radius >= 0 && radius <= MAX_GROWTH)) throw invalidArgument('radius', `0 to ${MAX_GROWTH} pixels`, radius);
}
