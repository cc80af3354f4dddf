import type { FileBytes, SliceFormat } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { startsWith } from '../../../images/container.ts';
import { decodePicture } from '../../../images/decode.ts';
import { isDicom, readDicom } from '../../../images/dicom.ts';
import { encodePicture } from '../../../images/encode.ts';
import { decodeFloat, encodeFloat } from '../../../images/float-picture.ts';
import { readNpy, writeNpy, type NpyArray } from '../../../images/npy.ts';
import { sniffFormat } from '../../../images/sniff.ts';
import { LumaOperator } from '../../../operators/luma.ts';
import { colourChannels, readTensor } from '../../../restore/picture-tensor.ts';
import { hounsfieldOf, type Scan, type Slice } from '../../../restore/scan.ts';
import type { Picture } from '../../../tensor/picture.ts';

/**
 * Reads a CT slice in HU: DICOM (rescaled as it says); `.npy` and TIFF of signed or floating-point numbers as HU; 8- and
 * 16-bit unsigned arrays and pictures as the window −1024…2000 HU from black to white.
 * @param index  which slice of a three-dimensional array, from 0.
 * @throws what the readers throw; invalid-shape; invalid-argument for a slice that is not there.
 */
export async function readSlice({ bytes, name }: FileBytes, index = 0): Promise<Slice> {
  if (isDicom(bytes)) return readDicom(bytes, name);
  if (isNpy(bytes)) return sliceOfArray(readNpy(bytes, name), name, index);
  if (sniffFormat(bytes, name) === 'tiff') {
    const { width, height, channels, data, sampleType } = await decodeFloat(bytes, name);
    if (sampleType !== 'uint8' && sampleType !== 'uint16') {
      if (channels === 1) return { width, height, data };
      throw new LangevinError('invalid-shape', `${name} has ${channels} values per pixel; a slice has one.`);
    }
  }
  return sliceOfPicture(await decodePicture(bytes, name));
}

/** HU of a picture by its luma, black −1024, white 2000. */
function sliceOfPicture(picture: Picture): Slice {
  const { width, height } = picture;
  const channels = colourChannels(picture);
  const { x } = readTensor(picture, undefined, { x: 0, y: 0, width, height }, 1, channels);
  const grey = channels === 1 ? x : new LumaOperator([3, height, width]).apply(x);
  return { width, height, data: grey.data.map(hounsfieldOf) };
}

function sliceOfArray({ shape, data }: NpyArray, name: string, index: number): Slice {
  const [count, height, width] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 3) {
    const found = `(${shape.join(', ')})`;
    throw new LangevinError(
      'invalid-shape',
      `${name} has the shape ${found}; a slice has (height, width), a stack three.`,
    );
  }
  if (index >= count) {
    const range = count === 1 ? 'only slice 0' : `slices 0 to ${count - 1}`;
    throw new LangevinError('invalid-argument', `${name} has ${range}, but slice ${index} was asked for.`);
  }
  const size = height * width;
  const values = Float32Array.from(data.subarray(index * size, (index + 1) * size));
  const top = data instanceof Uint8Array ? 255 : data instanceof Uint16Array ? 65535 : undefined;
  return { width, height, data: top === undefined ? values : values.map((v) => hounsfieldOf((2 * v) / top - 1)) };
}

/**
 * Reads a sinogram, rows = views, in pixels of water (see Scan): `.npy` of shape (views, detectors) or TIFF of any sample type.
 * @param angles  of the views in degrees; absent: as many as rows, equally spaced over 180°.
 * @throws what the readers throw; invalid-shape.
 */
export async function readSinogram(
  { bytes, name }: FileBytes,
  angles: (rows: number) => readonly number[],
  noise: number,
): Promise<Scan> {
  if (isNpy(bytes)) {
    const { shape, data } = readNpy(bytes, name);
    if (shape.length !== 2) {
      const found = `(${shape.join(', ')})`;
      throw new LangevinError('invalid-shape', `${name} has the shape ${found}; a sinogram has (views, detectors).`);
    }
    return { angles: angles(shape[0]), detectors: shape[1], data: Float32Array.from(data), noise };
  }
  const { width, height, channels, data } = await decodeFloat(bytes, name);
  if (channels !== 1) throw new LangevinError('invalid-shape', `${name} has ${channels} values per pixel, not one.`);
  return { angles: angles(height), detectors: width, data, noise };
}

/** Writes a slice: its values in HU, or a picture of its window. */
export async function writeSlice(slice: Slice, picture: Picture, format: SliceFormat): Promise<Uint8Array> {
  return format === 'png' ? encodePicture(picture, { format }) : writeValues(slice, format);
}

/** Writes numbers as they are: float32 `.npy` of shape (height, width), or a TIFF of 32-bit floats. */
export async function writeValues({ width, height, data }: Slice, format: 'tiff' | 'npy'): Promise<Uint8Array> {
  return format === 'npy'
    ? writeNpy({ shape: [height, width], data })
    : encodeFloat({ width, height, channels: 1, data });
}

function isNpy(bytes: Uint8Array): boolean {
  return startsWith(bytes, '\x93NUMPY');
}
