import { basename, dirname } from 'node:path';
import type { BatchRequest } from '../../contract/batch.ts';
import { isAbsence, statusIfThere, type FileSystem, type FolderEntry } from '../file-system.ts';

/** What is where outputs are to go, so that none of them replaces what it must not. */
export class OutputPlaces {
  readonly #fs: FileSystem;
  /** Files that the batch reads, by identity. */
  readonly #read: ReadonlyMap<string, string>;
  readonly #entries = new Map<string, Promise<ReadonlyMap<string, FolderEntry['kind']>>>();

  private constructor(fs: FileSystem, read: ReadonlyMap<string, string>) {
    this.#fs = fs;
    this.#read = read;
  }

  /** @param others  files and folders that are read besides the originals and masks, such as a kernel or a model. */
  static async of(fs: FileSystem, { mask }: BatchRequest, others: readonly string[]): Promise<OutputPlaces> {
    const read = new Map<string, string>();
    for (const path of [...(mask.kind === 'files' ? mask.paths : []), ...others]) {
      const status = await statusIfThere(fs, path).catch(() => undefined);
      if (status?.identity !== undefined) read.set(status.identity, path);
      if (status?.kind !== 'folder') continue;
      for (const { name, kind } of await fs.list(path).catch(() => [])) {
        const inner = kind === 'file' ? await statusIfThere(fs, `${path}/${name}`).catch(() => undefined) : undefined;
        if (inner?.identity !== undefined) read.set(inner.identity, `${path}/${name}`);
      }
    }
    return new OutputPlaces(fs, read);
  }

  /** The file that the batch reads and that has this identity. */
  inputOf(identity: string | undefined): string | undefined {
    return identity === undefined ? undefined : this.#read.get(identity);
  }

  /** What is there that is no plain file, in words; renaming over it would remove it. @throws what the file system says */
  async obstacle(path: string): Promise<string | undefined> {
    const folder = dirname(path);
    const listed = this.#entries.get(folder) ?? this.#list(folder);
    this.#entries.set(folder, listed);
    const kind = (await listed).get(basename(path));
    if (kind === 'link') return 'a link';
    if (kind === 'folder') return 'a folder';
    return kind === 'other' ? 'a device, pipe or socket' : undefined;
  }

  async #list(folder: string): Promise<ReadonlyMap<string, FolderEntry['kind']>> {
    try {
      return new Map((await this.#fs.list(folder)).map(({ name, kind }) => [name, kind]));
    } catch (error) {
      if (isAbsence(error)) return new Map();
      throw error;
    }
  }
}
