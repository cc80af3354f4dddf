import { appendFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FileInfo, Id } from '../../contract/app/values.ts';
import type { FileBytes, FilePlace } from '../../contract/jobs.ts';
import { LangevinError } from '../../errors.ts';
import { readInputFile } from '../files/read-file.ts';
import { copyFileAtomically, makeFolder, writeFileAtomically } from '../files/write-file.ts';
import { known, newId } from './ids.ts';

/** A file of the session: where it lies, or a copy of what was uploaded. */
export interface StoredFile extends FileInfo {
  /** Absolute. */
  readonly path: string;
  /** Whether `path` is a copy of ours. */
  readonly isCopy: boolean;
  /** The file as it was opened, where this one was made from it. */
  readonly document?: Id | undefined;
}

const LARGEST_UPLOAD = 2 ** 31;

/** The files that a renderer knows by id. Uploaded ones are kept as copies in a folder of ours. */
export class FileStore {
  readonly #folder: string;
  readonly #files = new Map<Id, StoredFile>();
  readonly #uploads = new Map<Id, { readonly name: string; bytes: number }>();

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

  /** @param document  what it was made from, as it was opened. @throws file-unwritable */
  async addCopy(name: string, bytes: Uint8Array, document?: Id): Promise<FileInfo> {
    const id = newId();
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, id);
    await writeFileAtomically(path, bytes);
    return this.#keep({
      id,
      name: fileName(name),
      bytes: bytes.length,
      path,
      isCopy: true,
      ...(document && { document }),
    });
  }

  /** The same of a file of ours. @throws file-unwritable */
  async addCopyOf(name: string, from: string, document?: Id): Promise<FileInfo> {
    const id = newId();
    const path = join(this.#folder, id);
    await makeFolder(this.#folder, 0o700);
    await copyFileAtomically(from, path);
    const { size } = await stat(path);
    return this.#keep({ id, name: fileName(name), bytes: size, path, isCopy: true, ...(document && { document }) });
  }

  /** Begins a copy that comes in parts. @returns what it is called until it is whole. @throws file-unwritable */
  async beginCopy(name: string): Promise<Id> {
    const id = newId();
    await makeFolder(this.#folder);
    this.#uploads.set(id, { name: fileName(name), bytes: 0 });
    return id;
  }

  /** Its next bytes. @throws file-not-found, file-unwritable; picture-too-large, after which it is gone */
  async extendCopy(id: Id, bytes: Uint8Array): Promise<void> {
    const upload = known('upload', this.#uploads, id);
    upload.bytes += bytes.length;
    if (upload.bytes > LARGEST_UPLOAD) {
      await this.#dropUpload(id);
      throw new LangevinError(
        'picture-too-large',
        `${upload.name} has more than 2 GiB; files of that size are not read.`,
      );
    }
    try {
      await appendFile(this.#uploadPath(id), bytes, { mode: 0o600 });
    } catch (error) {
      await this.#dropUpload(id);
      throw new LangevinError('file-unwritable', `${upload.name} could not be kept: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  }

  /** Makes the copy a file. @param document  what it was made from, as it was opened. @throws file-not-found */
  async endCopy(id: Id, document?: Id): Promise<FileInfo> {
    const { name, bytes } = known('upload', this.#uploads, id);
    const path = join(this.#folder, id);
    await rename(await this.takeCopy(id), path);
    return this.#keep({ id, name, bytes, path, isCopy: true, ...(document && { document }) });
  }

  /** Gives the copy up. */
  async dropCopy(id: Id): Promise<void> {
    await this.#dropUpload(id);
  }

  /** Gives the copy away to whoever asked for it in another place. @returns where it lies. @throws file-not-found */
  async takeCopy(id: Id): Promise<string> {
    const { bytes } = known('upload', this.#uploads, id);
    this.#uploads.delete(id);
    const path = this.#uploadPath(id);
    if (bytes === 0) await writeFileAtomically(path, new Uint8Array(0));
    return path;
  }

  /** Takes back a file of an earlier session; undefined when it is gone. */
  async restore(file: Omit<StoredFile, 'bytes'>): Promise<FileInfo | undefined> {
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

  /** The file as it was opened that this one was made from, or itself. */
  documentOf(id: Id): Id {
    return this.#files.get(id)?.document ?? id;
  }

  /** A file that was opened, and all that were made from it. */
  ofDocument(document: Id): readonly Id[] {
    return [...this.#files.values()].filter((file) => (file.document ?? file.id) === document).map(({ id }) => id);
  }

  has(id: Id): boolean {
    return this.#files.has(id);
  }

  /** @throws file-not-found, file-unreadable */
  async read(id: Id): Promise<FileBytes> {
    const { name, path } = this.get(id);
    return { name, bytes: await readInputFile(path) };
  }

  /** Bytes that it has now. @throws file-not-found */
  async size(id: Id): Promise<number> {
    const { name, path } = this.get(id);
    const status = await stat(path).catch(() => undefined);
    if (status === undefined) throw new LangevinError('file-not-found', `There is no file ${name} any more.`);
    return status.size;
  }

  /** Where a process that works on it finds it. @throws file-not-found */
  placed(id: Id): FilePlace {
    const { name, path } = this.get(id);
    return { name, path };
  }

  async forget(id: Id): Promise<void> {
    const file = this.#files.get(id);
    this.#files.delete(id);
    if (file?.isCopy) await rm(file.path, { force: true });
  }

  async #dropUpload(id: Id): Promise<void> {
    this.#uploads.delete(id);
    await rm(this.#uploadPath(id), { force: true }).catch(() => undefined);
  }

  /** What is unfinished is swept as what no file of the store is. */
  #uploadPath(id: Id): string {
    return join(this.#folder, `${id}.part`);
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
