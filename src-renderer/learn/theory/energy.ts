import type { Denoiser } from '../../../src-main/sampling/sampler.ts';
import { zeros } from '../../../src-main/tensor/tensor.ts';
import { densityAt, knowledgeAt, type Mixture, type Point } from './mixture.ts';
import type { Moments } from './moments.ts';

/** An energy E = −log p_σ/T + c of pictures, whose density is exp(−E)/Z. */
export interface EnergyShape {
  readonly sigma: number;
  /** T > 0: above 1 flatter, below steeper. */
  readonly temperature: number;
  /** c, which nobody can see in the density. */
  readonly constant: number;
}

/** Energy, its density and its score −∇E at a point; `logPartition` of the same energy. */
export function energyAt(mixture: Mixture, point: Point, shape: EnergyShape, logPartition: number) {
  const { logDensity, score } = knowledgeAt(mixture, point, shape.sigma);
  const energy = shape.constant - logDensity / shape.temperature;
  return {
    energy,
    logDensity: -energy - logPartition,
    score: { x: score.x / shape.temperature, y: score.y / shape.temperature },
  };
}

/** Cells of a side of the grid that integrals are taken on, and half of its width. */
const CELLS = 100;
const HALF = 4;

/** log Z, Z = ∫ exp(−E), and the moments of exp(−E)/Z, by the midpoint rule: CELLS² energies for two pixels. */
export function integrateEnergy(
  mixture: Mixture,
  { sigma, temperature, constant }: EnergyShape,
): { logPartition: number; moments: Moments; evaluations: number } {
  const cell = (2 * HALF) / CELLS;
  const at = (i: number): number => cell * (i + 0.5) - HALF;
  let [sum, mx, my, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const [x, y] = [at(column), at(row)];
      // Without exp(−c), which would overflow for large constants and comes back below.
      const weight = densityAt(mixture, x, y, sigma) ** (1 / temperature);
      sum += weight;
      mx += weight * x;
      my += weight * y;
      xx += weight * x * x;
      xy += weight * x * y;
      yy += weight * y * y;
    }
  }
  const mean = { x: mx / sum, y: my / sum };
  return {
    logPartition: Math.log(sum * cell * cell) - constant,
    moments: {
      mean,
      covariance: { xx: xx / sum - mean.x ** 2, xy: xy / sum - mean.x * mean.y, yy: yy / sum - mean.y ** 2 },
    },
    evaluations: CELLS * CELLS,
  };
}

/** The score of exp(−E)/Z as a denoiser, x + σ² score: neither c nor Z is in it. */
export function energyDenoiser(mixture: Mixture, { sigma, temperature }: EnergyShape): Denoiser {
  return async (x) => {
    const denoised = zeros(x.shape);
    for (let n = 0; n < x.data.length / 2; n++) {
      const { score } = knowledgeAt(mixture, { x: x.data[2 * n], y: x.data[2 * n + 1] }, sigma);
      denoised.data[2 * n] = x.data[2 * n] + (sigma ** 2 / temperature) * score.x;
      denoised.data[2 * n + 1] = x.data[2 * n + 1] + (sigma ** 2 / temperature) * score.y;
    }
    return { denoised };
  };
}
