/** A CT slice: Hounsfield units, row by row. */
export interface Slice {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** How the rays of a view run, in pixels of the slice. */
export interface Beam {
  /** Distance of the source from the axis, for fans as in `FanGeometry`; absent: rays are parallel. */
  readonly sourceAxis?: number | undefined;
  /** Distance between detector elements, of fans as seen on the axis. */
  readonly detectorSpacing: number;
}

/** Parallel rays, as far apart as the pixels. */
export const PARALLEL: Beam = { detectorSpacing: 1 };

/** A sinogram and where its views were taken. */
export interface Scan {
  /** Degrees; one view each, directions and signs as in `RadonGeometry` and `FanGeometry`. */
  readonly angles: readonly number[];
  /** Elements of a view, the axis in their middle. */
  readonly detectors: number;
  /**
   * angles × detectors: line integrals of μ/μ_water, in pixels; what a ray would travel in water. Air gives 0.
   */
  readonly data: Float32Array;
  /** Standard deviation of the noise of `data`, in its unit. */
  readonly noise: number;
  readonly beam: Beam;
  /** Pixels in a row of the slice, whose inscribed disk the views see. */
  readonly side: number;
}

/** Attenuation relative to water, of which line integrals are taken: −1000 HU (air) ↦ 0, 0 HU (water) ↦ 1. */
export function attenuationOf(hounsfield: number): number {
  return (hounsfield + 1000) / 1000;
}

/** The window of the shipped CT network: −1024 HU is −1, 2000 HU is 1. Black and white of slices stored as pictures. */
export const LOWEST_HU = -1024;
export const HIGHEST_HU = 2000;

/** HU → [−1, 1]. */
export function networkValue(hounsfield: number): number {
  return (2 * (hounsfield - LOWEST_HU)) / (HIGHEST_HU - LOWEST_HU) - 1;
}

/** [−1, 1] → HU. */
export function hounsfieldOf(value: number): number {
  return LOWEST_HU + ((value + 1) / 2) * (HIGHEST_HU - LOWEST_HU);
}
