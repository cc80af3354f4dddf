import type { Point } from '../canvas/geometry.ts';
import { fingersAngle, normalAngle, pinch, turnTo, type View } from '../canvas/view-transform.ts';

/** Degrees that two fingers twist before the view turns with them: nobody pinches quite straight. */
const FREE_TWIST = 12;
/** Degrees from a right angle that count as one when the fingers are lifted. */
const SNAP = 5;

/** Two fingers on a canvas: they move, zoom and turn its view. */
export class FingerPair {
  readonly #fingers = new Map<number, Point>();
  /** How far they have twisted, degrees. */
  #twist = 0;
  #isTurning = false;

  /** How many fingers lie on the canvas. */
  get count(): number {
    return this.#fingers.size;
  }

  has(id: number): boolean {
    return this.#fingers.has(id);
  }

  /** @param at  CSS pixels of the canvas. */
  down(id: number, at: Point): void {
    this.#fingers.set(id, at);
    this.#twist = 0;
    this.#isTurning = false;
  }

  /** @returns the view that a finger's move makes of the one that is shown: the same unless there are two fingers. */
  move(id: number, at: Point, view: View): View {
    if (!this.#fingers.has(id)) return view;
    const before = this.#points();
    this.#fingers.set(id, at);
    if (before.length !== 2) return view;
    const after = this.#points() as [Point, Point];
    const pinched = pinch(view, before as [Point, Point], after);
    const twist = normalAngle(fingersAngle(after) - fingersAngle(before as [Point, Point]));
    this.#twist += twist;
    this.#isTurning ||= Math.abs(this.#twist) > FREE_TWIST;
    return this.#isTurning ? turnTo(pinched, pinched.angle + twist, middleOf(after)) : pinched;
  }

  /** @returns the view as it stays, where the last move of two has turned it nearly to a right angle. */
  up(id: number, view: View): View {
    const points = this.#points();
    if (!this.#fingers.delete(id) || points.length !== 2 || !this.#isTurning) return view;
    const right = Math.round(view.angle / 90) * 90;
    return Math.abs(view.angle - right) < SNAP ? turnTo(view, right, middleOf(points as [Point, Point])) : view;
  }

  #points(): Point[] {
    return [...this.#fingers.values()];
  }
}

function middleOf([a, b]: readonly [Point, Point]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
