import { startsWith } from '../container.ts';

/** Data that break the rules of DICOM's encoding; the message says how. */
export class DicomSyntaxError extends Error {}

/** Tags as one number, group × 65536 + element. */
export const PIXEL_DATA = 0x7fe00010;
const FLOAT_PIXEL_DATA = 0x7fe00008;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

const UNDEFINED_LENGTH = 0xffffffff;
/** Deeper nesting than any information object has, so that a forged file cannot exhaust the stack. */
const MAX_DEPTH = 12;

/** Value representations whose length has 32 bits after two reserved bytes (part 5, section 7.1.2). */
const LONG_LENGTH = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
/** Implicit files do not say which elements are sequences; these are the ones looked into. */
const SEQUENCES = new Set([0x00283000, 0x00289110, 0x00289145, 0x52009229, 0x52009230]);

interface Coding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

interface Element {
  readonly value: Uint8Array;
  readonly items?: readonly DicomDataSet[];
}

/** Whether the file begins as DICOM files do: with or without the preamble of 128 bytes and "DICM". */
export function isDicom(bytes: Uint8Array): boolean {
  return metaStart(bytes) !== undefined || bareCoding(bytes) !== undefined;
}

/** Where the file meta information (group 0002) begins; undefined where there is none. */
export function metaStart(bytes: Uint8Array): number | undefined {
  if (startsWith(bytes.subarray(128, 132), 'DICM')) return 132;
  if (startsWith(bytes, 'DICM')) return 4;
  return startsWith(bytes, '\x02\0\0\0UL\x04\0') ? 0 : undefined;
}

/** The coding of a data set that stands alone: it begins in group 0008 with one of its usual first elements. */
export function bareCoding(bytes: Uint8Array): Coding | undefined {
  const firsts = [0x00, 0x01, 0x05, 0x08, 0x16, 0x18];
  if (bytes.length < 132 || bytes[0] !== 8 || bytes[1] !== 0 || !firsts.includes(bytes[2]) || bytes[3] !== 0) {
    return undefined;
  }
  const explicit = /^(UL|CS|UI)$/.test(String.fromCharCode(bytes[4], bytes[5]));
  // An implicit length of a first element is small: a UID or a few words.
  return explicit || (bytes[4] <= 128 && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0)
    ? { explicit, littleEndian: true }
    : undefined;
}

/** The elements of a data set or of an item of a sequence, up to its pixels (part 5, section 7). */
export class DicomDataSet {
  readonly #elements: ReadonlyMap<number, Element>;
  readonly #littleEndian: boolean;

  constructor(elements: ReadonlyMap<number, Element>, littleEndian: boolean) {
    this.#elements = elements;
    this.#littleEndian = littleEndian;
  }

  /** The bytes of a value; undefined where the element is missing or empty. */
  bytes(tag: number): Uint8Array | undefined {
    const value = this.#elements.get(tag)?.value;
    return value === undefined || value.length === 0 ? undefined : value;
  }

  /** A text value without padding; undefined where missing or blank. */
  text(tag: number): string | undefined {
    const value = this.bytes(tag);
    if (value === undefined) return undefined;
    const text = String.fromCharCode(...value.subarray(0, 1024))
      .replace(/\0/g, ' ')
      .trim();
    return text === '' ? undefined : text;
  }

  /**
   * The `index`-th of the decimal or integer strings of an element (DS, IS); undefined where missing or blank.
   * @throws DicomSyntaxError, quoting the text, where it is no number.
   */
  number(tag: number, index = 0): number | undefined {
    const text = this.text(tag)?.split('\\')[index]?.trim();
    if (text === undefined || text === '') return undefined;
    const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value)) {
      throw new DicomSyntaxError(`${tagName(tag)} is ${JSON.stringify(text.slice(0, 40))}, which is no number`);
    }
    return value;
  }

  /** The `index`-th of the 16-bit integers of an element (US, SS). */
  uint16(tag: number, index = 0): number | undefined {
    const value = this.bytes(tag);
    if (value === undefined || value.length < 2 * index + 2) return undefined;
    const [a, b] = value.subarray(2 * index);
    return this.#littleEndian ? a | (b << 8) : (a << 8) | b;
  }

  /** The items of a sequence; none where it is missing. */
  items(tag: number): readonly DicomDataSet[] {
    return this.#elements.get(tag)?.items ?? [];
  }

  has(tag: number): boolean {
    return this.#elements.has(tag);
  }
}

/**
 * Reads the file meta information.
 * @returns it, and where the data set begins.
 * @throws DicomSyntaxError
 */
export function readMeta(bytes: Uint8Array, start: number): { meta: DicomDataSet; end: number } {
  const reader = new Reader(bytes, { explicit: true, littleEndian: true });
  reader.at = start;
  const elements = reader.elements(bytes.length, 0, (tag) => tag >>> 16 === 2);
  return { meta: new DicomDataSet(elements, true), end: reader.at };
}

/**
 * Reads the elements of a data set up to its pixels, which must be the last thing that matters in it.
 * @throws DicomSyntaxError
 */
export function readDataSet(bytes: Uint8Array, coding: Coding): DicomDataSet {
  const reader = new Reader(bytes, coding);
  return new DicomDataSet(
    reader.elements(bytes.length, 0, () => true),
    coding.littleEndian,
  );
}

/** "(0028,1053)" */
export function tagName(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #coding: Coding;

  constructor(bytes: Uint8Array, coding: Coding) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#coding = coding;
  }

  /** Elements up to `end`, the delimiter of an item, the pixels, or the first that `wanted` refuses. */
  elements(end: number, depth: number, wanted: (tag: number) => boolean): Map<number, Element> {
    const elements = new Map<number, Element>();
    while (this.at + 8 <= end) {
      const start = this.at;
      const tag = this.#tag();
      if (tag === ITEM_END) {
        this.at += 4;
        break;
      }
      if (!wanted(tag)) {
        this.at = start;
        break;
      }
      const { vr, length } = this.#head();
      const isPixels = tag === PIXEL_DATA || tag === FLOAT_PIXEL_DATA;
      if (length === UNDEFINED_LENGTH && isPixels) {
        // Encapsulated: the transfer syntax says how.
        elements.set(tag, { value: this.#bytes.subarray(this.at) });
        break;
      }
      const isSequence = vr === 'SQ' || length === UNDEFINED_LENGTH || (vr === undefined && SEQUENCES.has(tag));
      if (isSequence) {
        elements.set(tag, { value: new Uint8Array(0), items: this.#sequence(tag, vr, length, end, depth) });
        continue;
      }
      if (this.at + length > end) {
        if (!isPixels) throw new DicomSyntaxError(`the element ${tagName(tag)} reaches beyond its end`);
        elements.set(tag, { value: this.#bytes.subarray(this.at, end) });
        this.at = end;
        break;
      }
      elements.set(tag, { value: this.#bytes.subarray(this.at, this.at + length) });
      this.at += length;
      if (isPixels) break;
    }
    return elements;
  }

  /** An unknown sequence of undefined length is implicit whatever the file is (part 5, section 6.2.2, note). */
  #sequence(tag: number, vr: string | undefined, length: number, limit: number, depth: number): DicomDataSet[] {
    if (vr !== 'UN') return this.#items(tag, length, limit, depth);
    const implicit = new Reader(this.#bytes, { explicit: false, littleEndian: true });
    implicit.at = this.at;
    const items = implicit.#items(tag, length, limit, depth);
    this.at = implicit.at;
    return items;
  }

  #items(tag: number, length: number, limit: number, depth: number): DicomDataSet[] {
    if (depth >= MAX_DEPTH) throw new DicomSyntaxError(`the sequence ${tagName(tag)} is nested too deeply`);
    const end = length === UNDEFINED_LENGTH ? limit : this.at + length;
    if (end > limit) throw new DicomSyntaxError(`the sequence ${tagName(tag)} reaches beyond its end`);
    const items: DicomDataSet[] = [];
    while (this.at + 8 <= end) {
      const mark = this.#tag();
      const size = this.#view.getUint32(this.at, this.#coding.littleEndian);
      this.at += 4;
      if (mark === SEQUENCE_END) return items;
      if (mark !== ITEM) throw new DicomSyntaxError(`the sequence ${tagName(tag)} holds ${tagName(mark)}, not an item`);
      const itemEnd = size === UNDEFINED_LENGTH ? end : this.at + size;
      if (itemEnd > end) throw new DicomSyntaxError(`an item of ${tagName(tag)} reaches beyond its end`);
      items.push(
        new DicomDataSet(
          this.elements(itemEnd, depth + 1, () => true),
          this.#coding.littleEndian,
        ),
      );
      if (size !== UNDEFINED_LENGTH) this.at = itemEnd;
    }
    return items;
  }

  #tag(): number {
    const { littleEndian } = this.#coding;
    const group = this.#view.getUint16(this.at, littleEndian);
    const element = this.#view.getUint16(this.at + 2, littleEndian);
    this.at += 4;
    return group * 0x10000 + element;
  }

  #head(): { vr: string | undefined; length: number } {
    const { explicit, littleEndian } = this.#coding;
    const long = (at: number): number => {
      if (at + 4 > this.#bytes.length) throw new DicomSyntaxError('it ends within the head of an element');
      return this.#view.getUint32(at, littleEndian);
    };
    if (!explicit) {
      const length = long(this.at);
      this.at += 4;
      return { vr: undefined, length };
    }
    const vr = String.fromCharCode(this.#bytes[this.at], this.#bytes[this.at + 1]);
    if (LONG_LENGTH.has(vr)) {
      const length = long(this.at + 4);
      this.at += 8;
      return { vr, length };
    }
    if (!/^[A-Z]{2}$/.test(vr)) {
      throw new DicomSyntaxError(`an element at byte ${this.at - 4} has no value representation`);
    }
    const length = this.#view.getUint16(this.at + 2, littleEndian);
    this.at += 4;
    return { vr, length };
  }
}
