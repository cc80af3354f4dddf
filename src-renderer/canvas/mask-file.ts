import { LangevinError, toLangevinError } from '../../src-main/errors.ts';
import { MaskLayer, type TilePatch } from './mask-layer.ts';
import { VarintReader, writeVarint } from './tile-codec.ts';

const SIGNATURE = [0x4c, 0x4d, 0x53, 0x4b, 1]; // "LMSK", format 1
const CHECKSUM_LENGTH = 4;

/**
 * A mask as compact bytes for autosave: signature, width, height, number of tiles; per tile that is not empty its
 * distance from the one before, the length of its code and the code (see `encodeTile`); checksum.
 */
export function serializeMask(layer: MaskLayer): Uint8Array {
  const { tiles } = layer.snapshot();
  const room = tiles.reduce((sum, { code }) => sum + code.length + 10, SIGNATURE.length + 15 + CHECKSUM_LENGTH);
  const out = new Uint8Array(room);
  out.set(SIGNATURE);
  let end = SIGNATURE.length;
  for (const header of [layer.width, layer.height, tiles.length]) end = writeVarint(out, end, header);
  let previous = 0;
  for (const { index, code } of tiles) {
    end = writeVarint(out, end, index - previous);
    end = writeVarint(out, end, code.length);
    out.set(code, end);
    end += code.length;
    previous = index;
  }
  new DataView(out.buffer).setUint32(end, checksum(out.subarray(0, end)));
  return out.slice(0, end + CHECKSUM_LENGTH);
}

/**
 * The inverse of `serializeMask`.
 * @throws picture-damaged when the bytes are cut off, altered or something else.
 */
export function deserializeMask(bytes: Uint8Array): MaskLayer {
  const end = bytes.length - CHECKSUM_LENGTH;
  if (end < SIGNATURE.length || SIGNATURE.some((byte, i) => byte !== bytes[i])) {
    throw damaged('it does not start like one');
  }
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0);
  if (stored !== checksum(bytes.subarray(0, end))) throw damaged('its checksum is wrong');
  try {
    const reader = new VarintReader(bytes.subarray(0, end), SIGNATURE.length);
    const layer = new MaskLayer(reader.next(), reader.next());
    layer.apply(readTiles(reader, bytes, layer.columns * layer.rows));
    layer.takeDirty();
    if (reader.position !== end) throw damaged('bytes are left over');
    return layer;
  } catch (error) {
    throw damaged(toLangevinError(error).message);
  }
}

function readTiles(reader: VarintReader, bytes: Uint8Array, tileCount: number): TilePatch {
  const tiles: { index: number; code: Uint8Array }[] = [];
  let index = 0;
  for (let left = reader.next(); left > 0; left--) {
    index += reader.next();
    if (index >= tileCount) throw damaged(`it has a tile ${index} of ${tileCount}`);
    const length = reader.next();
    tiles.push({ index, code: bytes.subarray(reader.position, reader.position + length) });
    reader.position += length;
  }
  return { tiles, bytes: 0 };
}

/** FNV-1a, 32 bits. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function damaged(reason: string): LangevinError {
  return new LangevinError(
    'picture-damaged',
    `The saved mask cannot be read (${reason}); paint the mask again or import it from a picture.`,
  );
}
