import type { Sde } from '../../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { drawFrom, momentsOf, type Mixture } from './mixture.ts';
import type { Walk, WalkOptions } from './walk.ts';
import type { Moments } from './moments.ts';

export interface ForwardOptions extends WalkOptions {
  readonly sde: Sde;
  readonly steps: number;
}

/**
 * The forward SDE dx̃ = f x̃ dt + g dw of clean pictures by Euler–Maruyama in equal steps of t, each with f and g² at its
 * middle. The exact marginal beside it is that of α x0 + α σ z (Song et al. 2021, eq. 29 and its likes).
 */
export async function* forwardWalk(mixture: Mixture, { sde, steps, count, seed }: ForwardOptions): Walk {
  const random = BatchRandom.seeded(seed, count);
  let points = new Float32Array(2 * count);
  random.generators.forEach((generator, n) => {
    const { x, y } = drawFrom(mixture, generator);
    points.set([x, y], 2 * n);
  });
  const dt = sde.tMax / steps;
  for (let step = 0; ; step++) {
    const time = step * dt;
    // Clean pictures are those of t = 0; σ(0) of the variance-exploding SDE is not quite 0.
    const sigma = step === 0 ? 0 : sde.sigma(time);
    const alpha = step === 0 ? 1 : sde.alpha(time);
    yield { step, steps, sigma, time, points, alpha, exact: marginal(mixture, alpha, sigma) };
    if (step === steps) return;
    const middle = time + dt / 2;
    const keep = 1 + sde.drift(middle) * dt;
    const push = Math.sqrt(sde.diffusion2(middle) * dt);
    const noise = random.normal([count, 1, 1, 2]).data;
    points = points.map((value, i) => keep * value + push * noise[i]);
  }
}

/** Moments of α x0 + α σ z. */
export function marginal(mixture: Mixture, alpha: number, sigma: number): Moments {
  const { mean, covariance } = momentsOf(mixture, sigma);
  const a2 = alpha * alpha;
  return {
    mean: { x: alpha * mean.x, y: alpha * mean.y },
    covariance: { xx: a2 * covariance.xx, xy: a2 * covariance.xy, yy: a2 * covariance.yy },
  };
}
