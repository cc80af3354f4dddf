import { z } from 'zod';
import { PLANES, type ScanContent } from '../../../contract/app/values.ts';
import { placedFileSchema, type PlacedFile } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { contentsOf } from '../../engine/placed-files.ts';
import { readSlice } from '../../engine/jobs/slice-files.ts';
import { sliceContent } from './scan-work.ts';

export const readPlaneSchema = z.strictObject({
  /** Slices in order, or one stack. */
  files: z.array(placedFileSchema).min(1),
  plane: z.enum(PLANES),
  /** From 0; absent: the largest value along each ray across the plane (MIP). */
  index: z.int().min(0).optional(),
  /** Distance of slices over that of pixels. */
  stretch: z.number().positive().max(100),
});

/** Voxels of a volume that is held to be looked at: 512 MB. */
const MAX_VOXELS = 2 ** 28;

interface HeldVolume {
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** Whole HU, slice by slice. */
  readonly data: Int16Array;
}

/** The volume that was looked at last. */
let held: HeldVolume | undefined;

/**
 * A plane of a volume, or its projection, with square pixels: rows of coronal and sagittal planes are slices, the last one
 * on top, interpolated between slices.
 * @throws what reading slices throws; invalid-shape for slices of several sizes; picture-too-large; invalid-argument
 */
export async function readPlane({
  files,
  plane,
  index,
  stretch,
}: z.output<typeof readPlaneSchema>): Promise<ScanContent> {
  const volume = await volumeOf(files);
  const { width, height, depth } = volume;
  const across = { axial: depth, coronal: height, sagittal: width }[plane];
  if (index !== undefined && index >= across) {
    throw new LangevinError('invalid-argument', `There are planes 0 to ${across - 1}, but ${index} was asked for.`);
  }
  const columns = plane === 'sagittal' ? height : width;
  const rows = plane === 'axial' ? height : depth;
  const at = placeIn(volume, plane);
  const flat = new Float32Array(columns * rows);
  const planes = index === undefined ? [...Array(across).keys()] : [index];
  flat.fill(-Infinity);
  for (const number of planes) {
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i++) {
        const value = volume.data[at(number, row, column)];
        if (value > flat[i]) flat[i] = value;
      }
    }
  }
  const picture = { width: columns, height: rows, data: flat };
  return sliceContent(plane === 'axial' ? picture : stretched(picture, stretch), across);
}

/** Where a pixel of a plane lies in the volume. */
function placeIn(
  { width, height, depth }: HeldVolume,
  plane: (typeof PLANES)[number],
): (plane: number, row: number, column: number) => number {
  switch (plane) {
    case 'axial':
      return (number, row, column) => (number * height + row) * width + column;
    case 'coronal':
      return (number, row, column) => ((depth - 1 - row) * height + number) * width + column;
    case 'sagittal':
      return (number, row, column) => ((depth - 1 - row) * height + column) * width + number;
  }
}

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** The plane `factor` times as high, linear between its rows. */
function stretched({ width, height, data }: Plane, factor: number): Plane {
  const rows = Math.max(1, Math.round(height * factor));
  const out = new Float32Array(width * rows);
  for (let row = 0; row < rows; row++) {
    const place = Math.min(height - 1, Math.max(0, (row + 0.5) / factor - 0.5));
    const upper = Math.floor(place);
    const lower = Math.min(height - 1, upper + 1);
    const share = place - upper;
    for (let column = 0; column < width; column++) {
      const value = data[upper * width + column];
      out[row * width + column] = value + share * (data[lower * width + column] - value);
    }
  }
  return { width, height: rows, data: out };
}

async function volumeOf(files: readonly PlacedFile[]): Promise<HeldVolume> {
  const key = JSON.stringify(files.map((file) => ('path' in file ? file.path : file.name)));
  if (held?.key === key) return held;
  held = undefined;
  const first = await readSlice(await contentsOf(files[0]), 0);
  const depth = files.length > 1 ? files.length : first.slices;
  const { width, height } = first;
  const size = width * height;
  if (size * depth > MAX_VOXELS) {
    throw new LangevinError(
      'picture-too-large',
      `The volume has ${width} × ${height} × ${depth} voxels, more than ${MAX_VOXELS}; open a part of the series.`,
    );
  }
  const data = new Int16Array(size * depth);
  for (let k = 0; k < depth; k++) {
    const slice = k === 0 ? first : await readSlice(await contentsOf(files[k] ?? files[0]), files.length > 1 ? 0 : k);
    if (slice.width !== width || slice.height !== height) {
      throw new LangevinError(
        'invalid-shape',
        `Slice ${k} has ${slice.width} × ${slice.height} pixels, not ${width} × ${height}.`,
      );
    }
    for (let i = 0; i < size; i++) data[k * size + i] = Math.min(32767, Math.max(-32768, Math.round(slice.data[i])));
  }
  held = { key, width, height, depth, data };
  return held;
}
