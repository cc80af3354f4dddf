import { LangevinError } from '../errors.ts';
import { compose } from '../operators/compose.ts';
import { FanBeamOperator, fanGeometry } from '../operators/fan-beam.ts';
import { fanBackProjection } from '../operators/fan-fbp.ts';
import { filteredBackProjection } from '../operators/fbp.ts';
import { MaskOperator } from '../operators/mask.ts';
import { simulate } from '../operators/measure.ts';
import type { LinearOperator } from '../operators/operator.ts';
import { radonGeometry } from '../operators/radon-geometry.ts';
import { RadonOperator } from '../operators/radon.ts';
import { BatchRandom } from '../tensor/random.ts';
import type { ImageShape, Tensor } from '../tensor/tensor.ts';
import { attenuationOf, PARALLEL, type Beam, type Scan, type Slice } from './scan.ts';
import { insideDisk } from './slice-quality.ts';

/** Conjugate gradients inside a step: the next step corrects what is left. */
const LIMITS = { tolerance: 1e-3, maxIterations: 10 };
/** HU of what lies outside of the disk that the scanner sees. */
const AIR = -1000;

/** The scanner: projections of a square picture, of which only the inscribed disk is not air. */
export interface Scanner {
  /** Projections of the disk alone. */
  readonly disk: LinearOperator;
  /** 1 outside of the disk, side × side. */
  readonly outside: Uint8Array;
  /** The classical reconstruction of a sinogram, [1, 1, views, detectors] ↦ [1, 1, side, side], by a Hann window. */
  readonly backProject: (sinogram: Tensor) => Tensor;
}

/** @throws invalid-argument for a source inside of the picture. */
export function createScanner({ side, angles, detectors, beam }: Omit<Scan, 'data' | 'noise'>): Scanner {
  const shape: ImageShape = [1, side, side];
  const outside = new Uint8Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) if (!insideDisk(i, j, side)) outside[i * side + j] = 1;
  }
  const { rays, backProject } = raysOf(shape, angles, detectors, beam);
  return { disk: compose(rays, new MaskOperator(shape, outside), LIMITS), outside, backProject };
}

function raysOf(
  shape: ImageShape,
  views: readonly number[],
  detectors: number,
  { sourceAxis, detectorSpacing }: Beam,
): { readonly rays: LinearOperator; readonly backProject: Scanner['backProject'] } {
  const angles = [...views];
  if (sourceAxis === undefined) {
    const radon = new RadonOperator(shape, radonGeometry(shape, { angles, detectors, detectorSpacing }), LIMITS);
    return { rays: radon, backProject: (sinogram) => filteredBackProjection(radon, sinogram, 'hann') };
  }
  const fan = new FanBeamOperator(
    shape,
    fanGeometry(shape, { angles, detectors, sourceAxis, detectorSpacing }),
    LIMITS,
  );
  return { rays: fan, backProject: (sinogram) => fanBackProjection(fan, sinogram, 'hann') };
}

/** `views` directions, the first at 0°: parallel ones over 180°, the sources of fans over the full turn. */
export function equalAngles(views: number, { sourceAxis }: Beam = PARALLEL): number[] {
  const turn = sourceAxis === undefined ? 180 : 360;
  return Array.from({ length: views }, (_, i) => (i * turn) / views);
}

/** Rounding may not cost a pixel. */
const ROUNDING = 1e-6;

/** The largest slice, in pixels, whose inscribed disk so many detector elements see. */
export function sideSeen(detectors: number, { sourceAxis = Infinity, detectorSpacing }: Beam): number {
  const half = (detectors * detectorSpacing) / 2;
  return Math.max(1, Math.floor((2 * half) / Math.hypot(1, half / sourceAxis) + ROUNDING));
}

/** How many detector elements see the inscribed disk of a slice. */
function elementsFor(side: number, { sourceAxis = Infinity, detectorSpacing }: Beam): number {
  const tangent = 1 - (side / 2 / sourceAxis) ** 2;
  // A source inside of the disk is refused with the geometry.
  return Math.ceil(side / Math.sqrt(Math.max(tangent, 0.5)) / detectorSpacing - ROUNDING);
}

/**
 * Scans a slice: views of as many detector elements as see the inscribed disk, what lies outside of it taken as air.
 * @param noise  standard deviation of the added noise, pixels of water.
 * @throws invalid-shape unless the slice is square; invalid-argument for a source inside of it.
 */
export function scanSlice(
  slice: Slice,
  angles: readonly number[],
  noise: number,
  seed: number,
  beam: Beam = PARALLEL,
): Scan {
  assertSquare(slice);
  const { width: side } = slice;
  const detectors = elementsFor(side, beam);
  const { disk } = createScanner({ side, angles, detectors, beam });
  const attenuation = { shape: [1, 1, side, side] as const, data: slice.data.map(attenuationOf) };
  const { data } = simulate(disk, attenuation, noise, BatchRandom.seeded(seed, 1));
  return { angles, detectors, data, noise, beam, side };
}

/** Filtered back-projection (Hann) in HU, air outside of the disk that the scanner sees. */
export function backProjected({ data, side, detectors, angles }: Scan, { backProject, outside }: Scanner): Slice {
  const image = backProject({ shape: [1, 1, angles.length, detectors], data });
  return {
    width: side,
    height: side,
    data: image.data.map((attenuation, i) => (outside[i] ? AIR : 1000 * attenuation - 1000)),
  };
}

export function assertSquare({ width, height }: Slice): void {
  if (width !== height) {
    throw new LangevinError(
      'invalid-shape',
      `A slice must be square, but this one is ${width} × ${height}; crop it or fill it up with air (−1000 HU).`,
    );
  }
}
