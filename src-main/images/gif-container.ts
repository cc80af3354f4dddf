import { damaged, join, metadataOf, viewOf, type Contents, type Damage, type PictureHeader } from './container.ts';
import { afterTheEnd } from './metadata/after-the-end.ts';
import { findPicture } from './metadata/pictures-within.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const COMMENT = 0xfe;
const END = 0x3b;

/** LZW codes at most 4096 pixels in 12 bits. */
const LZW_RATIO = 2731;
/** A frame may be a small part of its canvas, which animations of interfaces use; beyond this it is a forgery. */
const CANVAS_RATIO = 2000;

/**
 * Size of the canvas of a GIF file, or of the beginning of one.
 * @throws picture-damaged when the file ends before it says so.
 */
export function gifHeader(bytes: Uint8Array, name: string): PictureHeader {
  if (bytes.length < 13) throw damaged(name, 'it ends within its header');
  const view = viewOf(bytes);
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  return { format: 'gif', width, height, pixelBytes: 4, orientation: 1 };
}

/**
 * Checks the first frame of a GIF file (GIF89a specification).
 * @throws picture-damaged when the frame is missing, or too short for the size it or the canvas claims.
 */
export function readGif(bytes: Uint8Array, name: string): Contents {
  const header = gifHeader(bytes, name);
  const view = viewOf(bytes);
  let at = 13 + tableBytes(bytes[10]);
  const comments: Uint8Array[] = [];
  while (bytes[at] === EXTENSION) {
    const { end } = skipBlocks(bytes, at + 2);
    if (bytes[at + 1] === COMMENT) comments.push(blocksOf(bytes, at + 2));
    at = end;
  }
  if (at + 10 > bytes.length || bytes[at] !== IMAGE) throw damaged(name, 'it has no frame');
  const width = view.getUint16(at + 5, true);
  const height = view.getUint16(at + 7, true);
  const { dataBytes, isWhole, end } = skipBlocks(bytes, at + 11 + tableBytes(bytes[at + 9]));
  if (width * height > dataBytes * LZW_RATIO) {
    throw damaged(name, `its first frame claims ${width} × ${height} pixels, but has only ${dataBytes} bytes of data`);
  }
  if (header.width * header.height > Math.max(width * height, bytes.length) * CANVAS_RATIO) {
    const canvas = `${header.width} × ${header.height}`;
    throw damaged(name, `its canvas claims ${canvas} pixels, but its first frame has only ${width} × ${height}`);
  }
  const damage: Damage | undefined = isWhole ? undefined : { what: 'it ends in the middle of its data' };
  const blocks = comments.filter((data) => findPicture(data) < 0).map((data) => ({ type: 'comment', data }));
  const native = blocks.length > 0 ? ({ format: 'gif', blocks } as const) : undefined;
  const metadata = metadataOf({ orientation: 1, native });
  const dropped = afterTheEnd(bytes.subarray(endMark(bytes, end)));
  return { header, lossy: false, isWarnedOf: true, metadata, damage, dropped };
}

/** Where the end mark behind further frames and extensions ends, or the file where there is none. */
function endMark(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    if (bytes[at] === EXTENSION) at = skipBlocks(bytes, at + 2).end;
    else if (bytes[at] === IMAGE && at + 10 <= bytes.length) {
      at = skipBlocks(bytes, at + 11 + tableBytes(bytes[at + 9])).end;
    } else return bytes[at] === END ? at + 1 : bytes.length;
  }
}

/** Of a table of colours, as the flags before it say. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** The data of sub-blocks. */
function blocksOf(bytes: Uint8Array, start: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = start; at < bytes.length && bytes[at] > 0; at += 1 + bytes[at]) {
    parts.push(bytes.subarray(at + 1, at + 1 + bytes[at]));
  }
  return join(parts);
}

/** Sub-blocks of at most 255 bytes, each after its length; an empty one ends them. */
function skipBlocks(bytes: Uint8Array, start: number): { dataBytes: number; end: number; isWhole: boolean } {
  let dataBytes = 0;
  let at = start;
  while (at < bytes.length) {
    const length = bytes[at];
    at += 1 + length;
    if (length === 0) return { dataBytes, end: at, isWhole: true };
    dataBytes += length;
  }
  return { dataBytes, end: at, isWhole: false };
}
