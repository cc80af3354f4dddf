import type { Sde } from '../../../src-main/sampling/sde.ts';
import type { ScoreModel } from '../../../src-main/score-matching/score-model.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { densityAt, drawFrom, knowledgeAt, type Mixture } from '../theory/mixture.ts';

/** Where the density is so much of its highest value, the last bin all that is less. */
export const DENSITY_BINS = [0.1, 0.01, 0.001, 0] as const;

const GRID = 48;
const RADIUS = 1.8;
const PER_LEVEL = 200;

/** Error of a score, ‖ŝ − s‖/‖s‖ by root mean squares over the points of the plane in each of `DENSITY_BINS`. */
export function errorByDensity(model: ScoreModel, mixture: Mixture, sigma: number): number[] {
  const points = new Float64Array(2 * GRID * GRID);
  for (let n = 0; n < GRID * GRID; n++) {
    points[2 * n] = RADIUS * ((2 * ((n % GRID) + 0.5)) / GRID - 1);
    points[2 * n + 1] = RADIUS * ((2 * (Math.floor(n / GRID) + 0.5)) / GRID - 1);
  }
  const densities = Array.from({ length: GRID * GRID }, (_, n) =>
    densityAt(mixture, points[2 * n], points[2 * n + 1], sigma),
  );
  const top = densities.reduce((a, b) => Math.max(a, b), 0);
  const { scores } = model.pass(points, new Float64Array(GRID * GRID).fill(sigma));
  const errors = DENSITY_BINS.map(() => 0);
  const sizes = DENSITY_BINS.map(() => 0);
  densities.forEach((density, n) => {
    const bin = DENSITY_BINS.findIndex((share) => density >= share * top);
    const { score } = knowledgeAt(mixture, { x: points[2 * n], y: points[2 * n + 1] }, sigma);
    errors[bin] += (scores[2 * n] - score.x) ** 2 + (scores[2 * n + 1] - score.y) ** 2;
    sizes[bin] += score.x ** 2 + score.y ** 2;
  });
  return errors.map((error, bin) => Math.sqrt(error / sizes[bin]));
}

/** Mean of ‖ŝ − s‖² and of ‖s‖² over samples of p_σ. */
function meanSquares(model: ScoreModel, mixture: Mixture, sigma: number): { error: number; size: number } {
  const random = new RandomGenerator(1, Math.round(1e6 * sigma));
  const points = new Float64Array(2 * PER_LEVEL);
  for (let n = 0; n < PER_LEVEL; n++) {
    const { x, y } = drawFrom(mixture, random);
    points.set([x + sigma * random.normal(), y + sigma * random.normal()], 2 * n);
  }
  const { scores } = model.pass(points, new Float64Array(PER_LEVEL).fill(sigma));
  let [error, size] = [0, 0];
  for (let n = 0; n < PER_LEVEL; n++) {
    const { score } = knowledgeAt(mixture, { x: points[2 * n], y: points[2 * n + 1] }, sigma);
    error += ((scores[2 * n] - score.x) ** 2 + (scores[2 * n + 1] - score.y) ** 2) / PER_LEVEL;
    size += (score.x ** 2 + score.y ** 2) / PER_LEVEL;
  }
  return { error, size };
}

/** Relative error of the score where the points of each level are, ‖ŝ − s‖/‖s‖ by root mean squares. */
export function errorByLevel(model: ScoreModel, mixture: Mixture, sigmas: readonly number[]): number[] {
  return sigmas.map((sigma) => {
    const { error, size } = meanSquares(model, mixture, sigma);
    return Math.sqrt(error / size);
  });
}

/**
 * ½ ∫ g² E‖ŝ − ∇ log p(x̃)‖² dt, which together with KL(p_T ‖ π) bounds the Kullback–Leibler divergence of data and
 * model (Song, Durkan, Murray & Ermon 2021, theorem 1), in nats; by the midpoint rule in t.
 */
export function klBound(model: ScoreModel, mixture: Mixture, sde: Sde, tMin: number, intervals = 40): number {
  const dt = (sde.tMax - tMin) / intervals;
  let sum = 0;
  for (let i = 0; i < intervals; i++) {
    const t = tMin + (i + 0.5) * dt;
    const { error } = meanSquares(model, mixture, sde.sigma(t));
    sum += (sde.diffusion2(t) / sde.alpha(t) ** 2) * error * dt;
  }
  return sum / 2;
}
