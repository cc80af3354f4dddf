import type { Covariance, Point } from './mixture.ts';

export interface Moments {
  readonly mean: Point;
  readonly covariance: Covariance;
}

/** Mean and covariance of points x₀, y₀, x₁, y₁ …; those that are not finite make both not a number. */
export function sampleMoments(points: ArrayLike<number>): Moments {
  const count = points.length / 2;
  let [mx, my] = [0, 0];
  for (let i = 0; i < points.length; i += 2) {
    mx += points[i] / count;
    my += points[i + 1] / count;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    const [dx, dy] = [points[i] - mx, points[i + 1] - my];
    xx += (dx * dx) / (count - 1);
    xy += (dx * dy) / (count - 1);
    yy += (dy * dy) / (count - 1);
  }
  return { mean: { x: mx, y: my }, covariance: { xx, xy, yy } };
}

/** How far `found` is from `exact`. */
export interface MomentError {
  /** ‖m − μ‖. */
  readonly mean: number;
  /** ‖S − Σ‖/‖Σ‖ by Frobenius norms. */
  readonly covariance: number;
}

export function momentError(found: Moments, exact: Moments): MomentError {
  const difference = {
    xx: found.covariance.xx - exact.covariance.xx,
    xy: found.covariance.xy - exact.covariance.xy,
    yy: found.covariance.yy - exact.covariance.yy,
  };
  return {
    mean: Math.hypot(found.mean.x - exact.mean.x, found.mean.y - exact.mean.y),
    covariance: frobenius(difference) / frobenius(exact.covariance),
  };
}

function frobenius({ xx, xy, yy }: Covariance): number {
  return Math.sqrt(xx * xx + 2 * xy * xy + yy * yy);
}
