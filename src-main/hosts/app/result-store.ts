import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultInfo } from '../../contract/app/runs.ts';
import type { Id } from '../../contract/app/values.ts';
import type { PictureMetadata } from '../../tensor/picture.ts';
import type { ViewResult } from '../engine/jobs/view-restore-job.ts';
import { readInputFile } from '../files/read-file.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { known, newId } from './ids.ts';

interface StoredResult {
  readonly info: ResultInfo;
  readonly metadata: PictureMetadata;
}

/** What runs have made, without loss, on the disk: PNG files, and of slices their values. They end with the program. */
export class ResultStore {
  readonly #folder: string;
  readonly #results = new Map<Id, StoredResult>();

  /** @param folder  emptied now and at the end. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws away what an earlier program left. */
  async clear(): Promise<void> {
    this.#results.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @throws file-unwritable */
  async add(run: Id, result: ViewResult): Promise<ResultInfo> {
    const { kind, sample, width, height, format, png, npy, metadata } = result;
    const id = newId();
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.#pathOf(id, 'png'), png);
    if (npy !== undefined) await writeFileAtomically(this.#pathOf(id, 'npy'), npy);
    const info = { id, run, kind, sample, width, height, isScan: npy !== undefined, format };
    this.#results.set(id, { info, metadata });
    return info;
  }

  /** @throws file-not-found */
  info(id: Id): ResultInfo {
    return known('result', this.#results, id).info;
  }

  /** With what a PNG does not hold. @throws file-not-found */
  metadata(id: Id): PictureMetadata {
    return known('result', this.#results, id).metadata;
  }

  /** @throws file-not-found */
  read(id: Id, kind: 'png' | 'npy'): Promise<Uint8Array> {
    known('result', this.#results, id);
    return readInputFile(this.#pathOf(id, kind));
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
