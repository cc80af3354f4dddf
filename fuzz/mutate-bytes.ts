import type { FuzzRandom } from './fuzz-random.ts';

const BYTES = [0, 1, 2, 4, 8, 0x7f, 0x80, 0xfe, 0xff];
/** At and around the edges of the integer types. */
const INTEGERS = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];
/** Half of all changes fall in here, where headers are. */
const HEADER = 400;

/**
 * A file with some of its bytes changed, removed, repeated, moved, or mixed with those of another: bits, bytes, 16- and
 * 32-bit integers of both orders, cuts.
 * @param other  a file of the same kind, to take pieces from.
 */
export function mutateBytes(bytes: Uint8Array, random: FuzzRandom, other: Uint8Array = bytes): Uint8Array {
  let b: Buffer = Buffer.from(bytes);
  const changes = random.int(1, random.int(1, 8));
  for (let k = 0; k < changes && b.length >= 16; k++) b = changed(b, random, other);
  return new Uint8Array(b);
}

function changed(b: Buffer, random: FuzzRandom, other: Uint8Array): Buffer {
  const at = random.int(0, (random.chance(0.55) ? Math.min(b.length, HEADER) : b.length) - 1);
  const length = random.int(1, 64);
  const rest = b.subarray(at);
  const before = b.subarray(0, at);
  switch (random.int(0, 9)) {
    case 0:
    case 1:
      b[at] ^= 1 << random.int(0, 7);
      return b;
    case 2:
      b[at] = random.pick(BYTES);
      return b;
    case 3:
      return Buffer.concat([before, integer(4, random), rest.subarray(4)]);
    case 4:
      return Buffer.concat([before, integer(2, random), rest.subarray(2)]);
    case 5:
      return b.subarray(0, Math.max(8, Math.floor(b.length * (0.2 + 0.8 * random.uniform()))));
    case 6:
      return Buffer.concat([before, rest.subarray(length)]);
    case 7:
      return Buffer.concat([before, rest.subarray(0, length), rest]);
    case 8: {
      const from = random.int(0, other.length - 1);
      return Buffer.concat([before, other.subarray(from, from + 4 * length), rest]);
    }
    default:
      return Buffer.concat([before, random.bytes(length), rest]);
  }
}

/** An integer at an edge, of either byte order. */
function integer(size: 2 | 4, random: FuzzRandom): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(random.pick(INTEGERS));
  const low = bytes.subarray(4 - size);
  return random.chance(0.5) ? low : Buffer.from(low).reverse();
}
