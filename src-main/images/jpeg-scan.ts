/**
 * Follows the entropy-coded data of a JPEG file (ITU-T T.81, annexes F.2 and B.2.3) without decoding samples: baseline
 * decoders accept almost any bits, so that only the count of blocks tells sound data from damaged ones.
 */

/** A component of the frame: its number, sampling factors and, of the scan, its Huffman tables. */
export interface FrameComponent {
  readonly id: number;
  readonly h: number;
  readonly v: number;
}

export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  /** 0xc0 … 0xcf */
  readonly marker: number;
  readonly components: readonly FrameComponent[];
}

export interface ScanReport {
  /** Where the file's data end: after the end mark, or where a segment that is cut begins, or at the end of the file. */
  readonly end: number;
  readonly hasEndMark: boolean;
  /** Rows of which all data are there; undefined where they cannot be counted (progressive, arithmetic coding). */
  readonly soundRows: number | undefined;
  /** What is wrong with the data; undefined when they are as they should be. */
  readonly damage: string | undefined;
}

const END = 0xd9;
const START_OF_SCAN = 0xda;
const HUFFMAN_TABLES = 0xc4;
const RESTART_INTERVAL = 0xdd;

/** Cameras pad the data before the end mark by a few bytes. */
const MAX_SURPLUS = 32;

/** @param start  where the first scan's marker begins. @param headers  segments before it, by marker. */
export function followScans(
  bytes: Uint8Array,
  start: number,
  frame: JpegFrame,
  headers: readonly { readonly marker: number; readonly payload: Uint8Array }[],
): ScanReport {
  const counts = frame.marker <= 0xc1 && frame.components.every(({ h, v }) => h >= 1 && h <= 4 && v >= 1 && v <= 4);
  const tables = new Map<number, HuffmanTable>();
  let interval = 0;
  const define = (marker: number, payload: Uint8Array): void => {
    if (marker === HUFFMAN_TABLES) readTables(payload, tables);
    if (marker === RESTART_INTERVAL && payload.length >= 2) interval = (payload[0] << 8) | payload[1];
  };
  for (const { marker, payload } of headers) define(marker, payload);
  let soundRows = frame.height;
  let damage: string | undefined;
  const note = (rows: number, what: string): void => {
    soundRows = Math.min(soundRows, rows);
    damage ??= what;
  };
  const seen = new Set<number>();
  let at = start;
  let last: number;
  for (;;) {
    last = at;
    while (at < bytes.length && bytes[at] !== 0xff) at++;
    while (at < bytes.length && bytes[at] === 0xff) at++;
    if (at >= bytes.length) break;
    const marker = bytes[at++];
    if (marker === END) {
      if (counts && frame.components.some(({ id }) => !seen.has(id))) note(0, 'a scan is missing');
      return { end: at, hasEndMark: true, soundRows: counts ? soundRows : undefined, damage };
    }
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = at + 2 <= bytes.length ? (bytes[at] << 8) | bytes[at + 1] : 0;
    if (length < 2 || at + length > bytes.length) break;
    const payload = bytes.subarray(at + 2, at + length);
    at += length;
    define(marker, payload);
    if (marker !== START_OF_SCAN) continue;
    const end = endOfData(bytes, at);
    const scan = counts ? scanOf(payload, frame, tables) : undefined;
    if (counts && scan === undefined) note(0, 'a scan names a component or table that is not there');
    if (scan !== undefined) {
      for (const { id } of scan.parts) seen.add(id);
      const { units, total, perRow, rowHeight, surplus } = countUnits(bytes, at, end, scan, interval);
      if (units < total) {
        note(Math.floor(units / perRow) * rowHeight, 'its picture data end too early or hold an impossible code');
      } else if (surplus > MAX_SURPLUS) {
        note(0, `${surplus} bytes of its picture data are left over, so that a part before them is wrong`);
      }
    }
    at = end;
  }
  const hasAll = frame.components.every(({ id }) => seen.has(id));
  note(hasAll ? soundRows : 0, 'it ends before its end mark');
  return { end: last, hasEndMark: false, soundRows: counts ? soundRows : undefined, damage };
}

/** Where the next marker that is no restart mark begins. */
function endOfData(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at++) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
}

interface Scan {
  readonly parts: readonly {
    readonly id: number;
    readonly blocks: number;
    readonly dc: HuffmanTable;
    readonly ac: HuffmanTable;
  }[];
  readonly perRow: number;
  readonly rows: number;
  /** Pixel rows of a row of units. */
  readonly rowHeight: number;
}

function scanOf(
  payload: Uint8Array,
  { width, height, components }: JpegFrame,
  tables: ReadonlyMap<number, HuffmanTable>,
): Scan | undefined {
  const most = { h: Math.max(...components.map(({ h }) => h)), v: Math.max(...components.map(({ v }) => v)) };
  const count = payload[0] ?? 0;
  const chosen = Array.from({ length: count }, (_, i) => ({
    component: components.find(({ id }) => id === payload[1 + 2 * i]),
    dc: tables.get(payload[2 + 2 * i] >> 4),
    ac: tables.get(16 + (payload[2 + 2 * i] & 15)),
  }));
  const parts: Scan['parts'][number][] = [];
  for (const { component, dc, ac } of chosen) {
    if (component === undefined || dc === undefined || ac === undefined) return undefined;
    parts.push({ id: component.id, blocks: count === 1 ? 1 : component.h * component.v, dc, ac });
  }
  if (parts.length === 0) return undefined;
  const alone = count === 1 ? chosen[0].component! : undefined;
  // A scan of one component has one block a unit, whatever its sampling.
  const across = alone ? Math.ceil((width * alone.h) / most.h / 8) : Math.ceil(width / (8 * most.h));
  const down = alone ? Math.ceil((height * alone.v) / most.v / 8) : Math.ceil(height / (8 * most.v));
  return { parts, perRow: across, rows: down, rowHeight: alone ? (8 * most.v) / alone.v : 8 * most.v };
}

interface Count {
  readonly units: number;
  readonly total: number;
  readonly perRow: number;
  readonly rowHeight: number;
  /** Bytes after the last unit. */
  readonly surplus: number;
}

function countUnits(bytes: Uint8Array, start: number, end: number, scan: Scan, interval: number): Count {
  const { parts, perRow, rows, rowHeight } = scan;
  const total = perRow * rows;
  const bits = new BitReader(bytes, start, end);
  let units = 0;
  for (; units < total; units++) {
    if (interval > 0 && units > 0 && units % interval === 0 && !bits.restart()) break;
    if (!readUnit(bits, parts)) break;
  }
  return { units, total, perRow, rowHeight, surplus: bits.remaining };
}

/** @returns false when the data end, or hold a code that no table has, within the unit. */
function readUnit(bits: BitReader, parts: Scan['parts']): boolean {
  for (const { blocks, dc, ac } of parts) {
    for (let block = 0; block < blocks; block++) if (!bits.block(dc, ac)) return false;
  }
  return true;
}

/** Code lengths by the next 16 bits: (length << 8) | symbol, 0 where there is no such code. */
type HuffmanTable = Uint16Array;

/** A DHT segment; tables are numbered id + 16 × class. */
function readTables(payload: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at + 17 <= payload.length;) {
    const table = new Uint16Array(65536);
    const counts = payload.subarray(at + 1, at + 17);
    let symbol = at + 17;
    let code = 0;
    for (let length = 1; length <= 16; length++, code <<= 1) {
      for (let i = 0; i < counts[length - 1] && symbol < payload.length; i++, code++, symbol++) {
        table.fill((length << 8) | payload[symbol], code << (16 - length), (code + 1) << (16 - length));
      }
    }
    tables.set((payload[at] & 15) + (payload[at] & 16), table);
    at = symbol;
  }
}

class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  /** The last `#count` bits that were taken from the bytes are the lowest ones. */
  #bits = 0;
  #count = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  /**
   * Passes over a block of 64 coefficients: pictures have millions of them, so all happens in one place.
   * @returns false where the data end or no code fits.
   */
  block(dc: HuffmanTable, ac: HuffmanTable): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    let bits = this.#bits;
    let count = this.#count;
    let isSound: boolean;
    for (let k = 0; ;) {
      while (count <= 24 && at < end) {
        const byte = bytes[at];
        if (byte === 0xff) {
          // A restart mark ends the interval; the caller asks for what follows it.
          if (bytes[at + 1] !== 0) break;
          at++;
        }
        at++;
        bits = (bits << 8) | byte;
        count += 8;
      }
      isSound = count >= 0;
      if (!isSound || k > 63) break;
      const entry = (k === 0 ? dc : ac)[(count >= 16 ? bits >>> (count - 16) : bits << (16 - count)) & 0xffff];
      const length = entry >> 8;
      const symbol = entry & 255;
      const extra = k === 0 ? symbol : symbol & 15;
      isSound = length > 0 && length <= count && extra <= 16;
      if (!isSound) break;
      // Below zero where the last bits of the value are still to come.
      count -= length + extra;
      if (k === 0) k = 1;
      // Without a value: sixteen zeros, or the rest of the block.
      else if (extra === 0 && symbol !== 0xf0) break;
      else k += 1 + (symbol >> 4);
    }
    this.#at = at;
    this.#bits = bits;
    this.#count = count;
    return isSound;
  }

  /** Goes on after the next restart mark; false where there is none before the data end. */
  restart(): boolean {
    this.#count = 0;
    for (let at = this.#at; at + 1 < this.#end; at++) {
      if (this.#bytes[at] !== 0xff || this.#bytes[at + 1] < 0xd0 || this.#bytes[at + 1] > 0xd7) continue;
      this.#at = at + 2;
      return true;
    }
    return false;
  }
}
