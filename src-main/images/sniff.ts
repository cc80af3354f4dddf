import { LangevinError } from '../errors.ts';
import { isDicom } from './dicom/data-set.ts';
import type { InputFormat } from './formats.ts';

/**
 * The format of a file by its first bytes.
 * @throws picture-damaged for an empty file, unsupported-format for a picture of another format, not-a-picture for
 * anything else; the message names the file and what its first bytes look like.
 */
export function sniffFormat(bytes: Uint8Array, name: string): InputFormat {
  if (bytes.length === 0) {
    throw new LangevinError(
      'picture-damaged',
      `${name} is empty (0 bytes). It was probably not copied or saved completely; take it from its source again.`,
    );
  }
  if (starts(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'webp';
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'gif';
  const mark = ascii(bytes, 0, 4);
  if (mark === 'II*\0' || mark === 'MM\0*' || mark === 'II+\0' || mark === 'MM\0+') {
    if (ascii(bytes, 8, 2) === 'CR') throw unreadable(name, 'a Canon raw photograph');
    return 'tiff';
  }
  const picture = otherPicture(bytes);
  if (picture !== undefined) throw unreadable(name, picture);
  throw new LangevinError(
    'not-a-picture',
    `${name} is not a picture: it looks like ${appearance(bytes)}. JPEG, PNG, WebP, TIFF and GIF files are read.`,
  );
}

/** The error for a picture that is sound but cannot be read. @param what  such as "a HEIC photograph". */
export function unreadable(name: string, what: string): LangevinError {
  return new LangevinError(
    'unsupported-format',
    `${name} looks like ${what}, which is not read. Convert it to PNG, TIFF, JPEG or WebP first.`,
  );
}

/** Pictures by the characters that they begin with. */
const MARKS: readonly (readonly [mark: string, what: string])[] = [
  ['SIMPLE  = ', 'a FITS image'],
  ['qoif', 'a QOI picture'],
  ['BPG\xfb', 'a BPG picture'],
  ['FLIF', 'a FLIF picture'],
  ['\x8bJNG\r\n\x1a\n', 'a JNG picture'],
  ['\x8aMNG\r\n\x1a\n', 'an MNG animation'],
  ['\x97JB2\r\n\x1a\n', 'a JBIG2 picture'],
  ['AT&TFORM', 'a DjVu document'],
  ['icns', 'an icon'],
  ['\0\0\x02\0', 'a cursor'],
  ['\x01\xda', 'an SGI picture'],
  ['\x59\xa6\x6a\x95', 'a Sun raster picture'],
  ['SDPX', 'a DPX picture'],
  ['XPDS', 'a DPX picture'],
  ['\x80\x2a\x5f\xd7', 'a Cineon picture'],
  ['\x08\xf2\xa6\xb6', 'a VIPS picture'],
  ['\xb6\xa6\xf2\x08', 'a VIPS picture'],
  ['\xabKTX ', 'a KTX texture'],
  ['NRRD000', 'an NRRD volume'],
  ['\xd7\xcd\xc6\x9a', 'a Windows metafile'],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file'],
  ['%!PS', 'a PostScript drawing'],
  ['\xc5\xd0\xd3\xc6', 'a PostScript drawing'],
];

/** Pictures, and data that the reconstruction tasks read by other functions. */
function otherPicture(bytes: Uint8Array): string | undefined {
  const brand = ascii(bytes, 4, 4) === 'ftyp' ? ascii(bytes, 8, 4) : '';
  if (/^avi[fs]$/.test(brand) || (/^m[is][fs]1$/.test(brand) && /avi[fs]/.test(ascii(bytes, 16, 48))))
    return 'an AVIF picture';
  if (/^(hei[cxms]|hev[cxms]|m[is][fs]1|mif2)$/.test(brand)) return 'a HEIC photograph';
  if (/^(j2ki|j2is|jpeg|jpgs|vvic|evbi)$/.test(brand)) return 'a HEIF picture';
  if (brand === 'crx ') return 'a Canon raw photograph';
  if (starts(bytes, [0xff, 0x0a]) || ascii(bytes, 4, 4) === 'JXL ') return 'a JPEG XL picture';
  if (ascii(bytes, 4, 4) === 'jP  ' || starts(bytes, [0xff, 0x4f, 0xff, 0x51])) return 'a JPEG 2000 picture';
  if (ascii(bytes, 0, 2) === 'BM' && bytes.length > 26) return 'a BMP picture';
  if (starts(bytes, [0x49, 0x49, 0xbc])) return 'a JPEG XR picture';
  const named = MARKS.find(([mark]) => ascii(bytes, 0, mark.length) === mark);
  if (named !== undefined) return named[1];
  if (ascii(bytes, 0, 4) === 'DDS ') return 'a DirectDraw texture';
  if (/^#\?(RADIANCE|RGBE)/.test(ascii(bytes, 0, 10))) return 'a Radiance picture';
  if (starts(bytes, [0, 0, 1, 0]) && bytes[4] > 0 && bytes[5] === 0) return 'an icon';
  if (bytes[0] === 0x0a && bytes[1] <= 5 && bytes[2] === 1 && [1, 2, 4, 8].includes(bytes[3])) return 'a PCX picture';
  if (ascii(bytes, 0, 9) === 'gimp xcf ') return 'a GIMP document';
  if (isTarga(bytes)) return 'a Targa picture';
  if (ascii(bytes, 0, 4) === '8BPS') return 'a Photoshop document';
  if (/^P[1-7][\s#]/.test(ascii(bytes, 0, 3))) return 'a Netpbm picture';
  if (starts(bytes, [0x76, 0x2f, 0x31, 0x01])) return 'an OpenEXR picture';
  const raw = rawPhotograph(bytes);
  if (raw !== undefined) return raw;
  if (isDicom(bytes)) return 'a DICOM file (only the reconstruct task reads those)';
  if (ascii(bytes, 1, 5) === 'NUMPY') return 'a NumPy array (only the reconstruct task reads those)';
  return undefined;
}

/** Raw files that are no TIFFs by their marks (those that are: see tiff-structure.ts). */
function rawPhotograph(bytes: Uint8Array): string | undefined {
  const mark = ascii(bytes, 0, 4);
  if (/^(IIRO|IIRS|MMOR)$/.test(mark)) return 'an Olympus raw photograph';
  if (mark === 'IIU\0') return 'a Panasonic or Leica raw photograph';
  if (ascii(bytes, 0, 15) === 'FUJIFILMCCD-RAW') return 'a Fujifilm raw photograph';
  if (mark === '\0MRM') return 'a Minolta raw photograph';
  if (mark === 'FOVb') return 'a Sigma raw photograph';
  if (ascii(bytes, 6, 8) === 'HEAPCCDR') return 'a Canon raw photograph';
  if (/^(ARRI|IIII|MMMM|RAWn)$/.test(mark)) return 'a raw photograph';
  return undefined;
}

/** What a file that is no picture looks like, for the message. */
function appearance(bytes: Uint8Array): string {
  if (ascii(bytes, 0, 4) === '%PDF') return 'a PDF document';
  if (ascii(bytes, 0, 4) === 'PK\x03\x04') return 'a ZIP archive or an office document';
  if (starts(bytes, [0x1f, 0x8b])) return 'a gzip archive';
  if (ascii(bytes, 4, 4) === 'ftyp') return 'a video';
  if (ascii(bytes, 0, 4) === 'RIFF') return 'an audio or video file';
  const head = bytes.subarray(0, 512);
  if (head.every((byte) => byte === 0)) return 'zero bytes only, as interrupted copies leave them';
  const text = new TextDecoder('utf-8').decode(head);
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)?(<!doctype svg|<svg)/i.test(text)) return 'an SVG drawing';
  if (/^\s*(<!doctype html|<html)/i.test(text)) return 'a web page';
  if (!head.some(isControl) && !text.slice(0, -1).includes('\ufffd')) return 'plain text';
  const hex = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `unknown binary data (first bytes ${hex})`;
}

/** A control character that text does not contain. */
function isControl(byte: number): boolean {
  return byte < 32 && ![8, 9, 10, 11, 12, 13, 27].includes(byte);
}

/** Targa has no mark: its header must be plausible in every field. */
function isTarga(bytes: Uint8Array): boolean {
  const [, map, type] = bytes;
  if (bytes.length < 18 || map > 1 || ![1, 2, 3, 9, 10, 11].includes(type)) return false;
  const isMapped = type === 1 || type === 9;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint16(12, true), view.getUint16(14, true)];
  return isMapped === (map === 1) && width > 0 && height > 0 && [8, 15, 16, 24, 32].includes(bytes[16]);
}

function starts(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}

/** `length` bytes from `offset` as Latin-1 characters; shorter at the end of the data. */
export function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
