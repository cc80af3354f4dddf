import type { FileBytes } from '../../../contract/jobs.ts';
import { counted } from '../../../counted.ts';
import { LangevinError } from '../../../errors.ts';
import { decodeFloat } from '../../../images/float-picture.ts';
import { isHdf5, openHdf5, type Hdf5Array } from '../../../images/hdf5.ts';
import { readNpy } from '../../../images/npy.ts';
import { assertNumbers, isNpy } from './slice-files.ts';

/** A sinogram as it was read from a file, in pixels of water (see Scan). */
export interface ReadSinogram {
  readonly views: number;
  readonly detectors: number;
  /** views × detectors. */
  readonly data: Float32Array;
  /** Sinograms of the file, of which this is one. */
  readonly slices: number;
  /** Degrees, where the file says. */
  readonly angles?: readonly number[];
  readonly notices: readonly string[];
}

/**
 * Reads a sinogram, rows = views: `.npy` of shape (views, detectors) or (slices, views, detectors), TIFF of any sample type
 * with a page for each slice, or HDF5 with one dataset of such a shape. HDF5 files that name their angles may also hold
 * projections, (views, slices, detectors), as those of synchrotrons do.
 * @param index  which sinogram of a stack, from 0; absent: the first, and a notice where there are more.
 * @throws what the readers throw; invalid-shape; invalid-argument for a sinogram that is not there or a value that is no
 *   number, naming its place.
 */
export async function readSinogram(file: FileBytes, index?: number): Promise<ReadSinogram> {
  const { name } = file;
  const { notices = [], ...sinogram } = await sinogramOf(file, index ?? 0);
  const { views, detectors, data, slices } = sinogram;
  if (views === 0 || detectors === 0) {
    throw new LangevinError(
      'invalid-shape',
      `${name} has ${counted(views, 'view')} of ${counted(detectors, 'detector')}; a sinogram has some.`,
    );
  }
  assertNumbers(data, detectors, name, ['view', 'detector']);
  const first = index === undefined && slices > 1;
  return {
    ...sinogram,
    notices: [
      ...notices,
      ...(first
        ? [`${name} has ${slices} sinograms; that of slice 0 is taken. Choose another by its number (--slice).`]
        : []),
    ],
  };
}

type SinogramOfFile = Omit<ReadSinogram, 'notices'> & Partial<Pick<ReadSinogram, 'notices'>>;

async function sinogramOf({ bytes, name }: FileBytes, index: number): Promise<SinogramOfFile> {
  if (isNpy(bytes)) {
    const { shape, data } = readNpy(bytes, name);
    const [slices, views, detectors] = shape.length === 2 ? [1, ...shape] : shape;
    if (shape.length < 2 || shape.length > 3) throw noSinogram(name, shape);
    const at = sliceWithin(slices, index, name);
    const size = views * detectors;
    return { views, detectors, slices, data: Float32Array.from(data.subarray(at * size, (at + 1) * size)) };
  }
  if (isHdf5(bytes)) return sinogramOfHdf5(bytes, name, index);
  const first = await decodeFloat(bytes, name);
  const at = sliceWithin(first.pages, index, name);
  const { width, height, channels, data, pages } = at === 0 ? first : await decodeFloat(bytes, name, { page: at });
  if (channels !== 1)
    throw new LangevinError('invalid-shape', `${name} has ${counted(channels, 'value')} per pixel, not one.`);
  return { views: height, detectors: width, data, slices: pages };
}

/** A single sinogram is that of whatever slice it is asked for. @throws invalid-argument */
function sliceWithin(slices: number, index: number, name: string): number {
  if (slices === 1) return 0;
  if (index < slices) return index;
  const range = slices === 0 ? 'no sinograms' : `sinograms of slices 0 to ${slices - 1}`;
  throw new LangevinError('invalid-argument', `${name} has ${range}, but slice ${index} was asked for.`);
}

/** Names of datasets that hold directions, in the order in which they are believed. */
const ANGLE_NAMES = ['theta', 'angles', 'angle', 'rotation_angle'];

async function sinogramOfHdf5(bytes: Uint8Array, name: string, index: number): Promise<SinogramOfFile> {
  const file = await openHdf5(bytes, name);
  try {
    const array = chosenArray(file.arrays, name);
    const listed = file.arrays.filter(({ shape }) => shape.length === 1);
    const angleArray = ANGLE_NAMES.map((wanted) => listed.find(({ path }) => lastPart(path) === wanted)).find(Boolean);
    const angles = angleArray && [...file.read(angleArray)].map(degreesOf(angleArray));
    if (array.shape.length === 2) {
      const [views, detectors] = array.shape;
      return { views, detectors, slices: 1, data: file.read(array), ...anglesFor(angles, views, name) };
    }
    const [a, b, detectors] = array.shape;
    const isProjections = angles !== undefined && angles.length === a && angles.length !== b;
    const [slices, views] = isProjections ? [b, a] : [a, b];
    const at = sliceWithin(slices, index, name);
    const data = file.read(array, { axis: isProjections ? 1 : 0, index: at });
    const order = isProjections
      ? [`${array.path} of ${name} was taken as projections, (views, slices, detectors).`]
      : [];
    const own = anglesFor(angles, views, name);
    return { views, detectors, slices, data, ...own, notices: [...order, ...(own.notices ?? [])] };
  } finally {
    file.close();
  }
}

/** The one array that can be a sinogram or a stack of them. @throws invalid-shape, listing what there is */
function chosenArray(arrays: readonly Hdf5Array[], name: string): Hdf5Array {
  const possible = arrays.filter(({ shape }) => shape.length === 2 || shape.length === 3);
  const usual = possible.filter(({ path }) => ['/exchange/data', '/entry/data/data'].includes(path));
  const [chosen, ...others] = usual.length === 1 ? usual : possible;
  if (chosen !== undefined && others.length === 0) return chosen;
  const list = arrays.map(({ path, shape }) => `${path} (${shape.join(', ')})`).join(', ');
  throw new LangevinError(
    'invalid-shape',
    chosen === undefined
      ? `${name} has no dataset of shape (views, detectors) or (slices, views, detectors); it holds ${list || 'no numbers'}.`
      : `${name} has several datasets that could be the sinogram: ${list}. Write the one that is meant to a file of its own.`,
  );
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

function degreesOf({ units }: Hdf5Array): (angle: number) => number {
  return units !== undefined && /^rad/i.test(units) ? (angle) => (angle * 180) / Math.PI : (angle) => angle;
}

/** Angles that do not belong to the views are named, not used. */
function anglesFor(
  angles: readonly number[] | undefined,
  views: number,
  name: string,
): Partial<Pick<ReadSinogram, 'angles' | 'notices'>> {
  if (angles === undefined) return {};
  if (angles.length === views) return { angles };
  return {
    notices: [
      `${name} lists ${counted(angles.length, 'angle')}, but has ${counted(views, 'view')}; the angles were not used.`,
    ],
  };
}

function noSinogram(name: string, shape: readonly number[]): LangevinError {
  return new LangevinError(
    'invalid-shape',
    `${name} has the shape (${shape.join(', ')}); a sinogram has (views, detectors), a stack three.`,
  );
}
