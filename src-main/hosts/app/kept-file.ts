import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LangevinError } from '../../errors.ts';
import { writeFileAtomically } from '../files/write-file.ts';

/**
 * What a file holds, or `undefined` when there is none. One that cannot be understood is renamed to `….broken`, so that
 * nothing that people have set is lost, and counts as none.
 * @param parse  throws for what it cannot understand.
 */
export async function readKeptFile<T>(path: string, parse: (bytes: Uint8Array) => T): Promise<T | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LangevinError('file-unreadable', `${path} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  try {
    return parse(bytes);
  } catch {
    await rename(path, `${path}.broken`).catch(() => undefined);
    return undefined;
  }
}

/** Writes one file again and again: the newest contents last, whole or not at all, never two writes at once. */
export class KeptFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();
  #next: Uint8Array | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Done when these contents, or newer ones, are on the disk. @throws file-unwritable */
  write(bytes: Uint8Array): Promise<void> {
    this.#next = bytes;
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        const newest = this.#next;
        if (newest === undefined) return;
        this.#next = undefined;
        await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
        await writeFileAtomically(this.#path, newest);
      });
    return this.#writing;
  }
}
