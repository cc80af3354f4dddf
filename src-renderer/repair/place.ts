import type { DamageKind } from '../../src-main/contract/find.ts';
import type { MaskPatch } from '../../src-main/contract/app/values.ts';
import { union, type Rect, type Size } from '../canvas/geometry.ts';
import type { Finding } from '../findings/finding.ts';
import type { Runs } from '../findings/runs.ts';

/** What people think of a place that has been filled. */
export type PlaceState = 'filled' | 'accepted' | 'undone';

/** What has been decided on a place: its state, and whose pixels fill it. */
export interface Decision {
  readonly state: PlaceState;
  /** The result that it was filled with last; absent: that of the run which filled all. */
  readonly source?: string;
}

/** Decisions by the ids of their places; places without one are filled by the run. */
export type Decisions = Readonly<Record<string, Decision>>;

export function decisionOn({ id }: Place, decisions: Decisions): Decision {
  return decisions[id] ?? { state: 'filled' };
}

/** A place that was repaired: one finding, or several small ones side by side. */
export interface Place {
  readonly id: string;
  readonly kind: DamageKind;
  /** Findings in it. */
  readonly count: number;
  readonly bounds: Rect;
  readonly area: number;
  readonly runs: readonly Runs[];
  readonly outline: readonly Int32Array[];
}

/** Findings of fewer pixels are decided on together with those of their kind around them. */
const SMALL = 400;
/** Side of the squares that small ones are gathered in, as a part of the picture's longer side. */
const SQUARES = 6;

/** The places of a repair, the largest first. */
export function placesOf(findings: readonly Finding[], picture: Size): Place[] {
  const side = Math.max(picture.width, picture.height) / SQUARES;
  const groups = new Map<string, Finding[]>();
  for (const [index, finding] of findings.entries()) {
    const { kind, area, anchor } = finding;
    const square = `${kind} ${Math.floor(anchor.x / side)} ${Math.floor(anchor.y / side)}`;
    const key = area < SMALL ? square : `${index}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups].map(([id, group]) => placeOf(id, group)).sort((a, b) => b.area - a.area);
}

function placeOf(id: string, findings: readonly Finding[]): Place {
  const [first] = findings;
  return {
    id,
    kind: first.kind,
    count: findings.length,
    bounds: findings.reduce<Rect>((all, { bounds }) => union(all, bounds) ?? all, first.bounds),
    area: findings.reduce((sum, { area }) => sum + area, 0),
    runs: findings.map(({ runs }) => runs),
    outline: findings.flatMap(({ outline }) => outline),
  };
}

/** The places as one mask; undefined of none. */
export function patchOf(places: readonly Place[]): MaskPatch | undefined {
  const bounds = places.reduce<Rect | undefined>((all, place) => union(all, place.bounds), undefined);
  if (bounds === undefined) return undefined;
  const coverage = new Uint8Array(bounds.width * bounds.height);
  for (const { runs } of places) {
    for (const rows of runs) {
      for (let i = 0; i < rows.length; i += 3) {
        const row = (rows[i] - bounds.y) * bounds.width - bounds.x;
        coverage.fill(255, row + rows[i + 1], row + rows[i + 2]);
      }
    }
  }
  return { ...bounds, coverage };
}

/** Copies the pixels of a place from one picture of the same size into another, RGBA. */
export function copyPlace({ runs }: Place, width: number, from: Uint8Array, to: Uint8Array): void {
  for (const rows of runs) {
    for (let i = 0; i < rows.length; i += 3) {
      const start = (rows[i] * width + rows[i + 1]) * 4;
      const end = (rows[i] * width + rows[i + 2]) * 4;
      to.set(from.subarray(start, end), start);
    }
  }
}
