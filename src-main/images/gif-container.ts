import { damaged, viewOf, type Contents } from './container.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;

/** LZW codes at most 4096 pixels in 12 bits. */
const LZW_RATIO = 2731;

/**
 * Checks the first frame of a GIF file (GIF89a specification); the format has no metadata that others keep.
 * @throws picture-damaged when the frame is missing or cut, or too short for the size it claims.
 */
export function readGif(bytes: Uint8Array, name: string): Contents {
  const view = viewOf(bytes);
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(bytes[10] ?? 0);
  while (bytes[at] === EXTENSION) at = skipBlocks(bytes, at + 2, name).end;
  if (at + 10 > bytes.length || bytes[at] !== IMAGE) throw damaged(name, 'it has no frame');
  const width = view.getUint16(at + 5, true);
  const height = view.getUint16(at + 7, true);
  const { dataBytes } = skipBlocks(bytes, at + 11 + tableBytes(bytes[at + 9]), name);
  if (width * height > dataBytes * LZW_RATIO) {
    throw damaged(name, `its first frame claims ${width} × ${height} pixels, but has only ${dataBytes} bytes of data`);
  }
  return { lossy: false, metadata: { orientation: 1 } };
}

/** Sub-blocks of at most 255 bytes, each after its length; an empty one ends them. */
function skipBlocks(bytes: Uint8Array, start: number, name: string): { dataBytes: number; end: number } {
  let dataBytes = 0;
  let at = start;
  for (;;) {
    if (at >= bytes.length) throw damaged(name, 'it ends in the middle of its data');
    const length = bytes[at];
    at += 1 + length;
    if (length === 0) return { dataBytes, end: at };
    dataBytes += length;
  }
}
