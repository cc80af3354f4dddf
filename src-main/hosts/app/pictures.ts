import type { ParsedAppRequest } from '../../contract/app/calls.ts';
import type { AppResult } from '../../contract/app/replies.ts';
import type { Sent } from '../../contract/app/parts.ts';
import type { Id, PictureContent, ScanContent } from '../../contract/app/values.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { ENCODING_LIMITS, fileLimits, type JobLimits } from '../engine/job-limits.ts';
import type { Outlet } from '../engine/protocol.ts';
import type { FileStore } from './file-store.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import type { PartStore } from './part-store.ts';
import { shownSize, type PictureSize } from './jobs/picture-work.ts';

/** Reads the files of a session by the picture process. */
export class Pictures {
  readonly #files: FileStore;
  readonly #worker: EngineClient<PictureJobs>;
  readonly #parts: PartStore;
  readonly #sizes = new Map<Id, PictureSize>();

  constructor(files: FileStore, worker: EngineClient<PictureJobs>, parts: PartStore) {
    this.#parts = parts;
    this.#files = files;
    this.#worker = worker;
  }

  /** Makes the process ready, so that the first picture does not wait for its start. */
  async warmUp(): Promise<void> {
    // Whatever it is, a picture will tell.
    await this.#worker.result('warm-up', {}).catch(() => undefined);
  }

  /**
   * @param outlet  where the pixels go instead of into the result.
   * @throws what reading and decoding throw
   */
  async read(id: Id, outlet?: Outlet): Promise<Sent<PictureContent>> {
    const file = this.#files.placed(id);
    const job = outlet === undefined ? { file, into: await this.#parts.place() } : { file };
    const content = await this.#worker.result('read-picture', job, { limits: await this.#limits(id), outlet });
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
      const job = { file: this.#files.placed(id) };
      size = await this.#worker.result('picture-size', job, { limits: await this.#limits(id) });
      this.#sizes.set(id, size);
    }
    return size;
  }

  /** A small JPEG file of it. @throws what reading and decoding throw */
  async thumbnail(id: Id): Promise<Uint8Array> {
    const job = { file: this.#files.placed(id) };
    return this.#worker.result('make-thumbnail', job, { limits: await this.#limits(id) });
  }

  /** @throws mask-size, and what reading and decoding throw */
  async readMask({ file, picture }: ParsedAppRequest<'readMask'>): Promise<Sent<AppResult<'readMask'>>> {
    const { width, height } = shownSize(await this.size(picture));
    const job = { file: this.#files.placed(file), width, height, into: await this.#parts.place() };
    const coverage = await this.#worker.result('read-mask', job, { limits: await this.#limits(file) });
    return { width, height, coverage };
  }

  /** A PNG file. @throws mask-size */
  async encodeMask({ picture, mask }: ParsedAppRequest<'saveMask'>): Promise<Uint8Array> {
    const { width, height } = shownSize(await this.size(picture));
    return this.#worker.result('encode-mask', { mask, width, height });
  }

  /** @throws what the readers of slices throw */
  async scan(id: Id, slice: number): Promise<ScanContent> {
    const file = this.#files.placed(id);
    return this.#worker.result('read-scan', { file, slice }, { limits: await this.#limits(id) });
  }

  /** @throws file-not-found */
  async sortSeries(ids: readonly Id[]): Promise<AppResult<'sortSeries'>> {
    const job = { files: ids.map((id) => this.#files.placed(id)) };
    const { series, others } = await this.#worker.result('sort-series', job, { limits: ENCODING_LIMITS });
    return {
      series: series.map(({ files, ...rest }) => ({ ...rest, files: files.map((index) => ids[index]) })),
      others,
    };
  }

  /** @throws what the readers of slices throw; invalid-shape, picture-too-large */
  async plane({ files, ...plane }: ParsedAppRequest<'readPlane'>): Promise<ScanContent> {
    const job = { files: files.map((id) => this.#files.placed(id)), ...plane };
    return this.#worker.result('read-plane', job, { limits: ENCODING_LIMITS });
  }

  /** @throws what the readers of slices throw; invalid-shape */
  async simulate({ file, ...scanner }: ParsedAppRequest<'simulateScan'>): Promise<AppResult<'simulateScan'>> {
    const input = this.#files.placed(file);
    const job = { file: input, ...scanner };
    const { npy, ...simulated } = await this.#worker.result('simulate-scan', job, { limits: ENCODING_LIMITS });
    const stem = input.name.replace(/\.[^.]*$/, '');
    return { sinogram: await this.#files.addCopy(`${stem}-sinogram.npy`, npy), ...simulated };
  }

  forget(id: Id): void {
    this.#sizes.delete(id);
  }

  /** @throws file-not-found */
  async #limits(id: Id): Promise<JobLimits> {
    return fileLimits(await this.#files.size(id));
  }
}
