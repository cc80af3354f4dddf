import { open, type FileHandle } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { LangevinError } from '../errors.ts';

/** A file in a zip file, as its directory claims; nothing of it is believed but the place of its bytes. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes that it has in the zip file, and unpacked. */
  readonly packed: number;
  readonly bytes: number;
  readonly isDeflated: boolean;
  readonly checksum: number;
  /** Offset of its local header. */
  readonly at: number;
}

/** What a zip file may hold. */
export interface ZipBounds {
  readonly entries: number;
  /** Bytes of all entries together, unpacked. */
  readonly bytes: number;
  /** Bytes of an entry that is compressed; the others are as large as they are in the file. */
  readonly deflatedBytes: number;
}

const END_SIGNATURE = 0x06054b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_LENGTH = 22;
const DIRECTORY_ENTRY_LENGTH = 46;
const LOCAL_HEADER_LENGTH = 30;
const LONGEST_COMMENT = 65_535;
const PART_BYTES = 2 ** 20;

/**
 * Reads zip files that anybody may have made (APPNOTE 6.3.10, sections 4.3 and 4.4; without ZIP64, encryption and parts). The
 * directory is checked against the bounds and the length of the file before anything is unpacked: entries neither overlap
 * nor lie outside, so that what is unpacked without compression is no more than the file; names are given as they are,
 * for the caller to compare with those that it expects.
 */
export class ZipReader {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly #file: FileHandle;
  readonly #title: string;

  private constructor(file: FileHandle, title: string, entries: ReadonlyMap<string, ZipEntry>) {
    this.#file = file;
    this.#title = title;
    this.entries = entries;
  }

  /**
   * @param title  what messages call it.
   * @throws file-unreadable; picture-damaged for what is no zip file, or a broken one; picture-too-large beyond the bounds
   */
  static async open(path: string, title: string, bounds: ZipBounds): Promise<ZipReader> {
    const file = await open(path).catch((error: unknown) => {
      throw new LangevinError('file-unreadable', `${title} cannot be read.`, { cause: error });
    });
    try {
      return new ZipReader(file, title, await readDirectory(file, title, bounds));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The whole of an entry. @throws picture-damaged for one that is missing or broken; picture-too-large above `most` bytes */
  async read(name: string, most: number): Promise<Uint8Array> {
    const entry = this.#get(name);
    if (entry.bytes > most) {
      throw new LangevinError(
        'picture-too-large',
        `${this.#title}: ${name} has ${entry.bytes} bytes; at most ${most} are read.`,
      );
    }
    const parts: Uint8Array[] = [];
    await this.unpack(name, async (part) => void parts.push(part));
    return Buffer.concat(parts);
  }

  /** Gives the bytes of an entry, part by part. @throws picture-damaged for one that is missing or broken; what `take` throws */
  async unpack(name: string, take: (part: Uint8Array) => Promise<void>): Promise<void> {
    const entry = this.#get(name);
    const begin = await this.#dataOf(entry);
    let checksum = 0;
    const give = async (part: Uint8Array): Promise<void> => {
      checksum = crc32(part, checksum);
      await take(part);
    };
    if (entry.isDeflated) await give(this.#inflate(entry, await this.#bytes(begin, entry.packed)));
    else {
      for (let done = 0; done < entry.packed; done += PART_BYTES) {
        await give(await this.#bytes(begin + done, Math.min(PART_BYTES, entry.packed - done)));
      }
    }
    if (checksum !== entry.checksum) throw damaged(this.#title, `the checksum of ${name} is wrong`);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #get(name: string): ZipEntry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw damaged(this.#title, `${name} is missing in it`);
    return entry;
  }

  /** Where the bytes of an entry begin: names and extra fields can be longer in its own header. */
  async #dataOf({ name, at, packed }: ZipEntry): Promise<number> {
    const header = view(await this.#bytes(at, LOCAL_HEADER_LENGTH));
    if (header.getUint32(0, true) !== LOCAL_SIGNATURE) throw damaged(this.#title, `${name} is not where it should be`);
    const begin = at + LOCAL_HEADER_LENGTH + header.getUint16(26, true) + header.getUint16(28, true);
    const { size } = await this.#file.stat();
    if (begin + packed > size) throw damaged(this.#title, `${name} is cut off`);
    return begin;
  }

  #inflate({ name, bytes }: ZipEntry, packed: Uint8Array): Uint8Array {
    try {
      const unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
      if (unpacked.length === bytes) return unpacked;
    } catch {
      // Said below.
    }
    throw damaged(this.#title, `${name} is not what its directory says`);
  }

  async #bytes(at: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, at + filled);
      if (bytesRead === 0) throw damaged(this.#title, 'it is cut off');
      filled += bytesRead;
    }
    return bytes;
  }
}

async function readDirectory(file: FileHandle, title: string, bounds: ZipBounds): Promise<Map<string, ZipEntry>> {
  const { size } = await file.stat();
  const tail = new Uint8Array(Math.min(size, END_LENGTH + LONGEST_COMMENT));
  await file.read(tail, 0, tail.length, size - tail.length);
  const end = endOf(tail);
  if (end === undefined) throw damaged(title, 'it is no zip file, or its end is missing');
  const { count, length, at } = end;
  if (at + length > size) throw damaged(title, 'its directory lies outside of it');
  if (count > bounds.entries) {
    throw new LangevinError('picture-too-large', `${title} holds ${count} files; at most ${bounds.entries} are read.`);
  }
  // Names and extra fields are short: what is longer is no directory of so many entries.
  if (length > count * 1024) throw damaged(title, 'its directory is too long');
  const directory = new Uint8Array(length);
  await file.read(directory, 0, length, at);
  const entries = entriesOf(directory, count, title, bounds);
  assertApart([...entries.values()], at, title);
  return entries;
}

interface DirectoryPlace {
  readonly count: number;
  readonly length: number;
  readonly at: number;
}

/** The last record that reaches the end of the file with its comment. */
function endOf(tail: Uint8Array): DirectoryPlace | undefined {
  const data = view(tail);
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    if (data.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_LENGTH + data.getUint16(at + 20, true) !== tail.length) continue;
    const isWhole = data.getUint16(at + 4, true) === 0 && data.getUint16(at + 6, true) === 0;
    if (!isWhole) return undefined;
    return {
      count: data.getUint16(at + 10, true),
      length: data.getUint32(at + 12, true),
      at: data.getUint32(at + 16, true),
    };
  }
  return undefined;
}

function entriesOf(
  directory: Uint8Array,
  count: number,
  title: string,
  { bytes: mostBytes, deflatedBytes }: ZipBounds,
): Map<string, ZipEntry> {
  const data = view(directory);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    if (at + DIRECTORY_ENTRY_LENGTH > directory.length || data.getUint32(at, true) !== DIRECTORY_SIGNATURE) {
      throw damaged(title, 'its directory is broken');
    }
    const flags = data.getUint16(at + 8, true);
    const method = data.getUint16(at + 10, true);
    const nameLength = data.getUint16(at + 28, true);
    const nameEnd = at + DIRECTORY_ENTRY_LENGTH + nameLength;
    if (nameEnd > directory.length) throw damaged(title, 'its directory is broken');
    const name = new TextDecoder().decode(directory.subarray(at + DIRECTORY_ENTRY_LENGTH, nameEnd));
    if ((flags & 0x41) !== 0) throw damaged(title, 'it is encrypted');
    if (method !== 0 && method !== 8) throw damaged(title, `it is compressed in a way (${method}) that is not read`);
    const entry = {
      name,
      isDeflated: method === 8,
      checksum: data.getUint32(at + 16, true),
      packed: data.getUint32(at + 20, true),
      bytes: data.getUint32(at + 24, true),
      at: data.getUint32(at + 42, true),
    };
    if (entries.has(name)) throw damaged(title, 'a name is in it twice');
    if (!entry.isDeflated && entry.bytes !== entry.packed) throw damaged(title, 'its directory contradicts itself');
    sum += entry.bytes;
    if (sum > mostBytes || (entry.isDeflated && entry.bytes > deflatedBytes)) {
      throw new LangevinError(
        'picture-too-large',
        `${title} unpacks to more than it may (${sum} bytes so far); it may have been made to fill the disk. It is not opened.`,
      );
    }
    entries.set(name, entry);
    at = nameEnd + data.getUint16(at + 30, true) + data.getUint16(at + 32, true);
  }
  return entries;
}

/** Entries that share bytes unpack to more than the file has. */
function assertApart(entries: readonly ZipEntry[], directoryAt: number, title: string): void {
  const sorted = entries.toSorted((a, b) => a.at - b.at);
  for (const [i, { at, packed }] of sorted.entries()) {
    const next = sorted.at(i + 1)?.at ?? directoryAt;
    if (at + LOCAL_HEADER_LENGTH + packed > next) throw damaged(title, 'files in it overlap');
  }
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function damaged(title: string, reason: string): LangevinError {
  return new LangevinError(
    'picture-damaged',
    `${title} cannot be opened: ${reason}. Save the project once more, or take an earlier copy of it.`,
  );
}
