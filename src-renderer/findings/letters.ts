import type { Point } from '../canvas/geometry.ts';
import { toScreen, type View } from '../canvas/view-transform.ts';
import type { Finding } from './finding.ts';

/** CSS pixels between two letters on the canvas, so that they do not cover one another. */
const SPACING = 44;
/** From the surest pixel of a finding to the middle of its letter, right and up, CSS pixels. */
const ASIDE = 12;
/** Of the disc behind a letter, CSS pixels. */
export const LETTER_RADIUS = 8;

/** The middle of a finding's letter on the canvas, CSS pixels. */
export interface FindingLetter extends Point {
  readonly finding: Finding;
}

/** Where letters are drawn: beside the surest pixel of each finding, in their order, as far as there is room. */
export function lettersOf(findings: readonly Finding[], view: View): FindingLetter[] {
  const taken = new Set<string>();
  const letters: FindingLetter[] = [];
  for (const finding of findings) {
    const { x, y } = toScreen(view, { x: finding.anchor.x + 0.5, y: finding.anchor.y + 0.5 });
    if (x < 0 || y < 0 || x > view.viewport.width || y > view.viewport.height) continue;
    const cell = `${Math.floor(x / SPACING)} ${Math.floor(y / SPACING)}`;
    if (taken.has(cell)) continue;
    taken.add(cell);
    letters.push({ x: x + ASIDE, y: y - ASIDE, finding });
  }
  return letters;
}

/** The finding whose letter is at a place of the picture. */
export function letterAt(findings: readonly Finding[], view: View, place: Point): Finding | undefined {
  const { x, y } = toScreen(view, place);
  // Later ones are drawn over earlier ones.
  return lettersOf(findings, view).findLast((letter) => Math.hypot(letter.x - x, letter.y - y) <= LETTER_RADIUS)
    ?.finding;
}
