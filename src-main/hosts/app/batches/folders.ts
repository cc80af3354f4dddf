import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { FolderInfo } from '../../../contract/app/batch.ts';
import type { Id } from '../../../contract/app/values.ts';
import { invalidArgument, LangevinError } from '../../../errors.ts';
import { copyFileAtomically, makeFolder, writeFileAtomically } from '../../files/write-file.ts';
import { known, newId } from '../ids.ts';

interface Folder {
  readonly info: FolderInfo;
  readonly path: string;
  /** Made by us, to be uploaded into. */
  readonly isUpload: boolean;
}

/** The folders that a renderer knows by id: those chosen in dialogs, granted at the start, and made to upload into. */
export class Folders {
  readonly #uploads: string;
  readonly #folders = new Map<Id, Folder>();

  /**
   * @param uploads  where folders are made to upload into.
   * @param granted  paths that may be used without a dialog.
   */
  constructor(uploads: string, granted: readonly string[]) {
    this.#uploads = uploads;
    for (const path of granted) this.add(path);
  }

  /** The id of a folder; the same one when it is added again. */
  add(path: string): FolderInfo {
    const absolute = resolve(path);
    const there = [...this.#folders.values()].find((folder) => folder.path === absolute);
    return (there ?? this.#keep(absolute, basename(absolute) || absolute, false)).info;
  }

  /** An empty folder to upload into. @throws file-unwritable */
  async create(name: string): Promise<FolderInfo> {
    const path = join(this.#uploads, newId());
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new LangevinError(
        'file-unwritable',
        `No folder can be made in ${this.#uploads}: ${(error as Error).message}.`,
      );
    }
    return this.#keep(path, name.split(/[\\/]/).at(-1) || 'upload', true).info;
  }

  /**
   * Puts an uploaded file into a folder made for it.
   * @param path  relative, with forward slashes.
   * @throws invalid-argument for a path that leaves the folder, or a folder that was not made for uploads;
   *   file-unwritable, such as where a file has the name of one of its folders
   */
  async write(id: Id, path: string, bytes: Uint8Array): Promise<void> {
    await writeFileAtomically(await this.#target(id, path), bytes);
  }

  /** The same with a file of ours, which is moved there, or removed when that fails. */
  async take(id: Id, path: string, from: string): Promise<void> {
    try {
      const target = await this.#target(id, path);
      await copyFileAtomically(from, target);
    } finally {
      await rm(from, { force: true });
    }
  }

  async #target(id: Id, path: string): Promise<string> {
    const folder = this.#get(id);
    if (!folder.isUpload) {
      throw new LangevinError(
        'invalid-argument',
        `Files are only uploaded into folders made for it, not into ${folder.info.name}.`,
      );
    }
    const target = inside(folder.path, path);
    await makeFolder(dirname(target));
    return target;
  }

  /** @throws file-not-found */
  path(id: Id): string {
    return this.#get(id).path;
  }

  /** @throws file-not-found */
  info(id: Id): FolderInfo {
    return this.#get(id).info;
  }

  list(): FolderInfo[] {
    return [...this.#folders.values()].map(({ info }) => info);
  }

  /** Removes what an earlier program left of uploads. */
  async clear(): Promise<void> {
    await rm(this.#uploads, { recursive: true, force: true });
  }

  #keep(path: string, name: string, isUpload: boolean): Folder {
    const id = newId();
    const folder = { info: { id, name }, path, isUpload };
    this.#folders.set(id, folder);
    return folder;
  }

  #get(id: Id): Folder {
    return known('folder', this.#folders, id);
  }
}

/**
 * The path of something in a folder by its relative name.
 * @throws invalid-argument when the name is absolute, leaves the folder or holds a backslash or a NUL.
 */
export function inside(folder: string, relative: string): string {
  const parts = relative.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..') || /[\\\0]/.test(relative);
  const path = resolve(folder, ...parts);
  if (bad || !path.startsWith(folder + sep)) {
    throw invalidArgument('path', 'a relative path with forward slashes inside of its folder', relative);
  }
  return path;
}
