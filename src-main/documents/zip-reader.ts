import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { LangevinError } from '../errors.ts';

/** A file in a zip file, as its directory claims. */
export interface ZipEntry {
  /** Unpacked. */
  readonly bytes: number;
}

/** What a zip file may hold. */
export interface ZipBounds {
  readonly entries: number;
  /** Bytes of all entries together, unpacked. */
  readonly bytes: number;
  /** Bytes of an entry that is compressed; the others are as large as they are in the file. */
  readonly deflatedBytes: number;
}

const STORED = 0;
const DEFLATED = 8;
/** Without the name and the extra fields. */
const LOCAL_HEADER_LENGTH = 30;

/**
 * Reads zip files that anybody may have made. The library takes them apart and holds entries to the sizes that they claim;
 * what it does not look at is looked at here before anything is unpacked: how many there are and how large they are together,
 * that none is there twice, and that none lies in another, so that what is unpacked without compression is no more than the
 * file; and afterwards the checksums. Names are given as they are, for the caller to compare with those that it expects.
 */
export class ZipReader {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly #zip: ZipFile;
  readonly #found: ReadonlyMap<string, Entry>;
  readonly #title: string;

  private constructor(zip: ZipFile, title: string, found: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#title = title;
    this.#found = found;
    this.entries = new Map([...found].map(([name, { uncompressedSize }]) => [name, { bytes: uncompressedSize }]));
  }

  /**
   * @param title  what messages call it.
   * @throws file-unreadable; picture-damaged for what is no zip file, or a broken one; picture-too-large beyond the bounds
   */
  static async open(path: string, title: string, bounds: ZipBounds): Promise<ZipReader> {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch(
      (error: unknown) => {
        // Those of the file system have a code.
        if (!(error instanceof Error && 'code' in error)) {
          throw damaged(title, 'it is no zip file, or its end is missing', error);
        }
        throw new LangevinError('file-unreadable', `${title} cannot be read.`, { cause: error });
      },
    );
    // What goes wrong is told where it does; an event without a listener would end the program.
    zip.on('error', () => undefined);
    try {
      return new ZipReader(zip, title, await readDirectory(zip, title, bounds));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  /** The whole of an entry. @throws picture-damaged for one that is missing or broken; picture-too-large above `most` bytes */
  async read(name: string, most: number): Promise<Uint8Array> {
    const { uncompressedSize } = this.#get(name);
    if (uncompressedSize > most) {
      throw new LangevinError(
        'picture-too-large',
        `${this.#title}: ${name} has ${uncompressedSize} bytes; at most ${most} are read.`,
      );
    }
    const parts: Uint8Array[] = [];
    await this.unpack(name, async (part) => void parts.push(part));
    return new Uint8Array(Buffer.concat(parts));
  }

  /** Gives the bytes of an entry, part by part. @throws picture-damaged for one that is missing or broken; what `take` throws */
  async unpack(name: string, take: (part: Uint8Array) => Promise<void>): Promise<void> {
    const entry = this.#get(name);
    let checksum = 0;
    for await (const part of this.#parts(name, entry)) {
      checksum = crc32(part, checksum);
      await take(part);
    }
    if (checksum !== entry.crc32) throw damaged(this.#title, `the checksum of ${name} is wrong`);
  }

  close(): void {
    this.#zip.close();
  }

  #get(name: string): Entry {
    const entry = this.#found.get(name);
    if (entry === undefined) throw damaged(this.#title, `${name} is missing in it`);
    return entry;
  }

  async *#parts(name: string, entry: Entry): AsyncGenerator<Uint8Array> {
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      for await (const part of stream) yield part as Uint8Array;
    } catch (error) {
      throw damaged(this.#title, `${name} is not what its directory says`, error);
    }
  }
}

async function readDirectory(zip: ZipFile, title: string, bounds: ZipBounds): Promise<Map<string, Entry>> {
  const { entryCount } = zip;
  if (entryCount > bounds.entries) {
    throw new LangevinError(
      'picture-too-large',
      `${title} holds ${entryCount} files; at most ${bounds.entries} are read.`,
    );
  }
  // Its declaration has the wrong type.
  const directoryAt = Number(zip.readEntryCursor);
  const entries = new Map<string, Entry>();
  let sum = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const { compressionMethod: method, uncompressedSize: bytes } = entry;
      const name = new TextDecoder().decode(entry.fileNameRaw);
      if (entry.isEncrypted()) throw damaged(title, 'it is encrypted');
      if (method !== STORED && method !== DEFLATED) {
        throw damaged(title, `it is compressed in a way (${method}) that is not read`);
      }
      if (entries.has(name)) throw damaged(title, 'a name is in it twice');
      sum += bytes;
      if (sum > bounds.bytes || (method === DEFLATED && bytes > bounds.deflatedBytes)) {
        throw new LangevinError(
          'picture-too-large',
          `${title} unpacks to more than it may (${sum} bytes so far); it may have been made to fill the disk. It is not opened.`,
        );
      }
      entries.set(name, entry);
    }
  } catch (error) {
    throw error instanceof LangevinError ? error : damaged(title, 'its directory is broken', error);
  }
  assertApart([...entries.values()], directoryAt, title);
  return entries;
}

/** Entries that share bytes unpack to more than the file has. */
function assertApart(entries: readonly Entry[], directoryAt: number, title: string): void {
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [i, { relativeOffsetOfLocalHeader: at, compressedSize }] of sorted.entries()) {
    const next = sorted.at(i + 1)?.relativeOffsetOfLocalHeader ?? directoryAt;
    if (at + LOCAL_HEADER_LENGTH + compressedSize > next) throw damaged(title, 'files in it overlap');
  }
}

function damaged(title: string, reason: string, cause?: unknown): LangevinError {
  return new LangevinError(
    'picture-damaged',
    `${title} cannot be opened: ${reason}. Save the project once more, or take an earlier copy of it.`,
    cause === undefined ? undefined : { cause },
  );
}
