import { readdir, rename, rm, stat } from 'node:fs/promises';
import type { FilePlace } from '../../contract/jobs.ts';
import { join } from 'node:path';
import type { ResultInfo } from '../../contract/app/runs.ts';
import type { Id } from '../../contract/app/values.ts';
import type { PictureMetadata } from '../../tensor/picture.ts';
import type { ViewResult } from '../engine/jobs/view-restore-job.ts';
import { readInputFile } from '../files/read-file.ts';
import { makeFolder, writeFileAtomically } from '../files/write-file.ts';
import { known, newId } from './ids.ts';

export interface StoredResult {
  readonly info: ResultInfo;
  /** What a PNG does not hold. */
  readonly metadata: PictureMetadata;
}

/** What runs have made, without loss, on the disk: PNG files, and of slices their values. `KeptRuns` says which they are. */
export class ResultStore {
  readonly #folder: string;
  readonly #results = new Map<Id, StoredResult>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A new name in its folder for those who write results; what no result becomes of is swept. @throws file-unwritable */
  async place(): Promise<string> {
    await makeFolder(this.#folder, 0o700);
    return join(this.#folder, `${newId()}.made`);
  }

  /** Takes the file of a result over. @param strength  as in `ResultInfo`. @throws file-unwritable */
  async add(run: Id, result: ViewResult, strength?: number): Promise<ResultInfo> {
    const { kind, sample, width, height, format, png, npy, metadata } = result;
    const id = newId();
    await rename(png, this.#pathOf(id, 'png'));
    if (npy !== undefined) await writeFileAtomically(this.#pathOf(id, 'npy'), npy);
    const how = strength === undefined ? {} : { strength };
    const info = { id, run, kind, sample, width, height, isScan: npy !== undefined, format, ...how };
    this.#results.set(id, { info, metadata });
    return info;
  }

  /** Takes back a result of an earlier program. @returns whether its files are still there. */
  async restore(result: StoredResult): Promise<boolean> {
    const { id, isScan } = result.info;
    const endings = isScan ? (['png', 'npy'] as const) : (['png'] as const);
    for (const ending of endings) {
      const status = await stat(this.#pathOf(id, ending)).catch(() => undefined);
      if (!status?.isFile()) return false;
    }
    this.#results.set(id, result);
    return true;
  }

  /** Removes the files that no result of the store has. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!this.#results.has(name.replace(/\.(png|npy)$/, ''))) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** @throws file-not-found */
  get(id: Id): StoredResult {
    return known('result', this.#results, id);
  }

  /** @throws file-not-found */
  info(id: Id): ResultInfo {
    return this.get(id).info;
  }

  /** With what a PNG does not hold. @throws file-not-found */
  metadata(id: Id): PictureMetadata {
    return this.get(id).metadata;
  }

  /** @throws file-not-found */
  read(id: Id, kind: 'png' | 'npy'): Promise<Uint8Array> {
    known('result', this.#results, id);
    return readInputFile(this.#pathOf(id, kind));
  }

  /** Where its file is, to be copied. @throws file-not-found */
  pathOf(id: Id): { readonly path: string; readonly ending: 'png' | 'npy' } {
    const ending = this.info(id).isScan ? 'npy' : 'png';
    return { path: this.#pathOf(id, ending), ending };
  }

  /** Where a process that works on it finds it. @throws file-not-found */
  placed(id: Id, kind: 'png' | 'npy'): FilePlace {
    known('result', this.#results, id);
    return { name: 'the result', path: this.#pathOf(id, kind) };
  }

  async forget(id: Id): Promise<void> {
    this.#results.delete(id);
    await rm(this.#pathOf(id, 'png'), { force: true });
    await rm(this.#pathOf(id, 'npy'), { force: true });
  }

  #pathOf(id: Id, ending: 'png' | 'npy'): string {
    return join(this.#folder, `${id}.${ending}`);
  }
}
