import type { Sde } from '../../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { marginal } from './forward-walk.ts';
import { drawFrom, type Mixture } from './mixture.ts';
import type { Walk, WalkFrame, WalkOptions } from './walk.ts';

/**
 * Discrete chains: `smld` xᵢ = xᵢ₋₁ + √(σᵢ² − σᵢ₋₁²) z of score matching with Langevin dynamics, `ddpm`
 * xᵢ = √(1 − βᵢ) xᵢ₋₁ + √βᵢ z of denoising diffusion models.
 */
export type ChainName = 'smld' | 'ddpm';

export interface ChainOptions extends WalkOptions {
  readonly chain: ChainName;
  /** What the chain becomes with ever more links: VE of SMLD, VP of DDPM (Song et al. 2021, appendix B). */
  readonly sde: Sde;
  /** N. */
  readonly links: number;
}

/** What a link does to a point: keep·x + push·z. */
export interface Link {
  readonly keep: number;
  readonly push: number;
}

/** Link i = 1…N between the times (i − 1)/N and i/N; βᵢ = β(i/N)/N as published, at most 1. */
export function linkOf(chain: ChainName, sde: Sde, links: number, i: number): Link {
  const t = (sde.tMax * i) / links;
  if (chain === 'ddpm') {
    const beta = Math.min(1, (sde.diffusion2(t) * sde.tMax) / links);
    return { keep: Math.sqrt(1 - beta), push: Math.sqrt(beta) };
  }
  const before = i === 1 ? 0 : sde.sigma((sde.tMax * (i - 1)) / links);
  return { keep: 1, push: Math.sqrt(sde.sigma(t) ** 2 - before ** 2) };
}

/** Scale and noise of x after all links, x_N = α x0 + s z, of the chain itself. */
export function chainEnd(chain: ChainName, sde: Sde, links: number): { alpha: number; std: number } {
  let [alpha, variance] = [1, 0];
  for (let i = 1; i <= links; i++) {
    const { keep, push } = linkOf(chain, sde, links, i);
    alpha *= keep;
    variance = keep ** 2 * variance + push ** 2;
  }
  return { alpha, std: Math.sqrt(variance) };
}

/** Walks the chain from clean pictures; the exact law beside it is that of the SDE at the same time. */
export async function* chainWalk(mixture: Mixture, { chain, sde, links, count, seed }: ChainOptions): Walk {
  const random = BatchRandom.seeded(seed, count);
  let points = new Float32Array(2 * count);
  random.generators.forEach((generator, n) => {
    const { x, y } = drawFrom(mixture, generator);
    points.set([x, y], 2 * n);
  });
  for (let step = 0; ; step++) {
    const time = (sde.tMax * step) / links;
    const sigma = step === 0 ? 0 : sde.sigma(time);
    const alpha = step === 0 ? 1 : sde.alpha(time);
    const frame: WalkFrame = { step, steps: links, sigma, time, points, alpha, exact: marginal(mixture, alpha, sigma) };
    yield frame;
    if (step === links) return;
    const { keep, push } = linkOf(chain, sde, links, step + 1);
    const noise = random.normal([count, 1, 1, 2]).data;
    points = points.map((value, i) => keep * value + push * noise[i]);
  }
}
