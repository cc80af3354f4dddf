import { dirname, join, posix } from 'node:path';
import type { MaskPolicy, Rgb } from '../../contract/batch.ts';
import type { FindOptions } from '../../contract/find.ts';
import type { PlacedFile } from '../../contract/jobs.ts';
import { LangevinError } from '../../errors.ts';
import { readFailure } from '../failures.ts';
import { isAbsence, type FileSystem } from '../file-system.ts';
import { isUnchanged } from '../fingerprint.ts';
import { headerSize } from '../header-size.ts';
import { readInput } from '../pipeline/read-input.ts';
import { foldsCase } from '../plan/collisions.ts';
import type { IntentRecord } from '../journal/records.ts';
import type { InputFile } from '../plan/list-inputs.ts';
import { maskCandidates } from './mask-names.ts';

/** What the mask of one picture is made from. */
export type MaskSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly file: PlacedFile }
  | { readonly kind: 'alpha' }
  | { readonly kind: 'color'; readonly color: Rgb; readonly tolerance: number }
  /** Damage that the engine finds before it restores. */
  | { readonly kind: 'auto'; readonly find: FindOptions };

type MaskFingerprint = NonNullable<IntentRecord['mask']>;

export interface FoundMask {
  readonly source: MaskSource;
  /** Of the file, where there is one. */
  readonly fingerprint?: MaskFingerprint;
}

interface MaskFile {
  readonly file: PlacedFile;
  readonly fingerprint: MaskFingerprint;
}

/** An input: where it is, and its name below its source. */
export type InputPlace = Pick<InputFile, 'name' | 'path'>;

/** Finds the mask of each input by the policy of the batch. */
export class MaskFinder {
  readonly #fs: FileSystem;
  readonly #policy: MaskPolicy;
  #shared: Promise<MaskFile[]> | undefined;

  constructor(fs: FileSystem, policy: MaskPolicy) {
    this.#fs = fs;
    this.#policy = policy;
  }

  /**
   * @throws mask-missing, naming what was looked for; mask-size when none of several masks fits; file-unreadable.
   */
  async find(input: InputPlace, picture: PlacedFile): Promise<FoundMask> {
    const policy = this.#policy;
    if (policy.kind === 'files') {
      const { file, fingerprint } = await fitting(this.#fs, await this.#files(policy.paths), picture);
      return { source: { kind: 'file', file }, fingerprint };
    }
    if (policy.kind === 'folder') {
      const { file, fingerprint } = await this.#read(await this.#pathInFolder(policy.path, input));
      return { source: { kind: 'file', file }, fingerprint };
    }
    return { source: policy };
  }

  /** Whether the mask that was used for an input is still the one that would be. */
  async isUnchanged(input: InputPlace, used: MaskFingerprint | undefined): Promise<boolean> {
    const policy = this.#policy;
    if (policy.kind !== 'files' && policy.kind !== 'folder') return used === undefined;
    if (used === undefined) return false;
    try {
      if (policy.kind === 'files') {
        return (await this.#files(policy.paths)).some(({ fingerprint }) => fingerprint.sha256 === used.sha256);
      }
      const path = await this.#pathInFolder(policy.path, input);
      return await isUnchanged(this.#fs, path, await this.#fs.status(path), used);
    } catch {
      // Working on the input again tells what is wrong with its mask.
      return false;
    }
  }

  async #pathInFolder(folder: string, { name, path }: InputPlace): Promise<string> {
    const { dir, base } = posix.parse(name);
    const place = join(folder, dir);
    let files: string[];
    try {
      files = (await this.#fs.list(place)).filter(({ kind }) => kind !== 'folder').map((entry) => entry.name);
    } catch (error) {
      if (!isAbsence(error)) throw readFailure(place, error);
      files = [];
    }
    const besideIt = await this.#isSameFolder(place, dirname(path));
    const exact = maskCandidates(base, files.sort(), besideIt);
    // Where the file system takes PHOTO.png for photo.png, so do its users.
    const folds = exact.length === 0 && files.length > 0 && (await foldsCase(this.#fs, place));
    const found = folds ? maskCandidates(base, files, besideIt, true) : exact;
    if (found.length === 1) return join(place, found[0]);
    if (found.length > 1) {
      throw new LangevinError(
        'mask-missing',
        `${place} has more than one mask for ${base}: ${found.join(', ')}. Keep one of them.`,
      );
    }
    const { name: stem } = posix.parse(base);
    throw new LangevinError(
      'mask-missing',
      `There is no mask for ${name}: ${place} has no ${base}.png, ${stem}.png or ${stem}_mask.png (or other picture format).`,
    );
  }

  async #isSameFolder(a: string, b: string): Promise<boolean> {
    try {
      return (await this.#fs.realPath(a)) === (await this.#fs.realPath(b));
    } catch {
      return false;
    }
  }

  #files(paths: readonly string[]): Promise<MaskFile[]> {
    this.#shared ??= Promise.all(paths.map((path) => this.#read(path)));
    return this.#shared;
  }

  async #read(path: string): Promise<MaskFile> {
    const { file, source } = await readInput(this.#fs, path, path);
    return { file, fingerprint: { path, ...source } };
  }
}

/**
 * The one mask, whatever its size, which is checked when it is decoded; of several, the one of the picture's size.
 * @throws mask-size; what `readHeader` throws for the picture or a mask.
 */
async function fitting(fs: FileSystem, masks: readonly MaskFile[], picture: PlacedFile): Promise<MaskFile> {
  if (masks.length === 1) return masks[0];
  const size = await displayedSizeOf(fs, picture);
  const sizes: string[] = [];
  for (const mask of masks) {
    const own = await displayedSizeOf(fs, mask.file);
    if (own === size) return mask;
    sizes.push(`${mask.file.name} (${own})`);
  }
  throw new LangevinError(
    'mask-size',
    `None of the masks has the size of ${picture.name}, ${size}: ${sizes.join(', ')}.`,
  );
}

/** @throws what `readHeader` throws: a file that is no picture is that, and no matter of its mask. */
async function displayedSizeOf(fs: FileSystem, file: PlacedFile): Promise<string> {
  const { width, height } = await headerSize(fs, file);
  return `${width} × ${height}`;
}
