/** How the views of a fan share the rays that are measured twice. */
export interface FanWeights {
  /** The part of the turn that each view stands for, radians. */
  readonly turn: Float64Array;
  /** Share of the measurement that the ray of view v at the angle γ from its middle counts with. */
  readonly share: (view: number, gamma: number) => number;
}

/** A gap between views that is so many times the usual one is not measured. */
const GAP = 3;

/**
 * Weights of views in any order. Over the full turn each ray is measured from both of its ends and counts half. Over
 * less, the weights are Parker's (1982) with the excess over a half turn shared evenly (Silver 2000), smooth so that they
 * make no streaks; less than a half turn and the fan leaves directions unmeasured, which nothing here can mend.
 */
export function fanWeights(angles: readonly number[]): FanWeights {
  const n = angles.length;
  const turn = new Float64Array(n);
  const place = angles.map((angle) => (((angle % 360) + 360) % 360) * (Math.PI / 180));
  const order = place.map((_, i) => i).sort((a, b) => place[a] - place[b] || a - b);
  const gaps = order.map((at, i) => (i + 1 < n ? place[order[i + 1]] : place[order[0]] + 2 * Math.PI) - place[at]);
  const distinct = gaps.filter((gap) => gap > 1e-9).sort((a, b) => a - b);
  const usual = distinct[Math.floor((distinct.length - 1) / 2)];
  const widest = gaps.indexOf(Math.max(...gaps));
  const isFull = gaps[widest] <= GAP * usual;
  const counted = gaps.map((gap) => Math.min(gap, isFull ? gap : GAP * usual));
  if (!isFull) counted[widest] = usual;
  order.forEach((at, i) => (turn[at] = (counted[(i + n - 1) % n] + counted[i]) / 2));
  if (isFull) return { turn, share: () => 0.5 };

  const start = place[order[(widest + 1) % n]];
  const arc = 2 * Math.PI - gaps[widest] + usual;
  const excess = Math.max(0, (arc - Math.PI) / 2);
  const beta = place.map((angle) => ((angle - start + 4 * Math.PI) % (2 * Math.PI)) + usual / 2);
  return { turn, share: (view, gamma) => parker(beta[view], gamma, excess) };
}

/** Parker's weight of the ray at β ∈ [0, π + 2·excess], γ; those of a ray and of the same from its other end add up to 1. */
function parker(beta: number, gamma: number, excess: number): number {
  if (beta < 2 * (excess - gamma)) return Math.sin((Math.PI / 4) * (beta / (excess - gamma))) ** 2;
  const left = Math.PI + 2 * excess - beta;
  if (left < 2 * (excess + gamma)) return Math.sin((Math.PI / 4) * (Math.max(0, left) / (excess + gamma))) ** 2;
  return 1;
}
