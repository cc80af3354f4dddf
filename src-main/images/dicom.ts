import dicomParser from 'dicom-parser';
import { LangevinError } from '../errors.ts';
import { damaged, startsWith } from './container.ts';
import type { FloatPicture } from './float-picture.ts';

/** A CT slice of a DICOM file, in Hounsfield units: stored values × slope + intercept. */
export interface DicomSlice extends FloatPicture {
  /** Width of a pixel in millimetres, where the file states it. */
  readonly pixelSpacing?: number;
  /** Window that the file asks to be shown in, HU. */
  readonly window?: { readonly center: number; readonly width: number };
}

/** Transfer syntaxes whose pixels are stored as they are (part 5, A.1–A.2; A.5 deflates the whole data set). */
const UNCOMPRESSED = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99']);
const BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** Names of compressed transfer syntaxes (part 6, table A-1), for messages. */
const SYNTAX_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.5': 'RLE Lossless',
  '1.2.840.10008.1.2.4.50': 'JPEG Baseline',
  '1.2.840.10008.1.2.4.51': 'JPEG Extended',
  '1.2.840.10008.1.2.4.57': 'JPEG Lossless',
  '1.2.840.10008.1.2.4.70': 'JPEG Lossless (first-order prediction)',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS Lossless',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000 Lossless',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
};

/** Whether the file begins as DICOM files do: a preamble of 128 bytes, then "DICM". */
export function isDicom(bytes: Uint8Array): boolean {
  return startsWith(bytes.subarray(128, 132), 'DICM');
}

/**
 * Reads one frame of an uncompressed DICOM CT file (implicit or explicit VR, either byte order, or deflated) with 8- or
 * 16-bit grey samples, rescaled to HU.
 * @param name  the file's name, for messages.
 * @throws not-a-picture, picture-damaged; unsupported-format for compressed pixels, naming the transfer syntax, and
 * for pictures that are no grey slices.
 */
export function readDicom(bytes: Uint8Array, name: string): DicomSlice {
  if (!isDicom(bytes)) {
    throw new LangevinError('not-a-picture', `${name} is not a DICOM file: it has no "DICM" after its preamble.`);
  }
  const data = parse(bytes, name);
  const syntax = data.string('x00020010')?.trim() ?? '1.2.840.10008.1.2';
  if (!UNCOMPRESSED.has(syntax) && syntax !== BIG_ENDIAN) {
    const known = SYNTAX_NAMES[syntax];
    throw refused(
      name,
      `its pixels are compressed as ${known === undefined ? syntax : `${known} (${syntax})`}`,
      'Decompress it first, for example with dcmdjpeg, dcmdrle or gdcmconv --raw',
    );
  }
  const height = data.uint16('x00280010');
  const width = data.uint16('x00280011');
  const pixels = data.elements['x7fe00010'];
  if (height === undefined || width === undefined || pixels === undefined) {
    throw refused(name, 'it has no picture', 'Name the file of a slice');
  }
  const bits = data.uint16('x00280100') ?? 16;
  const perPixel = data.uint16('x00280002') ?? 1;
  const frames = data.intString('x00280008') ?? 1;
  if ((bits !== 8 && bits !== 16) || perPixel !== 1 || frames !== 1) {
    const what = `it has ${frames} frames of ${perPixel} × ${bits} bits per pixel`;
    throw refused(name, `${what}; one frame of 8- or 16-bit grey samples is read`, 'Export a single slice');
  }
  const count = width * height;
  if (pixels.length < (count * bits) / 8) {
    throw damaged(name, `${width} × ${height} pixels need ${(count * bits) / 8} bytes, but ${pixels.length} follow`);
  }
  const stored = readStored(data, pixels.dataOffset, count, bits, syntax !== BIG_ENDIAN);
  const slope = data.floatString('x00281053') ?? 1;
  const intercept = data.floatString('x00281052') ?? 0;
  const center = data.floatString('x00281050', 0);
  const windowWidth = data.floatString('x00281051', 0);
  const spacing = data.floatString('x00280030', 1);
  return {
    width,
    height,
    channels: 1,
    data: stored.map((value) => value * slope + intercept),
    ...(spacing !== undefined && { pixelSpacing: spacing }),
    ...(center !== undefined && windowWidth !== undefined && { window: { center, width: windowWidth } }),
  };
}

function parse(bytes: Uint8Array, name: string): dicomParser.DataSet {
  try {
    return dicomParser.parseDicom(bytes);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message : String((error as { exception?: unknown }).exception ?? error);
    throw damaged(name, reason, error);
  }
}

/** Samples without the bits above BitsStored, sign-extended where PixelRepresentation is 1. */
function readStored(
  data: dicomParser.DataSet,
  offset: number,
  count: number,
  bits: 8 | 16,
  littleEndian: boolean,
): Float32Array {
  const { buffer, byteOffset } = data.byteArray;
  const view = new DataView(buffer, byteOffset + offset, (count * bits) / 8);
  const unused = 32 - Math.min(bits, data.uint16('x00280101') ?? bits);
  const signed = data.uint16('x00280103') === 1;
  return Float32Array.from({ length: count }, (_, i) => {
    const raw = (bits === 8 ? view.getUint8(i) : view.getUint16(2 * i, littleEndian)) << unused;
    return signed ? raw >> unused : raw >>> unused;
  });
}

function refused(name: string, what: string, instead: string): LangevinError {
  return new LangevinError('unsupported-format', `${name} cannot be read: ${what}. ${instead}.`);
}
