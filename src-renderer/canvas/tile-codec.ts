import { LangevinError } from '../../src-main/errors.ts';
import type { Tile } from './tile.ts';

/**
 * Run-length code of a tile's bytes. A token is a variable-length integer n (7 bits a byte, low bits first, the high
 * bit says that more follow): even n is a run of n/2 equal bytes, followed by that byte; odd n is (n − 1)/2 bytes as
 * they are. A uniform tile takes 4 bytes, noise 1/64 more than its size.
 */
export function encodeTile(tile: Tile, length: number): Uint8Array {
  if (typeof tile === 'number') {
    const out = new Uint8Array(8);
    const end = writeVarint(out, 0, length * 2);
    out[end] = tile;
    return out.slice(0, end + 1);
  }
  const out = new Uint8Array(length + (length >> 4) + 16);
  let end = 0;
  let literal = 0;
  const flush = (upTo: number): void => {
    if (upTo === literal) return;
    end = writeVarint(out, end, (upTo - literal) * 2 + 1);
    out.set(tile.subarray(literal, upTo), end);
    end += upTo - literal;
  };
  for (let i = 0; i < length;) {
    const value = tile[i];
    let next = i + 1;
    while (next < length && tile[next] === value) next++;
    // Shorter runs cost more as runs of their own than inside a literal.
    if (next - i >= 4) {
      flush(i);
      end = writeVarint(out, end, (next - i) * 2);
      out[end++] = value;
      literal = next;
    }
    i = next;
  }
  flush(length);
  return out.slice(0, end);
}

/**
 * The inverse of `encodeTile`; a tile of one value comes back as that number.
 * @throws picture-damaged when the code does not describe exactly `length` pixels.
 */
export function decodeTile(code: Uint8Array, length: number): Tile {
  const reader = new VarintReader(code);
  const first = reader.next();
  if (first === length * 2 && reader.position === code.length - 1) return code[reader.position];
  const out = new Uint8Array(length);
  let filled = 0;
  for (let token = first; ; token = reader.next()) {
    const count = token >>> 1;
    const bytes = token & 1 ? count : 1;
    if (filled + count > length || reader.position + bytes > code.length) throw damaged();
    if (token & 1) out.set(code.subarray(reader.position, reader.position + count), filled);
    else out.fill(code[reader.position], filled, filled + count);
    reader.position += bytes;
    filled += count;
    if (reader.position === code.length) break;
  }
  if (filled !== length) throw damaged();
  return out;
}

/** Writes a non-negative integer below 2³² at `position` and returns the position after it. */
export function writeVarint(out: Uint8Array, position: number, value: number): number {
  let rest = value >>> 0;
  while (rest > 0x7f) {
    out[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[position++] = rest;
  return position;
}

/** Reads what `writeVarint` wrote. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** @throws picture-damaged past the end, and for integers of more than 32 bits. */
  next(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.position >= this.#bytes.length) throw damaged();
      const byte = this.#bytes[this.position++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffffffff) throw damaged();
        return value;
      }
    }
    throw damaged();
  }
}

function damaged(): LangevinError {
  return new LangevinError(
    'picture-damaged',
    'The saved mask is damaged and cannot be read; paint or import it again.',
  );
}
