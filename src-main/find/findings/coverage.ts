import type { Finding, FindingBounds } from '../../contract/find.ts';

/** Side of an area that a face may fill, as a part of the shorter side of the picture, and its least in pixels. */
const FACE = 0.2;
const LEAST_FACE = 48;
/** More than this part of such an area is more than a crack through it. */
const MUCH = 0.1;
/** Places of a finding's box at which the area is laid. */
const STEPS = 8;

/** A face-sized area of which a single finding covers much. */
export interface WideCover {
  readonly finding: Finding;
  readonly area: FindingBounds;
  /** Of the area, 0…1. */
  readonly share: number;
}

/**
 * Findings that cover more than a tenth of an area as large as a face: what is filled there is invented, and worth a
 * look. There is no search for faces; any place counts.
 * @returns the widest cover of each such finding, widest first.
 */
export function wideCovers(findings: readonly Finding[], width: number, height: number): WideCover[] {
  const side = Math.min(width, height, Math.max(LEAST_FACE, Math.round(FACE * Math.min(width, height))));
  const covers: WideCover[] = [];
  for (const finding of findings) {
    if (finding.area < MUCH * side * side) continue;
    const widest = widestCover(finding, side, width, height);
    if (widest.share > MUCH) covers.push(widest);
  }
  return covers.sort((a, b) => b.share - a.share);
}

/** `wideCovers` in words, for hosts that cannot ask. */
export function coverNotices(findings: readonly Finding[], width: number, height: number): string[] {
  return wideCovers(findings, width, height).map(
    ({ finding, area, share }) =>
      `A ${finding.kind} covers ${Math.round(100 * share)} % of an area as large as a face, at ${area.x}, ${area.y}: ` +
      'what is filled in there is invented. Look at it, or mark less with another sensitivity or fewer kinds.',
  );
}

function widestCover(finding: Finding, side: number, width: number, height: number): WideCover {
  const { bounds, runs } = finding;
  // Of what is filled, as much as is damage: a hairline with its border covers little.
  let filled = 0;
  for (let i = 0; i < runs.length; i += 3) filled += runs[i + 2] - runs[i + 1];
  const core = Math.min(1, finding.area / filled);
  const places = (from: number, length: number, limit: number): number[] => {
    const last = Math.max(from, from + length - side);
    const step = Math.max(1, (last - from) / STEPS);
    const starts: number[] = [];
    for (let at = from; at <= last; at += step) starts.push(Math.min(Math.round(at), limit - side));
    return starts;
  };
  let best = { area: { x: 0, y: 0, width: side, height: side }, share: 0 };
  for (const y of places(bounds.y, bounds.height, height)) {
    for (const x of places(bounds.x, bounds.width, width)) {
      let covered = 0;
      for (let i = 0; i < runs.length; i += 3) {
        if (runs[i] < y || runs[i] >= y + side) continue;
        covered += Math.max(0, Math.min(x + side, runs[i + 2]) - Math.max(x, runs[i + 1]));
      }
      const share = (core * covered) / side ** 2;
      if (share > best.share) best = { area: { x, y, width: side, height: side }, share };
    }
  }
  return { finding, ...best };
}
