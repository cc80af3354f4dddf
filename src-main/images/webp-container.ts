import type { Picture } from '../tensor/picture.ts';
import { damaged, join, latin1, metadataOf, startsWith, viewOf, type Contents } from './container.ts';
import { displayTags, exifToWrite } from './exif.ts';
import { readIfdTree } from './ifd.ts';

const RIFF_HEADER_BYTES = 12;
const EXIF_PREFIX = 'Exif\0\0';

/**
 * Pixels per byte of lossy data that no file reaches: even a flat picture has 600. (Lossless data have no bound: a flat
 * picture, such as an empty mask, takes 40 bytes at any size.)
 */
const MAX_LOSSY_RATIO = 10_000;

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
 * Metadata of a WebP file (RFC 9649).
 * @throws picture-damaged when the file is shorter than its header says, or too short for the size it claims.
 */
export function readWebp(bytes: Uint8Array, name: string): Contents {
  const chunks = readChunks(bytes, name);
  const first = (type: string): Uint8Array | undefined => chunks.find((chunk) => chunk.type === type)?.data.slice();
  const lossy = chunks.find(({ type }) => type === 'VP8 ')?.data;
  if (lossy) assertEnoughData(lossy, name);
  const stored = first('EXIF');
  // Some writers put JPEG's prefix before the block.
  const exif = stored && startsWith(stored, EXIF_PREFIX) ? stored.slice(EXIF_PREFIX.length) : stored;
  const display = displayTags(exif && readIfdTree(exif));
  return {
    // An animation's frames hold their data within ANMF chunks.
    lossy: !chunks.some(({ type }) => type === 'VP8L'),
    metadata: metadataOf({ exif, icc: first('ICCP'), xmp: first('XMP '), ...display }),
  };
}

/** Puts the metadata of `picture` into the WebP file of its samples, which then has the extended form. */
export function writeWebp(encoded: Uint8Array, picture: Picture): Uint8Array {
  const { metadata, mode, width, height } = picture;
  // WebP has no field for the resolution but EXIF.
  const exif = exifToWrite(metadata, false);
  const { icc, xmp } = metadata;
  if (!exif && !icc && !xmp) return encoded;
  const samples = readChunks(encoded, 'the encoded WebP').filter(({ type }) => ['ALPH', 'VP8 ', 'VP8L'].includes(type));
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

function readChunks(bytes: Uint8Array, name: string): Chunk[] {
  const view = viewOf(bytes);
  const end = bytes.length < RIFF_HEADER_BYTES ? Infinity : view.getUint32(4, true) + 8;
  if (end > bytes.length) throw damaged(name, 'it is shorter than its header says, so picture data are missing');
  const chunks: Chunk[] = [];
  for (let at = RIFF_HEADER_BYTES; at + 8 <= end;) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > end) throw damaged(name, 'it ends in the middle of its data');
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

function chunkBytes({ type, data }: Chunk): Uint8Array[] {
  const head = new Uint8Array(8);
  head.set(latin1(type));
  viewOf(head).setUint32(4, data.length, true);
  return data.length & 1 ? [head, data, new Uint8Array(1)] : [head, data];
}
