import type { Picture } from '../tensor/picture.ts';
import {
  damaged,
  join,
  latin1,
  metadataOf,
  startsWith,
  viewOf,
  type Contents,
  type PictureHeader,
} from './container.ts';
import { displayTags, exifToWrite } from './exif.ts';
import { readIfdTree } from './ifd.ts';
import { afterTheEnd } from './metadata/after-the-end.ts';
import { textsForXmp } from './metadata/carry.ts';
import { cleanExif } from './metadata/exif-copies.ts';
import { cleanXmp, withTexts } from './metadata/xmp.ts';

const RIFF_HEADER_BYTES = 12;
const EXIF_PREFIX = 'Exif\0\0';

/**
 * Pixels per byte of lossy data that no file reaches: even a flat picture has 600. (Lossless data have no bound: a flat
 * picture, such as an empty mask, takes 40 bytes at any size.)
 */
const MAX_LOSSY_RATIO = 10_000;

const KNOWN_CHUNKS = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP', 'EXIF', 'XMP ']);

/** Bits of the first byte of VP8X. */
const HAS_ICC = 0x20;
const HAS_ALPHA = 0x10;
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * Size and orientation of a WebP file, or of the beginning of one.
 * @throws picture-damaged when there is no frame header.
 */
export function webpHeader(bytes: Uint8Array, name: string): PictureHeader {
  return headerOf(readChunks(bytes).chunks, name);
}

function headerOf(chunks: readonly Chunk[], name: string): PictureHeader {
  const size = chunks.map(sizeOf).find((found) => found !== undefined);
  if (size === undefined) throw damaged(name, 'it ends within its frame header');
  const exif = exifOf(chunks);
  const { orientation } = displayTags(exif && readIfdTree(exif));
  // Alpha is the library's to find; four channels are the most.
  return { format: 'webp', ...size, pixelBytes: 4, orientation };
}

/** Of the canvas, a key frame (RFC 6386, section 9.1) or a lossless frame (RFC 9649, section 3.4). */
function sizeOf({ type, data }: Chunk): { width: number; height: number } | undefined {
  if (data.length < 10) return undefined;
  const view = viewOf(data);
  if (type === 'VP8X') {
    const side = (at: number): number => view.getUint16(at, true) + (data[at + 2] << 16) + 1;
    return { width: side(4), height: side(7) };
  }
  if (type === 'VP8 ') return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
  if (type !== 'VP8L') return undefined;
  const bits = view.getUint32(1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function exifOf(chunks: readonly Chunk[]): Uint8Array | undefined {
  const stored = chunks.find(({ type }) => type === 'EXIF')?.data;
  // Some writers put JPEG's prefix before the block.
  return stored && startsWith(stored, EXIF_PREFIX) ? stored.slice(EXIF_PREFIX.length) : stored?.slice();
}

/**
 * Metadata of a WebP file (RFC 9649).
 * @throws picture-damaged when the file has no header, or is too short for the size it claims.
 */
export function readWebp(bytes: Uint8Array, name: string): Contents {
  const { chunks, isWhole, end } = readChunks(bytes);
  const header = headerOf(chunks, name);
  const first = (type: string): Uint8Array | undefined => chunks.find((chunk) => chunk.type === type)?.data.slice();
  const lossy = chunks.find(({ type }) => type === 'VP8 ')?.data;
  if (lossy) assertEnoughData(lossy, name);
  const block = exifOf(chunks);
  const display = displayTags(block && readIfdTree(block));
  const { exif, dropped: inExif = [] } = block ? cleanExif(block) : {};
  const packet = first('XMP ');
  const { xmp, dropped: inXmp = [] } = packet ? cleanXmp(packet) : {};
  const others = chunks.map(({ type }) => type).filter((type) => !KNOWN_CHUNKS.has(type));
  return {
    header,
    damage: isWhole ? undefined : { what: 'it is shorter than its header says, so picture data are missing' },
    // An animation's frames hold their data within ANMF chunks.
    lossy: !chunks.some(({ type }) => type === 'VP8L'),
    dropped: [
      ...inExif,
      ...inXmp,
      ...others.slice(0, 8).map((type) => `the chunk ${JSON.stringify(type)}`),
      ...afterTheEnd(bytes.subarray(end)),
    ],
    metadata: metadataOf({ exif, icc: first('ICCP'), xmp, ...display }),
  };
}

/** Puts the metadata of `picture` into the WebP file of its samples, which then has the extended form. */
export function writeWebp(encoded: Uint8Array, picture: Picture): Uint8Array {
  const { metadata, mode, width, height } = picture;
  // WebP has no field for the resolution but EXIF.
  const exif = exifToWrite(metadata, false);
  const { icc } = metadata;
  const xmp = withTexts(metadata.xmp, textsForXmp(metadata, 'webp'));
  if (!exif && !icc && !xmp) return encoded;
  const samples = readChunks(encoded).chunks.filter(({ type }) => ['ALPH', 'VP8 ', 'VP8L'].includes(type));
  const alpha = mode === 'rgb-alpha' || mode === 'gray-alpha';
  const header = new Uint8Array(10);
  header[0] = (icc ? HAS_ICC : 0) | (alpha ? HAS_ALPHA : 0) | (exif ? HAS_EXIF : 0) | (xmp ? HAS_XMP : 0);
  [width - 1, height - 1].forEach((side, i) => {
    header.set([side & 255, (side >> 8) & 255, side >> 16], 4 + 3 * i);
  });
  const chunks: Chunk[] = [{ type: 'VP8X', data: header }];
  if (icc) chunks.push({ type: 'ICCP', data: icc });
  chunks.push(...samples);
  if (exif) chunks.push({ type: 'EXIF', data: exif });
  if (xmp) chunks.push({ type: 'XMP ', data: xmp });
  const body = join(chunks.flatMap(chunkBytes));
  const head = latin1('RIFF____WEBP');
  viewOf(head).setUint32(4, body.length + 4, true);
  return join([head, body]);
}

/** A key frame's header (RFC 6386, section 9.1): tag, start code, width and height of 14 bits. */
function assertEnoughData(frame: Uint8Array, name: string): void {
  if (frame.length < 10) throw damaged(name, 'it ends within its frame header');
  const view = viewOf(frame);
  const width = view.getUint16(6, true) & 0x3fff;
  const height = view.getUint16(8, true) & 0x3fff;
  if (width * height > frame.length * MAX_LOSSY_RATIO) {
    throw damaged(
      name,
      `its header claims ${width} × ${height} pixels, but the file holds only ${frame.length} bytes of picture data`,
    );
  }
}

/** The chunks within the length that the file states; the last one may be cut short. `end`: where that length ends. */
function readChunks(bytes: Uint8Array): { chunks: Chunk[]; isWhole: boolean; end: number } {
  const view = viewOf(bytes);
  const stated = bytes.length < RIFF_HEADER_BYTES ? Infinity : view.getUint32(4, true) + 8;
  const end = Math.min(stated, bytes.length);
  const chunks: Chunk[] = [];
  let isWhole = stated <= bytes.length;
  for (let at = RIFF_HEADER_BYTES; at + 8 <= end;) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > end) isWhole = false;
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  return { chunks, isWhole, end: end + (end & 1) };
}

function chunkBytes({ type, data }: Chunk): Uint8Array[] {
  const head = new Uint8Array(8);
  head.set(latin1(type));
  viewOf(head).setUint32(4, data.length, true);
  return data.length & 1 ? [head, data, new Uint8Array(1)] : [head, data];
}
