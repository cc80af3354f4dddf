import { findOptionsSchema, type Finding as Found, type FindOptions } from '../../src-main/contract/find.ts';
import type { Point, Rect, Size } from '../canvas/geometry.ts';
import { distanceTo, includes } from './runs.ts';

/** A place of damage that the page can tell from others at any sensitivity. */
export interface Finding extends Omit<Found, 'id'> {
  /** Its surest pixel: stays the same while a change of sensitivity only widens or narrows the finding. */
  readonly anchor: Point;
}

export const defaultFilters: FindOptions = findOptionsSchema.parse({});

/** Ranges of the filters, for sliders. */
export const filterLimits = { sensitivity: [0, 1], minSize: [1, 10_000] } as const;

/** Names a finding as long as its surest pixel stays the same. */
export function keyOf({ kind, anchor }: Finding): string {
  return `${kind} ${anchor.x},${anchor.y}`;
}

/**
 * The finding at a place; where none is, the nearest within `reach` pixels, so that thin ones can be hit.
 * @param place  picture coordinates.
 */
export function findingAt(findings: readonly Finding[], place: Point, reach: number): Finding | undefined {
  const pixel = { x: Math.floor(place.x), y: Math.floor(place.y) };
  const direct = findings.filter(({ runs }) => includes(runs, pixel));
  // The smallest of those that overlap: the others can be hit elsewhere.
  if (direct.length > 0) return direct.reduce((a, b) => (b.area < a.area ? b : a));
  let nearest: Finding | undefined;
  let least = reach;
  for (const finding of findings) {
    const away = isNear(finding.bounds, place, least) ? distanceTo(finding.runs, place, least) : Infinity;
    if (away > least) continue;
    least = away;
    nearest = finding;
  }
  return nearest;
}

/** Which ninth of the picture a finding lies in, for people who are told about it. */
export function ninthOf(
  { bounds }: Pick<Finding, 'bounds'>,
  { width, height }: Size,
): `${'top' | 'middle' | 'bottom'}-${Side}` {
  const third = (at: number, whole: number): number => Math.min(2, Math.floor((3 * at) / whole));
  const row = (['top', 'middle', 'bottom'] as const)[third(bounds.y + bounds.height / 2, height)];
  return `${row}-${(['left', 'centre', 'right'] as const)[third(bounds.x + bounds.width / 2, width)]}`;
}
type Side = 'left' | 'centre' | 'right';

function isNear({ x, y, width, height }: Rect, place: Point, reach: number): boolean {
  const [dx, dy] = [place.x - x, place.y - y];
  return dx >= -reach && dy >= -reach && dx <= width + reach && dy <= height + reach;
}
