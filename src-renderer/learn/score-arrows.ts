import type { Arrow } from './scene.ts';
import type { Point } from './theory/mixture.ts';

/** Arrows of a prior score, of what is added, and of the sum at a point; the longest has the length .9. */
export function scoreArrows(at: Point, prior: Point, added: Point, sum: Point): readonly Arrow[] {
  const longest = Math.max(...[prior, added, sum].map(({ x, y }) => Math.hypot(x, y)));
  const to = (score: Point): Point => ({ x: at.x + (0.9 * score.x) / longest, y: at.y + (0.9 * score.y) / longest });
  return [
    { from: at, to: to(prior), color: 'prior' },
    { from: at, to: to(added), color: 'likelihood' },
    { from: at, to: to(sum), color: 'posterior' },
  ];
}
