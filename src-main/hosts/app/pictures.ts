import type { ParsedAppRequest } from '../../contract/app/calls.ts';
import type { AppResult } from '../../contract/app/replies.ts';
import type { Id, PictureContent, ScanContent } from '../../contract/app/values.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { ENCODING_LIMITS, fileLimits } from '../engine/job-limits.ts';
import type { Outlet } from '../engine/protocol.ts';
import type { FileStore } from './file-store.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import { shownSize, type PictureSize } from './jobs/picture-work.ts';

/** Reads the files of a session by the picture process. */
export class Pictures {
  readonly #files: FileStore;
  readonly #worker: EngineClient<PictureJobs>;
  readonly #sizes = new Map<Id, PictureSize>();

  constructor(files: FileStore, worker: EngineClient<PictureJobs>) {
    this.#files = files;
    this.#worker = worker;
  }

  /**
   * @param outlet  where the pixels go instead of into the result.
   * @throws what reading and decoding throw
   */
  async read(id: Id, outlet?: Outlet): Promise<PictureContent> {
    const file = await this.#files.read(id);
    const limits = fileLimits(file.bytes.length);
    const content = await this.#worker.result('read-picture', { file }, { limits, outlet });
    const { orientation } = content;
    const stored = shownSize({ width: content.width, height: content.height, orientation });
    // Turning a displayed size once more gives the stored one.
    this.#sizes.set(id, { ...stored, orientation });
    return content;
  }

  /** As stored. @throws what reading and decoding throw */
  async size(id: Id): Promise<PictureSize> {
    let size = this.#sizes.get(id);
    if (size === undefined) {
      const file = await this.#files.read(id);
      size = await this.#worker.result('picture-size', { file }, { limits: fileLimits(file.bytes.length) });
      this.#sizes.set(id, size);
    }
    return size;
  }

  /** @throws mask-size, and what reading and decoding throw */
  async readMask({ file, picture }: ParsedAppRequest<'readMask'>): Promise<AppResult<'readMask'>> {
    const { width, height } = shownSize(await this.size(picture));
    const read = await this.#files.read(file);
    const limits = fileLimits(read.bytes.length);
    const coverage = await this.#worker.result('read-mask', { file: read, width, height }, { limits });
    return { width, height, coverage };
  }

  /** A PNG file. @throws mask-size */
  async encodeMask({ picture, mask }: ParsedAppRequest<'saveMask'>): Promise<Uint8Array> {
    const { width, height } = shownSize(await this.size(picture));
    return this.#worker.result('encode-mask', { mask, width, height });
  }

  /** @throws what the readers of slices throw */
  async scan(id: Id, slice: number): Promise<ScanContent> {
    const file = await this.#files.read(id);
    return this.#worker.result('read-scan', { file, slice }, { limits: fileLimits(file.bytes.length) });
  }

  /** @throws what the readers of slices throw; invalid-shape */
  async simulate({ file, ...scanner }: ParsedAppRequest<'simulateScan'>): Promise<AppResult<'simulateScan'>> {
    const input = await this.#files.read(file);
    const job = { file: input, ...scanner };
    const { npy, ...simulated } = await this.#worker.result('simulate-scan', job, { limits: ENCODING_LIMITS });
    const stem = input.name.replace(/\.[^.]*$/, '');
    return { sinogram: await this.#files.addCopy(`${stem}-sinogram.npy`, npy), ...simulated };
  }

  forget(id: Id): void {
    this.#sizes.delete(id);
  }
}
