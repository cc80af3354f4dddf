import { BLOCK } from './block-dct.ts';
import type { Plane } from './jpeg-planes.ts';

/** How the noise of a picture, of variance 1, reaches the values of one of its planes. */
export interface NoiseSpread {
  /** Variance of each of the 64 coefficients of a block, row by row. */
  readonly coefficients: Float64Array;
  /** Variance of a sample of the plane. */
  readonly pixel: number;
}

/**
 * White noise gives all coefficients the same variance, that of the means over `across` × `down` pixels. Grain has the
 * autocorrelation of white noise through a Gaussian, e^(−d²/4s²), and is in the low coefficients.
 * @param grain  s in pixels of the picture; undefined: white.
 */
export function noiseSpread({ across, down }: Pick<Plane, 'across' | 'down'>, grain: number | undefined): NoiseSpread {
  if (grain === undefined) {
    const variance = 1 / (across * down);
    return { coefficients: new Float64Array(BLOCK * BLOCK).fill(variance), pixel: variance };
  }
  const vertical = lineSpread(grain, down);
  const horizontal = lineSpread(grain, across);
  const coefficients = Float64Array.from(
    { length: BLOCK * BLOCK },
    (_, k) => vertical.coefficients[Math.floor(k / BLOCK)] * horizontal.coefficients[k % BLOCK],
  );
  return { coefficients, pixel: vertical.pixel * horizontal.pixel };
}

/** The same along one axis, of means over `factor` pixels. */
function lineSpread(size: number, factor: number): { coefficients: number[]; pixel: number } {
  const correlation = (distance: number): number => {
    let sum = 0;
    for (let a = 0; a < factor; a++) {
      for (let b = 0; b < factor; b++) sum += Math.exp(-((factor * distance + a - b) ** 2) / (4 * size ** 2));
    }
    return sum / factor ** 2;
  };
  const line = Array.from({ length: BLOCK }, (_, distance) => correlation(distance));
  const coefficients = line.map((_, u) => {
    const basis = line.map((_value, i) => {
      const norm = Math.sqrt((u === 0 ? 1 : 2) / BLOCK);
      return norm * Math.cos((Math.PI * u * (i + 0.5)) / BLOCK);
    });
    let variance = 0;
    basis.forEach((a, i) => basis.forEach((b, j) => (variance += a * b * line[Math.abs(i - j)])));
    return Math.max(variance, 0);
  });
  return { coefficients, pixel: line[0] };
}
