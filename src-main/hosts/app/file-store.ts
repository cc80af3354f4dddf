import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FileInfo, Id } from '../../contract/app/values.ts';
import type { FileBytes } from '../../contract/jobs.ts';
import { LangevinError } from '../../errors.ts';
import { readInputFile } from '../files/read-file.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { known, newId } from './ids.ts';

/** A file of the session: where it lies, or a copy of what was uploaded. */
export interface StoredFile extends FileInfo {
  /** Absolute. */
  readonly path: string;
  /** Whether `path` is a copy of ours. */
  readonly isCopy: boolean;
}

/** The files that a renderer knows by id. Uploaded ones are kept as copies in a folder of ours. */
export class FileStore {
  readonly #folder: string;
  readonly #files = new Map<Id, StoredFile>();

  /** @param folder  for copies; made when first needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws file-not-found, file-unreadable */
  async addPath(path: string): Promise<FileInfo> {
    const status = await stat(path).catch(() => undefined);
    const name = basename(path);
    if (status === undefined) throw new LangevinError('file-not-found', `There is no file ${name} any more.`);
    if (!status.isFile()) throw new LangevinError('file-unreadable', `${name} is not a file.`);
    return this.#keep({ id: newId(), name, bytes: status.size, path, isCopy: false });
  }

  /** @throws file-unwritable */
  async addCopy(name: string, bytes: Uint8Array): Promise<FileInfo> {
    const id = newId();
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, id);
    await writeFileAtomically(path, bytes);
    return this.#keep({ id, name: fileName(name), bytes: bytes.length, path, isCopy: true });
  }

  /** Takes back a file of an earlier session; undefined when it is gone. */
  async restore(file: Pick<StoredFile, 'id' | 'name' | 'path' | 'isCopy'>): Promise<FileInfo | undefined> {
    const status = await stat(file.path).catch(() => undefined);
    return status?.isFile() ? this.#keep({ ...file, bytes: status.size }) : undefined;
  }

  /** Removes the copies that no file of the store is. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      if (!this.#files.has(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** @throws file-not-found */
  get(id: Id): StoredFile {
    return known('file', this.#files, id);
  }

  has(id: Id): boolean {
    return this.#files.has(id);
  }

  /** @throws file-not-found, file-unreadable */
  async read(id: Id): Promise<FileBytes> {
    const { name, path } = this.get(id);
    return { name, bytes: await readInputFile(path) };
  }

  async forget(id: Id): Promise<void> {
    const file = this.#files.get(id);
    this.#files.delete(id);
    if (file?.isCopy) await rm(file.path, { force: true });
  }

  #keep(file: StoredFile): FileInfo {
    this.#files.set(file.id, file);
    return fileInfo(file);
  }
}

/** What a renderer may know of a file. */
export function fileInfo({ id, name, bytes }: StoredFile): FileInfo {
  return { id, name, bytes };
}

/** The last part of a name that came from elsewhere. */
function fileName(name: string): string {
  return name.split(/[\\/]/).at(-1)! || 'unnamed';
}
