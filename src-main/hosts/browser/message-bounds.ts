/** Numbers, texts, byte strings, lists and maps in one message: 10,000 angles and 200 tabs have fewer. */
const MOST_VALUES = 40_000;
/** Of lists and maps within one another. */
const DEEPEST = 32;
/** Of all that is no byte string. */
const MOST_PLAIN_BYTES = 4 * 2 ** 20;

/** What the first byte of a value says it is; `plain`: numbers, texts, true, false and nothing. */
type Kind = 'plain' | 'bytes' | 'list' | 'map' | 'never';

interface Head {
  readonly kind: Kind;
  /** Bytes before the contents. */
  readonly header: number;
  /** Bytes of contents; of lists and maps, their entries. */
  readonly length: number;
}

/**
 * Whether a MessagePack message (https://github.com/msgpack/msgpack/blob/master/spec.md) is whole and of a bounded
 * complexity, told without building anything of it: byte strings are stepped over, so that the work is bounded however
 * long it is.
 */
export function isBounded(data: Uint8Array): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  /** Values still to come in each open list or map. */
  const open: number[] = [1];
  let at = 0;
  let values = 0;
  let plain = 0;
  while (open.length > 0) {
    if (open[open.length - 1] === 0) {
      open.pop();
      continue;
    }
    open[open.length - 1]--;
    if (++values > MOST_VALUES || at >= data.length) return false;
    const { kind, header, length } = headOf(view, at);
    if (kind === 'never' || at + header > data.length) return false;
    at += header;
    plain += header;
    if (kind === 'list' || kind === 'map') {
      if (open.length > DEEPEST) return false;
      open.push(kind === 'map' ? 2 * length : length);
      continue;
    }
    at += length;
    if (kind !== 'bytes') plain += length;
    if (at > data.length || plain > MOST_PLAIN_BYTES) return false;
  }
  return at === data.length;
}

/** Bytes of the numbers 0xca … 0xd3. */
const NUMBERS = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8];

function headOf(view: DataView, at: number): Head {
  const first = view.getUint8(at);
  if (first < 0x80 || first >= 0xe0) return { kind: 'plain', header: 1, length: 0 };
  if (first < 0x90) return { kind: 'map', header: 1, length: first & 0x0f };
  if (first < 0xa0) return { kind: 'list', header: 1, length: first & 0x0f };
  if (first < 0xc0) return { kind: 'plain', header: 1, length: first & 0x1f };
  if (first >= 0xca && first <= 0xd3) return { kind: 'plain', header: 1, length: NUMBERS[first - 0xca] };
  switch (first) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return { kind: 'plain', header: 1, length: 0 };
    case 0xc4:
      return counted('bytes', view, at, 1);
    case 0xc5:
      return counted('bytes', view, at, 2);
    case 0xc6:
      return counted('bytes', view, at, 4);
    case 0xd9:
      return counted('plain', view, at, 1);
    case 0xda:
      return counted('plain', view, at, 2);
    case 0xdb:
      return counted('plain', view, at, 4);
    case 0xdc:
      return counted('list', view, at, 2);
    case 0xdd:
      return counted('list', view, at, 4);
    case 0xde:
      return counted('map', view, at, 2);
    case 0xdf:
      return counted('map', view, at, 4);
    default:
      // 0xc1 has no meaning, and extensions have none here.
      return { kind: 'never', header: 1, length: 0 };
  }
}

/** A length of `size` bytes follows the first byte. */
function counted(kind: Kind, view: DataView, at: number, size: 1 | 2 | 4): Head {
  if (at + 1 + size > view.byteLength) return { kind: 'never', header: 1, length: 0 };
  const length = size === 1 ? view.getUint8(at + 1) : size === 2 ? view.getUint16(at + 1) : view.getUint32(at + 1);
  return { kind, header: 1 + size, length };
}
