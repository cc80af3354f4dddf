import { basename, join, posix, relative, sep } from 'node:path';
import { minimatch } from 'minimatch';
import type { BatchProblem } from '../../contract/batch.ts';
import { LangevinError } from '../../errors.ts';
import { isRawName } from '../../images/tiff-structure.ts';
import { isAbsence, statusIfThere, type FileSystem, type FolderEntry } from '../file-system.ts';
import { readFailure } from '../failures.ts';

/** A file that is to be restored. */
export interface InputFile {
  /** Absolute. */
  readonly path: string;
  /** Below the source, with forward slashes; in a batch of several sources below their parents. */
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly accessedMs: number;
  /** See `FileStatus`. */
  readonly identity: string | undefined;
}

export interface InputList {
  /** In order of their names, each name once. */
  readonly inputs: readonly InputFile[];
  /** What looks like an input, or may hold some, and cannot be read. */
  readonly problems: readonly ({ readonly name: string } & BatchProblem)[];
  /** Number of files that are not asked for by name. */
  readonly ignored: number;
  readonly notices: readonly string[];
}

export interface ListOptions {
  readonly recursive: boolean;
  /** Globs, on the whole name or, where one has no slash, on its last part; or what says whether a name is asked for. */
  readonly include: readonly string[] | ((name: string) => boolean);
  /** Folders whose contents are no inputs, such as that of the outputs. */
  readonly exclude: readonly string[];
}

/**
 * Lists what is to be restored. Hidden files are left alone. Links to folders are followed, and every real folder is
 * entered once, by its own name before any link to it, so that loops end and nothing is done twice.
 * @param sources  folders and files that exist; absolute.
 * @throws file-unreadable for a source.
 */
export async function listInputs(fs: FileSystem, sources: readonly string[], options: ListOptions): Promise<InputList> {
  const walk = new Walk(fs, options, await realPaths(fs, options.exclude));
  for (const source of sources) {
    const { kind } = await fs.status(source);
    const prefix = sources.length > 1 ? basename(source) : '';
    if (kind === 'folder') await walk.source(source, prefix);
    else await walk.file(source, basename(source));
  }
  await walk.followLinks();
  return walk.result();
}

class Walk {
  readonly #fs: FileSystem;
  readonly #options: ListOptions;
  readonly #excluded: readonly string[];
  readonly #inputs = new Map<string, InputFile>();
  readonly #problems: ({ name: string } & BatchProblem)[] = [];
  readonly #notices: string[] = [];
  readonly #entered = new Set<string>();
  #links: { path: string; name: string }[] = [];
  #ignored = 0;
  /** Of those that are not asked for. */
  #raw = 0;

  constructor(fs: FileSystem, options: ListOptions, excluded: readonly string[]) {
    this.#fs = fs;
    this.#options = options;
    this.#excluded = excluded;
  }

  /** @throws file-unreadable when the folder itself cannot be listed. */
  async source(path: string, name: string): Promise<void> {
    await this.#folder(path, name, (error) => {
      throw readFailure(path, error);
    });
  }

  async file(path: string, name: string): Promise<void> {
    try {
      const status = await this.#fs.status(path);
      if (status.kind !== 'file') {
        throw new LangevinError('file-unreadable', `${path} is neither a file nor a folder, so it has no picture.`);
      }
      const { size, modifiedMs, accessedMs, identity } = status;
      this.#inputs.set(name, { path, name, size, modifiedMs, accessedMs, identity });
    } catch (error) {
      this.#problem(path, name, error);
    }
  }

  async followLinks(): Promise<void> {
    // Links found on the way are followed in turn.
    while (this.#links.length > 0) {
      const links = this.#links.sort(byName);
      this.#links = [];
      for (const { path, name } of links) {
        await this.#folder(path, name, (error) => this.#problem(path, name, error));
      }
    }
  }

  result(): InputList {
    if (this.#raw > 0) {
      this.#notices.push(
        `${this.#raw} raw photographs are left out: they are not read. Convert them to TIFF with the camera's program first.`,
      );
    }
    return {
      inputs: [...this.#inputs.values()].sort(byName),
      problems: this.#problems.sort(byName),
      ignored: this.#ignored + this.#raw,
      notices: this.#notices,
    };
  }

  async #folder(path: string, name: string, onFailure: (error: unknown) => void): Promise<void> {
    let entries: FolderEntry[];
    try {
      const real = await this.#fs.realPath(path);
      if (this.#excluded.some((folder) => isWithin(real, folder))) return;
      if (this.#entered.has(real)) {
        this.#notices.push(`The link ${path} leads to a folder that is in the batch already; it is not entered again.`);
        return;
      }
      this.#entered.add(real);
      entries = await this.#fs.list(path);
    } catch (error) {
      onFailure(error);
      return;
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      await this.#entry(join(path, entry.name), posix.join(name, entry.name), entry.kind);
    }
  }

  async #entry(path: string, name: string, kind: FolderEntry['kind']): Promise<void> {
    const { recursive } = this.#options;
    if (kind === 'folder') {
      if (recursive) await this.#folder(path, name, (error) => this.#problem(path, name, error));
      return;
    }
    if (kind === 'link' && (await this.#leadsToFolder(path))) {
      if (recursive) this.#links.push({ path, name });
      return;
    }
    if (this.#isAskedFor(name)) await this.file(path, name);
    else if (isRawName(name)) this.#raw++;
    else this.#ignored++;
  }

  async #leadsToFolder(path: string): Promise<boolean> {
    try {
      return (await this.#fs.status(path)).kind === 'folder';
    } catch {
      // A broken link with the name of a picture is a failed input; `file` finds out why.
      return false;
    }
  }

  #isAskedFor(name: string): boolean {
    const { include } = this.#options;
    if (typeof include === 'function') return include(name);
    return include.some((glob) => minimatch(name, glob, { matchBase: true, nocase: true, nonegate: true }));
  }

  #problem(path: string, name: string, error: unknown): void {
    const { code, message } = readFailure(path, error);
    const garbled = name.includes('\ufffd') && isAbsence(error);
    this.#problems.push({
      name,
      code,
      message: garbled ? `The name of ${path} is not valid UTF-8, so it cannot be opened. Rename the file.` : message,
    });
  }
}

async function realPaths(fs: FileSystem, paths: readonly string[]): Promise<string[]> {
  const real: string[] = [];
  for (const path of paths) {
    if ((await statusIfThere(fs, path)) !== undefined) real.push(await fs.realPath(path));
  }
  return real;
}

/** Whether `path` is `folder` or below it; both absolute and real. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isOtherDrive(way));
}

/** On Windows the way to another drive is an absolute path. */
function isOtherDrive(way: string): boolean {
  return /^[a-zA-Z]:[\\/]/.test(way) || way.startsWith('\\\\');
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
