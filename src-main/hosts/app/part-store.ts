import type { ReadStream } from 'node:fs';
import { copyFile, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PART_BYTES, type BytesInParts } from '../../contract/app/parts.ts';
import type { Id } from '../../contract/app/values.ts';
import { LangevinError } from '../../errors.ts';
import { isSmall } from '../engine/placed-files.ts';
import { readInputFile } from '../files/read-file.ts';
import { newId } from './ids.ts';

/** Where a process may put bytes that a page will read in parts. */
export interface PartsPlace {
  readonly id: Id;
  /** Absolute. */
  readonly path: string;
}

/** Pages read what they have asked for at once; more than this many at a time none asks for. */
const MOST = 8;
/** Read from the disk at a time where all is sent at once. */
const STREAM_BYTES = 2 ** 20;

/** Large bytes on their way to pages: files of ours, written by the processes that compute them. */
export class PartStore {
  readonly #folder: string;
  /** The oldest first. */
  readonly #places = new Map<Id, { readonly path: string; bytesRead: number }>();

  /** @param folder  emptied by `clear`. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws away what is there. */
  async clear(): Promise<void> {
    this.#places.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A new place; the oldest ones are given up. */
  async place(): Promise<PartsPlace> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const id = newId();
    const path = join(this.#folder, id);
    this.#places.set(id, { path, bytesRead: 0 });
    for (const [old, { path: oldPath }] of [...this.#places].slice(0, -MOST)) {
      this.#places.delete(old);
      await rm(oldPath, { force: true });
    }
    return { id, path };
  }

  /** The bytes of a file: large ones as a copy in a place. @throws file-not-found, file-unreadable */
  async copy(from: string): Promise<Uint8Array | BytesInParts> {
    const status = await stat(from).catch(() => undefined);
    if (status === undefined || isSmall(status.size)) return readInputFile(from);
    const { id, path } = await this.place();
    await copyFile(from, path);
    return { inParts: id, length: status.size };
  }

  /** All bytes as they are read, after which the place is given up; undefined where there is no such place (any more). */
  async take(id: Id): Promise<{ readonly length: number; readonly stream: ReadStream } | undefined> {
    const place = this.#places.get(id);
    this.#places.delete(id);
    const file = place === undefined ? undefined : await open(place.path).catch(() => undefined);
    if (place === undefined || file === undefined) return undefined;
    const { size } = await file.stat();
    const stream = file.createReadStream({ highWaterMark: STREAM_BYTES });
    stream.once('close', () => void rm(place.path, { force: true }).catch(() => undefined));
    return { length: size, stream };
  }

  /**
   * The part that begins at a byte; several may be read at a time, and when all bytes have been, the place is given up.
   * @throws file-not-found
   */
  async read(id: Id, at: number): Promise<Uint8Array> {
    const place = this.#places.get(id);
    const file = place === undefined ? undefined : await open(place.path).catch(() => undefined);
    if (place === undefined || file === undefined) {
      throw new LangevinError('file-not-found', 'These bytes are there no longer; ask for the whole again.');
    }
    try {
      const { size } = await file.stat();
      const length = Math.max(0, Math.min(PART_BYTES, size - at));
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, at);
      place.bytesRead += length;
      if (place.bytesRead >= size) {
        this.#places.delete(id);
        await rm(place.path, { force: true });
      }
      return bytes;
    } finally {
      await file.close();
    }
  }
}
