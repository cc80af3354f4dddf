import type { RandomGenerator } from '../../../src-main/tensor/random.ts';

/** A symmetric 2 × 2 matrix. */
export interface Covariance {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** Brightness of the two pixels of a picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Component {
  readonly weight: number;
  readonly mean: Point;
  readonly covariance: Covariance;
}

/** x0 ~ Σ wₖ N(μₖ, Σₖ) on pictures of two pixels; weights are positive and sum to 1. */
export type Mixture = readonly Component[];

/** What is known of a noisy picture x = x0 + σ z. */
export interface Knowledge {
  /** log p_σ(x). */
  readonly logDensity: number;
  /** ∇ log p_σ(x). */
  readonly score: Point;
  /** D = E[x0 | x] = x + σ² score (Tweedie). */
  readonly denoised: Point;
  /** Cov[x0 | x] = σ² ∂D/∂x, symmetric. */
  readonly spread: Covariance;
}

/** Σ of a component from the lengths of its axes and the direction of the first, in degrees. */
export function covarianceOf(axes: readonly [number, number], degrees = 0): Covariance {
  const [a, b] = [axes[0] ** 2, axes[1] ** 2];
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return { xx: a * c * c + b * s * s, xy: (a - b) * c * s, yy: a * s * s + b * c * c };
}

/**
 * Density, score and denoiser of the mixture with noise of standard deviation `sigma` > 0, in closed form: with
 * Cₖ = Σₖ + σ² I, rₖ ∝ wₖ N(x; μₖ, Cₖ), gₖ = −Cₖ⁻¹(x − μₖ), Dₖ = x + σ² gₖ and Vₖ = σ² Σₖ Cₖ⁻¹,
 *
 *     score = Σ rₖ gₖ,    Cov[x0 | x] = Σ rₖ (Vₖ + DₖDₖᵀ) − D Dᵀ
 */
export function knowledgeAt(mixture: Mixture, point: Point, sigma: number): Knowledge {
  const s2 = sigma * sigma;
  const parts = mixture.map((component) => partAt(component, point, s2));
  const top = parts.reduce((max, part) => Math.max(max, part.logJoint), -Infinity);
  let total = 0;
  let [gx, gy] = [0, 0];
  let [xx, xy, yy] = [0, 0, 0];
  for (const { logJoint, gradient, spread } of parts) {
    const share = Math.exp(logJoint - top);
    total += share;
    gx += share * gradient.x;
    gy += share * gradient.y;
    const [ox, oy] = [s2 * gradient.x, s2 * gradient.y];
    xx += share * (spread.xx + ox * ox);
    xy += share * (spread.xy + ox * oy);
    yy += share * (spread.yy + oy * oy);
  }
  gx /= total;
  gy /= total;
  return {
    logDensity: top + Math.log(total),
    score: { x: gx, y: gy },
    denoised: { x: point.x + s2 * gx, y: point.y + s2 * gy },
    spread: {
      xx: xx / total - s2 * gx * s2 * gx,
      xy: xy / total - s2 * gx * s2 * gy,
      yy: yy / total - s2 * gy * s2 * gy,
    },
  };
}

/** p_σ(x) alone, for pictures of the density. */
export function densityAt(mixture: Mixture, x: number, y: number, sigma: number): number {
  const s2 = sigma * sigma;
  let sum = 0;
  for (const { weight, mean, covariance } of mixture) {
    const [a, b, d] = [covariance.xx + s2, covariance.xy, covariance.yy + s2];
    const determinant = a * d - b * b;
    const [dx, dy] = [x - mean.x, y - mean.y];
    const distance = (d * dx * dx - 2 * b * dx * dy + a * dy * dy) / determinant;
    sum += (weight * Math.exp(-distance / 2)) / (2 * Math.PI * Math.sqrt(determinant));
  }
  return sum;
}

/** Mean and covariance of p_σ. */
export function momentsOf(mixture: Mixture, sigma = 0): { mean: Point; covariance: Covariance } {
  let [mx, my, xx, xy, yy] = [0, 0, sigma * sigma, 0, sigma * sigma];
  for (const { weight, mean, covariance } of mixture) {
    mx += weight * mean.x;
    my += weight * mean.y;
    xx += weight * (covariance.xx + mean.x * mean.x);
    xy += weight * (covariance.xy + mean.x * mean.y);
    yy += weight * (covariance.yy + mean.y * mean.y);
  }
  return { mean: { x: mx, y: my }, covariance: { xx: xx - mx * mx, xy: xy - mx * my, yy: yy - my * my } };
}

/** A clean picture drawn from the mixture. */
export function drawFrom(mixture: Mixture, random: RandomGenerator): Point {
  let left = random.uniform();
  let k = 0;
  while (k < mixture.length - 1 && left >= mixture[k].weight) left -= mixture[k++].weight;
  const { mean, covariance } = mixture[k];
  // Cholesky factor of the covariance.
  const first = Math.sqrt(covariance.xx);
  const along = first > 0 ? covariance.xy / first : 0;
  const second = Math.sqrt(Math.max(0, covariance.yy - along * along));
  const [u, v] = [random.normal(), random.normal()];
  return { x: mean.x + first * u, y: mean.y + along * u + second * v };
}

/** One component's log wₖ N(x; μₖ, Cₖ), gₖ and Vₖ. */
function partAt({ weight, mean, covariance }: Component, point: Point, s2: number) {
  const { xx, xy, yy } = covariance;
  const [a, d] = [xx + s2, yy + s2];
  const determinant = a * d - xy * xy;
  const [dx, dy] = [point.x - mean.x, point.y - mean.y];
  const gradient = { x: -(d * dx - xy * dy) / determinant, y: -(a * dy - xy * dx) / determinant };
  const logJoint =
    Math.log(weight) + (gradient.x * dx + gradient.y * dy) / 2 - Math.log(2 * Math.PI) - Math.log(determinant) / 2;
  const factor = s2 / determinant;
  return {
    logJoint,
    gradient,
    spread: {
      xx: factor * (xx * d - xy * xy),
      xy: factor * xy * s2,
      yy: factor * (yy * a - xy * xy),
    },
  };
}
