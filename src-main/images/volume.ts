import { LangevinError } from '../errors.ts';
import { cross, type DicomSeries } from './dicom/series.ts';
import type { Vector } from './dicom/header.ts';

/** Where the voxels of a volume lie, in millimetres of the patient's coordinates (left, back, head). */
export interface VolumePlace {
  /** Centre of the first voxel. */
  readonly origin: Vector;
  /** From a voxel to the next in its row, in its column, and in the next slice. */
  readonly steps: readonly [Vector, Vector, Vector];
}

/** Slices of one size on top of each other, HU. */
export interface Volume {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** depth × height × width. */
  readonly data: Float32Array;
  readonly place: VolumePlace;
}

/** Voxels of 1 mm along the axes, where nothing is known. */
export const UNPLACED: VolumePlace = {
  origin: [0, 0, 0],
  steps: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

/** @throws invalid-shape for slices of different sizes. */
export function stackSlices(
  slices: readonly { readonly width: number; readonly height: number; readonly data: Float32Array }[],
  place: VolumePlace,
): Volume {
  const [{ width, height }] = slices;
  const size = width * height;
  const data = new Float32Array(size * slices.length);
  slices.forEach((slice, k) => {
    if (slice.width !== width || slice.height !== height) {
      throw new LangevinError(
        'invalid-shape',
        `Slice ${k} has ${slice.width} × ${slice.height} pixels, but the first ${width} × ${height}; a volume needs one size.`,
      );
    }
    data.set(slice.data, k * size);
  });
  return { width, height, depth: slices.length, data, place };
}

/** Where the voxels of a series lie, as its first slice and the distance of the slices say. */
export function placeOfSeries({ files, spacing }: Pick<DicomSeries, 'files' | 'spacing'>): VolumePlace {
  const { position, orientation, pixelSpacing = 1, sliceThickness } = files[0].header;
  if (position === undefined || orientation === undefined) return scaledPlace(pixelSpacing, sliceThickness ?? 1);
  const { row, column } = orientation;
  return {
    origin: position,
    steps: [
      times(row, pixelSpacing),
      times(column, pixelSpacing),
      times(cross(row, column), spacing ?? sliceThickness ?? 1),
    ],
  };
}

function scaledPlace(pixel: number, slice: number): VolumePlace {
  const [x, y, z] = UNPLACED.steps;
  return { origin: UNPLACED.origin, steps: [times(x, pixel), times(y, pixel), times(z, slice)] };
}

function times([x, y, z]: Vector, factor: number): Vector {
  return [x * factor, y * factor, z * factor];
}
