/**
 * Directories of tags as TIFF defines them (TIFF 6.0, section 2), which EXIF blocks and TIFF files share: reading them
 * from a file of either byte order, and laying them out again elsewhere with their values unchanged.
 */

/** 'II' = little-endian, 'MM' = big-endian. */
export type ByteOrder = 'II' | 'MM';

export interface IfdEntry {
  readonly tag: number;
  /** Field type 1…13; 16…18 in a BigTIFF file. */
  readonly type: number;
  readonly count: number;
  /** The value's bytes in the order of the file. */
  readonly value: Uint8Array;
  /** Where the value lies in the file. */
  readonly offset: number;
}

export interface Ifd {
  readonly entries: readonly IfdEntry[];
  /** The EXIF, GPS and interoperability directories by the tag that points to them; that tag is not in `entries`. */
  readonly children: ReadonlyMap<number, Ifd>;
  /** Where the directory lies in the file and how many entries it has there; zeros for one that was put together. */
  readonly place: { readonly at: number; readonly count: number };
  /** Tags whose values lie outside of the file. */
  readonly lost?: readonly number[];
}

/** The first directory of a file with the directories below it. */
export interface IfdTree {
  readonly order: ByteOrder;
  readonly root: Ifd;
  /** Where the file's next directory begins; undefined after the last. */
  readonly next?: number;
}

const EXIF_POINTER = 34665;
const GPS_POINTER = 34853;
const INTEROPERABILITY_POINTER = 40965;
const POINTERS: readonly number[] = [EXIF_POINTER, GPS_POINTER, INTEROPERABILITY_POINTER];

/** Bytes of one value of a field type: BYTE, ASCII, SHORT, LONG, RATIONAL, …, IFD; LONG8, SLONG8, IFD8. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** Bytes that swap together when the byte order changes: a RATIONAL is two LONGs. */
const WORD_BYTES = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4];
const LONG = 4;

/**
 * Reads the first directory of a TIFF structure (classic or BigTIFF), or the one at an offset.
 * Entries whose values lie outside of `bytes` are left out.
 * @returns undefined when there is no directory to read.
 */
export function readIfdTree(bytes: Uint8Array, at?: number): IfdTree | undefined {
  if (bytes.length < 8) return undefined;
  const mark = String.fromCharCode(bytes[0], bytes[1]);
  if (mark !== 'II' && mark !== 'MM') return undefined;
  const reader = new Reader(bytes, mark);
  const version = reader.uint(2, 2);
  if (version === 43) reader.big = true;
  else if (version !== 42) return undefined;
  const start = at ?? (reader.big ? reader.uint(8, 8) : reader.uint(4, 4));
  const root = start === undefined ? undefined : readIfd(reader, start, 2);
  if (start === undefined || root === undefined) return undefined;
  const next = reader.uint(endOfIfd(reader, start), reader.big ? 8 : 4);
  return { order: mark, root, ...(next !== undefined && next > 0 && { next }) };
}

/** Where the pointer to the next directory lies. */
function endOfIfd(reader: Reader, start: number): number {
  const [countSize, entrySize] = reader.big ? [8, 20] : [2, 12];
  return start + countSize + (reader.uint(start, countSize) ?? 0) * entrySize;
}

/** A directory put together of entries and the directories below it. */
export function makeIfd(entries: readonly IfdEntry[], children: ReadonlyMap<number, Ifd> = new Map()): Ifd {
  return { entries, children, place: { at: 0, count: 0 } };
}

/** The unsigned integers of a BYTE, SHORT, LONG or LONG8 entry; RATIONALs as quotients; empty for other types. */
export function entryNumbers(entry: IfdEntry | undefined, order: ByteOrder): number[] {
  if (entry === undefined) return [];
  const reader = new Reader(entry.value, order);
  const size = TYPE_BYTES[entry.type];
  const numbers: number[] = [];
  for (let i = 0; i < entry.count; i++) {
    const at = i * size;
    if (entry.type === 5) numbers.push(reader.uint(at, 4)! / reader.uint(at + 4, 4)!);
    else if ([1, 3, 4, 13, 16, 18].includes(entry.type)) numbers.push(reader.uint(at, size)!);
  }
  return numbers;
}

/** An entry of LONGs. */
export function longsEntry(tag: number, values: readonly number[], order: ByteOrder): IfdEntry {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value, order === 'II'));
  return { tag, type: LONG, count: values.length, value: bytes, offset: 0 };
}

/** The entry of `ifd` with this tag. */
export function findEntry(ifd: Ifd, tag: number): IfdEntry | undefined {
  return ifd.entries.find((entry) => entry.tag === tag);
}

/** A SHORT entry. */
export function shortEntry(tag: number, value: number, order: ByteOrder): IfdEntry {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, order === 'II');
  return { tag, type: 3, count: 1, value: bytes, offset: 0 };
}

/** A RATIONAL entry, exact to 1/1000 … 1/10000. */
export function rationalEntry(tag: number, value: number, order: ByteOrder): IfdEntry {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const denominator = Number.isInteger(value) ? 1 : value < 1e5 ? 10_000 : 1;
  view.setUint32(0, Math.round(value * denominator), order === 'II');
  view.setUint32(4, denominator, order === 'II');
  return { tag, type: 5, count: 1, value: bytes, offset: 0 };
}

/** An entry of uninterpreted bytes: type BYTE or UNDEFINED. */
export function bytesEntry(tag: number, value: Uint8Array, type: 1 | 7): IfdEntry {
  return { tag, type, count: value.length, value, offset: 0 };
}

/** `ifd` with all values in the byte order `to`. */
export function reorderIfd(ifd: Ifd, from: ByteOrder, to: ByteOrder): Ifd {
  if (from === to) return ifd;
  return {
    ...ifd,
    entries: ifd.entries.map((entry) => ({ ...entry, value: swapWords(entry.value, WORD_BYTES[entry.type] ?? 1) })),
    children: new Map([...ifd.children].map(([tag, child]) => [tag, reorderIfd(child, from, to)])),
  };
}

/** A TIFF structure (header and directories, no picture) that holds `tree`: the form of an EXIF block. */
export function writeIfdTree(tree: IfdTree): Uint8Array {
  const body = layOutIfd(tree.root, tree.order, 8);
  const bytes = new Uint8Array(8 + body.length);
  const view = new DataView(bytes.buffer);
  bytes.fill(tree.order.charCodeAt(0), 0, 2);
  view.setUint16(2, 42, tree.order === 'II');
  view.setUint32(4, 8, tree.order === 'II');
  bytes.set(body, 8);
  return bytes;
}

/**
 * The bytes of `ifd` and the directories below it, to stand at the even offset `base` of a file of classic TIFF
 * structure. 64-bit entries of BigTIFF have no place there and are left out.
 */
export function layOutIfd(ifd: Ifd, order: ByteOrder, base: number): Uint8Array {
  const own = ifd.entries.filter((entry) => entry.type <= 13);
  const pointers = [...ifd.children.keys()].map((tag) => bytesEntry(tag, new Uint8Array(4), 1));
  const entries = [...own, ...pointers].sort((a, b) => a.tag - b.tag);
  const little = order === 'II';
  const head = 2 + 12 * entries.length + 4;
  const even = (n: number): number => n + (n & 1);
  const values = entries.map((entry) => (entry.value.length > 4 ? even(entry.value.length) : 0));
  const chunks: { at: number; bytes: Uint8Array }[] = [];
  const directory = new Uint8Array(head);
  const view = new DataView(directory.buffer);
  view.setUint16(0, entries.length, little);
  let next = head;
  let childStart = head + values.reduce((sum, size) => sum + size, 0);
  entries.forEach((entry, i) => {
    const at = 2 + 12 * i;
    const child = ifd.children.get(entry.tag);
    view.setUint16(at, entry.tag, little);
    view.setUint16(at + 2, child ? LONG : entry.type, little);
    view.setUint32(at + 4, child ? 1 : entry.count, little);
    if (child) {
      const bytes = layOutIfd(child, order, base + childStart);
      view.setUint32(at + 8, base + childStart, little);
      chunks.push({ at: childStart, bytes });
      childStart += even(bytes.length);
    } else if (entry.value.length > 4) {
      view.setUint32(at + 8, base + next, little);
      chunks.push({ at: next, bytes: entry.value });
      next += values[i];
    } else {
      directory.set(entry.value, at + 8);
    }
  });
  const out = new Uint8Array(childStart);
  out.set(directory);
  for (const { at, bytes } of chunks) out.set(bytes, at);
  return out;
}

/** Unsigned integers at bounds-checked positions. */
class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;
  /** BigTIFF: offsets and counts have 8 bytes. */
  big = false;
  /** Bytes of values still to be read: in a sound file they do not overlap; in a forged one they could multiply it. */
  budget: number;

  constructor(bytes: Uint8Array, order: ByteOrder) {
    this.bytes = bytes;
    this.budget = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = order === 'II';
  }

  uint(at: number, size: number): number | undefined {
    if (at < 0 || at + size > this.bytes.length) return undefined;
    switch (size) {
      case 1:
        return this.bytes[at];
      case 2:
        return this.#view.getUint16(at, this.#little);
      case 4:
        return this.#view.getUint32(at, this.#little);
      default:
        return Number(this.#view.getBigUint64(at, this.#little));
    }
  }
}

function readIfd(reader: Reader, start: number, depth: number): Ifd | undefined {
  const countSize = reader.big ? 8 : 2;
  const fieldSize = reader.big ? 8 : 4;
  const entrySize = 4 + 2 * fieldSize;
  const claimed = reader.uint(start, countSize);
  if (claimed === undefined) return undefined;
  // A directory that claims more entries than there are is read as far as it goes.
  const count = Math.min(claimed, Math.floor((reader.bytes.length - start - countSize) / entrySize));
  const entries: IfdEntry[] = [];
  const children = new Map<number, Ifd>();
  const lost: number[] = count < claimed ? [0] : [];
  for (let i = 0; i < count; i++) {
    const at = start + countSize + i * entrySize;
    const tag = reader.uint(at, 2)!;
    const type = reader.uint(at + 2, 2)!;
    const values = reader.uint(at + 4, fieldSize)!;
    const length = values * (TYPE_BYTES[type] ?? 0);
    if (length === 0) continue;
    const offset = length <= fieldSize ? at + 4 + fieldSize : reader.uint(at + 4 + fieldSize, fieldSize)!;
    if (offset + length > reader.bytes.length || length > reader.budget) {
      lost.push(tag);
      continue;
    }
    reader.budget -= length;
    if (POINTERS.includes(tag)) {
      // EXIF and GPS below the root, interoperability below EXIF: two levels, so that no cycle can be followed.
      const pointer = length === 4 || length === 8 ? reader.uint(offset, length) : undefined;
      const open = depth > 0 && pointer !== undefined && !children.has(tag);
      const child = open ? readIfd(reader, pointer, depth - 1) : undefined;
      if (child) children.set(tag, child);
      continue;
    }
    entries.push({ tag, type, count: values, value: reader.bytes.subarray(offset, offset + length), offset });
  }
  return { entries, children, place: { at: start, count }, ...(lost.length > 0 && { lost }) };
}

function swapWords(value: Uint8Array, size: number): Uint8Array {
  const out = value.slice();
  for (let i = 0; i + size <= out.length; i += size) out.subarray(i, i + size).reverse();
  return out;
}
