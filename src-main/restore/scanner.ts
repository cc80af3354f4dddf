import { LangevinError } from '../errors.ts';
import { compose } from '../operators/compose.ts';
import { MaskOperator } from '../operators/mask.ts';
import { simulate } from '../operators/measure.ts';
import type { LinearOperator } from '../operators/operator.ts';
import { radonGeometry } from '../operators/radon-geometry.ts';
import { RadonOperator } from '../operators/radon.ts';
import { BatchRandom } from '../tensor/random.ts';
import type { ImageShape } from '../tensor/tensor.ts';
import { attenuationOf, type Scan, type Slice } from './scan.ts';
import { insideDisk } from './slice-quality.ts';

/** Conjugate gradients inside a step: the next step corrects what is left. */
const LIMITS = { tolerance: 1e-3, maxIterations: 10 };

/** The scanner: projections of a square picture of `side` pixels, of which only the inscribed disk is not air. */
export interface Scanner {
  readonly radon: RadonOperator;
  /** Projections of the disk alone. */
  readonly disk: LinearOperator;
  /** 1 outside of the disk, side × side. */
  readonly outside: Uint8Array;
}

export function createScanner(side: number, angles: readonly number[], detectors: number): Scanner {
  const shape: ImageShape = [1, side, side];
  const radon = new RadonOperator(shape, radonGeometry(shape, { angles: [...angles], detectors }), LIMITS);
  const outside = new Uint8Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) if (!insideDisk(i, j, side)) outside[i * side + j] = 1;
  }
  return { radon, disk: compose(radon, new MaskOperator(shape, outside), LIMITS), outside };
}

/** `views` directions over 180°, the first at 0°. */
export function equalAngles(views: number): number[] {
  return Array.from({ length: views }, (_, i) => (i * 180) / views);
}

/**
 * Scans a slice: parallel views with as many detector elements as pixels in a row, what lies outside of the inscribed
 * disk taken as air.
 * @param noise  standard deviation of the added noise, pixels of water.
 * @throws invalid-shape unless the slice is square.
 */
export function scanSlice(slice: Slice, angles: readonly number[], noise: number, seed: number): Scan {
  assertSquare(slice);
  const { width: side } = slice;
  const { disk } = createScanner(side, angles, side);
  const attenuation = { shape: [1, 1, side, side] as const, data: slice.data.map(attenuationOf) };
  const { data } = simulate(disk, attenuation, noise, BatchRandom.seeded(seed, 1));
  return { angles, detectors: side, data, noise };
}

export function assertSquare({ width, height }: Slice): void {
  if (width !== height) {
    throw new LangevinError(
      'invalid-shape',
      `A slice must be square, but this one is ${width} × ${height}; crop it or fill it up with air (−1000 HU).`,
    );
  }
}
