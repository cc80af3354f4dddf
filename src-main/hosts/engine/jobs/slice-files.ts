import type { FileBytes, SliceFormat } from '../../../contract/jobs.ts';
import { counted } from '../../../counted.ts';
import { LangevinError } from '../../../errors.ts';
import { startsWith } from '../../../images/container.ts';
import { decodePicture } from '../../../images/decode.ts';
import { isDicom, readDicom, type DicomSlice } from '../../../images/dicom.ts';
import { writeDicom, type DicomWriting } from '../../../images/dicom/write.ts';
import { encodePicture } from '../../../images/encode.ts';
import { decodeFloat, encodeFloat } from '../../../images/float-picture.ts';
import { readNpy, writeNpy, type NpyArray } from '../../../images/npy.ts';
import { sniffFormat } from '../../../images/sniff.ts';
import { LumaOperator } from '../../../operators/luma.ts';
import { colourChannels, readTensor } from '../../../restore/picture-tensor.ts';
import { hounsfieldOf, type Slice } from '../../../restore/scan.ts';
import type { Picture } from '../../../tensor/picture.ts';

/** A slice as it was read from a file. */
export interface ReadSlice extends Slice {
  /** Slices of the file, of which this is one. */
  readonly slices: number;
  /** What people should know of how it was read. */
  readonly notices: readonly string[];
  /** Window that the file asks to be shown in, HU. */
  readonly window?: DicomSlice['window'];
  /** Side of a pixel in millimetres, where the file says. */
  readonly pixelSpacing?: number;
}

/**
 * Reads a CT slice in HU: DICOM (rescaled as it says); `.npy` and TIFF of signed or floating-point numbers as HU; 8- and
 * 16-bit unsigned arrays and pictures as the window −1024…2000 HU from black to white.
 * @param index  which slice of a three-dimensional array, a DICOM file of several frames or a TIFF of several pages,
 *   from 0; absent: the first, and a notice where there are more.
 * @throws what the readers throw; invalid-shape; invalid-argument for a slice that is not there or holds a value that is
 *   no number, naming its row and column.
 */
export async function readSlice(file: FileBytes, index?: number): Promise<ReadSlice> {
  const { name } = file;
  const { slices = 1, notices = [], width, height, data, window, pixelSpacing } = await sliceOf(file, index ?? 0);
  if (width === 0 || height === 0) {
    throw new LangevinError('invalid-shape', `${name} has slices of ${width} × ${height} pixels; a slice has some.`);
  }
  assertNumbers(data, width, name, ['row', 'column']);
  const first = index === undefined && slices > 1;
  return {
    width,
    height,
    data,
    slices,
    ...(window && { window }),
    ...(pixelSpacing !== undefined && { pixelSpacing }),
    notices: [
      ...notices,
      ...(first ? [`${name} has ${slices} slices; slice 0 is taken. Choose another by its number (--slice).`] : []),
    ],
  };
}

type SliceOfFile = Slice & Partial<Pick<ReadSlice, 'slices' | 'notices' | 'window' | 'pixelSpacing'>>;

async function sliceOf({ bytes, name }: FileBytes, index: number): Promise<SliceOfFile> {
  if (isDicom(bytes)) {
    const { frames, ...slice } = await readDicom(bytes, name, index);
    return { ...slice, slices: frames };
  }
  if (isNpy(bytes)) return sliceOfArray(readNpy(bytes, name), name, index);
  if (sniffFormat(bytes, name) === 'tiff') {
    const { width, height, channels, data, sampleType, pages } = await decodeFloat(bytes, name, { page: index });
    if (sampleType !== 'uint8' && sampleType !== 'uint16') {
      if (channels === 1) return { width, height, data, slices: pages, notices: rangeNotices(data, name) };
      throw new LangevinError('invalid-shape', `${name} has ${counted(channels, 'value')} per pixel; a slice has one.`);
    }
  }
  const picture = await decodePicture(bytes, name, { page: index });
  return { ...sliceOfPicture(picture), slices: picture.pages, notices: picture.notices };
}

/** Range of values below which HU cannot show any anatomy: fat and muscle differ by 150. */
const LEAST_RANGE = 20;

function rangeNotices(data: Float32Array, name: string): string[] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high - low < LEAST_RANGE)) return [];
  const range = `from ${+low.toPrecision(4)} to ${+high.toPrecision(4)}`;
  return [`The values of ${name} range only ${range} and were taken as HU (air −1000, water 0).`];
}

/**
 * Refuses values that are no numbers, of which any one would spread over the whole reconstruction.
 * @param axes  what rows and columns are called.
 * @throws invalid-argument, naming the first and how many there are.
 */
export function assertNumbers(
  data: Float32Array,
  width: number,
  name: string,
  [row, column]: readonly [string, string],
): void {
  const first = data.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return;
  const count = data.reduce((sum, value) => (Number.isFinite(value) ? sum : sum + 1), 0);
  const place = `${row} ${Math.floor(first / width)}, ${column} ${first % width}`;
  const others = count === 1 ? '' : `, the first of ${count} such values`;
  throw new LangevinError(
    'invalid-argument',
    `${name} holds ${Number.isNaN(data[first]) ? 'NaN (no number)' : 'infinity'} at ${place} (counted from 0)${others}; ` +
      'replace them by measured or interpolated values.',
  );
}

/** HU of a picture by its luma, black −1024, white 2000. */
function sliceOfPicture(picture: Picture): Slice {
  const { width, height } = picture;
  const channels = colourChannels(picture);
  const { x } = readTensor(picture, undefined, { x: 0, y: 0, width, height }, 1, channels);
  const grey = channels === 1 ? x : new LumaOperator([3, height, width]).apply(x);
  return { width, height, data: grey.data.map(hounsfieldOf) };
}

function sliceOfArray({ shape, data }: NpyArray, name: string, index: number): SliceOfFile {
  const [count, height, width] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 3) {
    const found = `(${shape.join(', ')})`;
    throw new LangevinError(
      'invalid-shape',
      `${name} has the shape ${found}; a slice has (height, width), a stack three.`,
    );
  }
  if (index >= count) {
    const range = count === 0 ? 'no slices' : count === 1 ? 'only slice 0' : `slices 0 to ${count - 1}`;
    throw new LangevinError('invalid-argument', `${name} has ${range}, but slice ${index} was asked for.`);
  }
  const size = height * width;
  const values = Float32Array.from(data.subarray(index * size, (index + 1) * size));
  const top = data instanceof Uint8Array ? 255 : data instanceof Uint16Array ? 65535 : undefined;
  if (top === undefined) return { width, height, data: values, slices: count, notices: rangeNotices(values, name) };
  return { width, height, data: values.map((v) => hounsfieldOf((2 * v) / top - 1)), slices: count };
}

/**
 * Writes a slice: its values in HU, a picture of its window, or a CT image.
 * @param dicom  whose image it is, and what was done.
 */
export async function writeSlice(
  slice: Slice,
  picture: Picture,
  format: SliceFormat,
  dicom: DicomWriting,
): Promise<Uint8Array> {
  if (format === 'dicom') return writeDicom(slice, dicom);
  return format === 'png' ? encodePicture(picture, { format }) : writeValues(slice, format);
}

/** Writes numbers as they are: float32 `.npy` of shape (height, width), or a TIFF of 32-bit floats. */
export async function writeValues({ width, height, data }: Slice, format: 'tiff' | 'npy'): Promise<Uint8Array> {
  return format === 'npy'
    ? writeNpy({ shape: [height, width], data })
    : encodeFloat({ width, height, channels: 1, data });
}

export function isNpy(bytes: Uint8Array): boolean {
  return startsWith(bytes, '\x93NUMPY');
}
