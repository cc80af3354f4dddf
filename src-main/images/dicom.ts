import { LangevinError } from '../errors.ts';
import { damaged } from './container.ts';
import { DicomSyntaxError, isDicom, PIXEL_DATA, type DicomDataSet } from './dicom/data-set.ts';
import { encapsulatedFrame } from './dicom/encapsulated.ts';
import type { FrameCodec, NativeFrame } from './dicom/frame-codecs.ts';
import { openDataSet, refused } from './dicom/open.ts';
import type { FloatPicture } from './float-picture.ts';

export { isDicom };

/** A CT slice of a DICOM file, in Hounsfield units: stored values × slope + intercept. */
export interface DicomSlice extends FloatPicture {
  /** Frames of the file, of which one was read. */
  readonly frames: number;
  /** What people should know of how the values were read. */
  readonly notices: readonly string[];
  /** Width of a pixel in millimetres, where the file states it. */
  readonly pixelSpacing?: number;
  /** Window that the file asks to be shown in, HU. */
  readonly window?: { readonly center: number; readonly width: number };
}

const SAMPLES_PER_PIXEL = 0x00280002;
const PHOTOMETRIC = 0x00280004;
const FRAMES = 0x00280008;
const ROWS = 0x00280010;
const COLUMNS = 0x00280011;
const PIXEL_SPACING = 0x00280030;
const PIXEL_ASPECT = 0x00280034;
const BITS_ALLOCATED = 0x00280100;
const BITS_STORED = 0x00280101;
const HIGH_BIT = 0x00280102;
const REPRESENTATION = 0x00280103;
const PADDING = 0x00280120;
const PADDING_LIMIT = 0x00280121;
const WINDOW_CENTER = 0x00281050;
const WINDOW_WIDTH = 0x00281051;
const INTERCEPT = 0x00281052;
const SLOPE = 0x00281053;
const RESCALE_TYPE = 0x00281054;
const MODALITY_LUT = 0x00283000;
const PIXEL_MEASURES = 0x00289110;
const PIXEL_TRANSFORMATION = 0x00289145;
const SHARED_GROUPS = 0x52009229;
const FRAME_GROUPS = 0x52009230;

/** More than any detector has; compressed pixels may claim whatever they like. */
const MAX_CODED_PIXELS = 8192 ** 2;
/** Pixels whose sides differ by less are square: spacings are rounded to a few digits. */
const SQUARE = 1e-3;
const AIR = -1000;

/**
 * Reads one frame of a DICOM CT file (implicit or explicit VR, either byte order, or deflated; with or without preamble;
 * pixels as they are, or as JPEG, JPEG lossless, JPEG-LS, JPEG 2000 or RLE) with 8- or 16-bit grey samples, rescaled to HU
 * as the frame says: by the functional groups of enhanced objects, else by the data set itself (part 3, C.7.6.16.2.9 and
 * C.11.1). Padding becomes air.
 *
 * @param name  the file's name, for messages.
 * @param index  of the frame, from 0.
 * @throws not-a-picture, picture-damaged; invalid-argument for a frame that is not there; picture-too-large for a
 * deflated data set beyond 256 MiB; unsupported-format for pixels of another compression, naming the transfer syntax, and
 * for pictures that are no grey slices of square pixels in HU.
 */
export async function readDicom(bytes: Uint8Array, name: string, index = 0): Promise<DicomSlice> {
  try {
    return await readFrame(bytes, name, index);
  } catch (error) {
    if (error instanceof DicomSyntaxError) throw damaged(name, error.message, error);
    throw error;
  }
}

async function readFrame(bytes: Uint8Array, name: string, index: number): Promise<DicomSlice> {
  const { data, littleEndian, codec } = openDataSet(bytes, name);
  const height = data.uint16(ROWS);
  const width = data.uint16(COLUMNS);
  const pixels = data.bytes(PIXEL_DATA);
  if (!height || !width || pixels === undefined) throw refused(name, 'it has no picture', 'Name the file of a slice');
  const layout = sampleLayout(data, name);
  const frames = data.number(FRAMES) ?? 1;
  if (!Number.isSafeInteger(frames) || frames < 1) throw damaged(name, `it claims to have ${frames} frames`);
  if (index >= frames) {
    const range = frames === 1 ? 'only slice 0' : `slices 0 to ${frames - 1}`;
    throw new LangevinError('invalid-argument', `${name} has ${range}, but slice ${index} was asked for.`);
  }
  const groups = [...data.items(FRAME_GROUPS).slice(index, index + 1), ...data.items(SHARED_GROUPS)];
  const spacing = squareSpacing(data, groups, name);
  const { slope, intercept, type } = rescaleOf(data, groups, name);
  const place = { width, height, index, frames };
  const frame =
    codec === undefined
      ? { bytes: storedFrame(pixels, layout.bits, place, name), bits: layout.bits }
      : await decodedFrame(pixels, codec, layout.bits, place, name);
  const stored = readStored(frame.bytes, width * height, { ...layout, bits: frame.bits, littleEndian });
  const { values, padded } = toHounsfield(stored, slope, intercept, paddingOf(data, layout.signed));
  const center = data.number(WINDOW_CENTER);
  const windowWidth = data.number(WINDOW_WIDTH);
  const notices = [
    padded > 0 ? `${padded} pixels of ${name} are padding and were taken as air (${AIR} HU).` : undefined,
    type !== undefined && type !== 'HU'
      ? `${name} says that its values are in ${type}, not in HU; they were taken as HU.`
      : undefined,
  ];
  return {
    width,
    height,
    channels: 1,
    data: values,
    frames,
    notices: notices.filter((notice) => notice !== undefined),
    ...(spacing !== undefined && { pixelSpacing: spacing }),
    ...(center !== undefined && windowWidth !== undefined && { window: { center, width: windowWidth } }),
  };
}

/** Which of a file's frames is read, and what all of them are. */
interface FramePlace {
  readonly width: number;
  readonly height: number;
  readonly index: number;
  readonly frames: number;
}

/** @throws picture-damaged where the file ends before the frame does. */
function storedFrame(pixels: Uint8Array, bits: number, place: FramePlace, name: string): Uint8Array {
  const { width, height, index, frames } = place;
  const size = (width * height * bits) / 8;
  if (pixels.length < (index + 1) * size) {
    const missing = `${width} × ${height} pixels need ${size} bytes, but ${Math.max(0, pixels.length - index * size)} follow`;
    throw damaged(name, frames === 1 ? missing : `slice ${index}: ${missing}`);
  }
  return pixels.subarray(index * size, (index + 1) * size);
}

/** @throws picture-damaged with the codec's reason; DicomSyntaxError */
async function decodedFrame(
  pixels: Uint8Array,
  codec: FrameCodec,
  bits: 8 | 16,
  { width, height, index, frames }: FramePlace,
  name: string,
): Promise<NativeFrame> {
  if (width * height > MAX_CODED_PIXELS) {
    throw new LangevinError(
      'picture-too-large',
      `${name} claims ${width} × ${height} compressed pixels, more than any slice has. Store it without compression.`,
    );
  }
  const coded = encapsulatedFrame(pixels, index, frames);
  try {
    return await codec(coded, { width, height, bits });
  } catch (error) {
    if (error instanceof DicomSyntaxError) throw error;
    // Codecs throw numbers, strings and errors of their own.
    throw damaged(name, 'its compressed pixels cannot be decoded', error);
  }
}

interface SampleLayout {
  readonly bits: 8 | 16;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

/** @throws unsupported-format, picture-damaged */
function sampleLayout(data: DicomDataSet, name: string): SampleLayout {
  const photometric = data.text(PHOTOMETRIC) ?? 'MONOCHROME2';
  if (photometric !== 'MONOCHROME1' && photometric !== 'MONOCHROME2') {
    throw refused(name, `its samples are ${photometric}, which are no HU`, 'Export a grey slice');
  }
  const bits = data.uint16(BITS_ALLOCATED) ?? 16;
  const perPixel = data.uint16(SAMPLES_PER_PIXEL) ?? 1;
  if ((bits !== 8 && bits !== 16) || perPixel !== 1) {
    const what = `it has ${perPixel} × ${bits} bits per pixel`;
    throw refused(name, `${what}; 8- or 16-bit grey samples are read`, 'Export a single slice');
  }
  const bitsStored = data.uint16(BITS_STORED) ?? bits;
  const highBit = data.uint16(HIGH_BIT) ?? bitsStored - 1;
  if (bitsStored < 1 || bitsStored > bits || highBit >= bits || highBit < bitsStored - 1) {
    throw damaged(name, `${bitsStored} bits up to bit ${highBit} do not fit into samples of ${bits} bits`);
  }
  return { bits, bitsStored, highBit, signed: data.uint16(REPRESENTATION) === 1 };
}

/** Samples without the bits around those stored, sign-extended where PixelRepresentation is 1. */
function readStored(
  frame: Uint8Array,
  count: number,
  { bits, bitsStored, highBit, signed, littleEndian }: SampleLayout & { readonly littleEndian: boolean },
): Float32Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const above = 31 - highBit;
  const below = 32 - bitsStored;
  const stored = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const raw = (bits === 8 ? view.getUint8(i) : view.getUint16(2 * i, littleEndian)) << above;
    stored[i] = signed ? raw >> below : raw >>> below;
  }
  return stored;
}

interface Rescale {
  readonly slope: number;
  readonly intercept: number;
  readonly type: string | undefined;
}

/** @throws unsupported-format for a lookup table or a slope of 0; DicomSyntaxError for one that is no number. */
function rescaleOf(data: DicomDataSet, groups: readonly DicomDataSet[], name: string): Rescale {
  const source = groups.flatMap((group) => group.items(PIXEL_TRANSFORMATION))[0] ?? data;
  if (source === data && data.has(MODALITY_LUT)) {
    const remedy = 'Export it with a rescale slope and intercept';
    throw refused(name, 'its values are mapped by a table (Modality LUT Sequence), which has no place for air', remedy);
  }
  const slope = source.number(SLOPE) ?? 1;
  if (slope === 0) throw refused(name, 'its rescale slope is 0, which makes all values equal', 'Export it again');
  return { slope, intercept: source.number(INTERCEPT) ?? 0, type: source.text(RESCALE_TYPE) };
}

/** Width of the pixels in millimetres. @throws unsupported-format unless they are square. */
function squareSpacing(data: DicomDataSet, groups: readonly DicomDataSet[], name: string): number | undefined {
  const source = groups.flatMap((group) => group.items(PIXEL_MEASURES))[0] ?? data;
  const down = source.number(PIXEL_SPACING, 0);
  const across = source.number(PIXEL_SPACING, 1) ?? down;
  const refuse = (what: string): LangevinError => {
    return refused(name, `its pixels are ${what}, but the scanner's are square`, 'Resample it to square pixels');
  };
  if (down !== undefined && across !== undefined && !(Math.abs(down / across - 1) < SQUARE)) {
    throw refuse(`${across} mm wide and ${down} mm high`);
  }
  const [vertical, horizontal] = [data.number(PIXEL_ASPECT, 0), data.number(PIXEL_ASPECT, 1)];
  if (down === undefined && vertical !== undefined && vertical !== horizontal) {
    throw refuse(`of the ratio ${vertical} : ${horizontal} (height to width)`);
  }
  return across;
}

/** The stored values that stand for no measurement, from … to; undefined where the file names none. */
function paddingOf(data: DicomDataSet, signed: boolean): readonly [number, number] | undefined {
  const read = (tag: number): number | undefined => {
    const value = data.uint16(tag);
    return value !== undefined && signed && value > 0x7fff ? value - 0x10000 : value;
  };
  const value = read(PADDING);
  if (value === undefined) return undefined;
  const limit = read(PADDING_LIMIT) ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

function toHounsfield(
  stored: Float32Array,
  slope: number,
  intercept: number,
  padding: readonly [number, number] | undefined,
): { values: Float32Array; padded: number } {
  const [low, high] = padding ?? [Infinity, -Infinity];
  let padded = 0;
  const values = stored.map((value) => {
    if (value < low || value > high) return value * slope + intercept;
    padded++;
    return AIR;
  });
  return { values, padded };
}
