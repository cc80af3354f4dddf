/** Distance, in pixels, under which two centres have no direction from one to the other. */
export const SAME_PLACE = 1e-6;

/** The convex hull of two circles, cut by horizontal lines. Circles of negative radius are empty. */
export class TwoCircleHull {
  left = 0;
  right = 0;
  readonly #circles: readonly (readonly [x: number, y: number, radius: number])[];
  /** The corners where the common tangents touch, around the hull. */
  readonly #sides: readonly (readonly [x: number, y: number])[];

  constructor(ax: number, ay: number, ra: number, bx: number, by: number, rb: number) {
    this.#circles = [
      [ax, ay, ra],
      [bx, by, rb],
    ];
    const length = Math.hypot(bx - ax, by - ay);
    const sine = (ra - rb) / length;
    if (ra < 0 || rb < 0 || length <= SAME_PLACE || Math.abs(sine) >= 1) {
      this.#sides = [];
      return;
    }
    const cosine = Math.sqrt(1 - sine * sine);
    const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
    const [leftX, leftY] = [ux * sine - uy * cosine, uy * sine + ux * cosine];
    const [rightX, rightY] = [ux * sine + uy * cosine, uy * sine - ux * cosine];
    this.#sides = [
      [ax + ra * leftX, ay + ra * leftY],
      [bx + rb * leftX, by + rb * leftY],
      [bx + rb * rightX, by + rb * rightY],
      [ax + ra * rightX, ay + ra * rightY],
    ];
  }

  /** Sets `left` and `right` to where the line at `y` enters and leaves; false when it misses. */
  cutAt(y: number): boolean {
    this.left = Infinity;
    this.right = -Infinity;
    for (const [cx, cy, radius] of this.#circles) {
      const square = radius * radius - (y - cy) * (y - cy);
      if (radius < 0 || square < 0) continue;
      const half = Math.sqrt(square);
      this.#include(cx - half);
      this.#include(cx + half);
    }
    for (let i = 0; i < this.#sides.length; i++) {
      const [x0, y0] = this.#sides[i];
      const [x1, y1] = this.#sides[(i + 1) % this.#sides.length];
      if (y < Math.min(y0, y1) || y > Math.max(y0, y1) || y0 === y1) continue;
      this.#include(x0 + ((x1 - x0) * (y - y0)) / (y1 - y0));
    }
    return this.left <= this.right;
  }

  #include(x: number): void {
    if (x < this.left) this.left = x;
    if (x > this.right) this.right = x;
  }
}
