import type { ParsedAppRequest } from '../../contract/app/calls.ts';
import type { PlacedFile } from '../../contract/jobs.ts';
import type { AdjustedPicture, AdjustmentPreview, SuggestedTones } from '../../contract/app/adjusting.ts';
import type { Id } from '../../contract/app/values.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { fileLimits, type JobLimits } from '../engine/job-limits.ts';
import type { ViewRestoreJob } from '../engine/jobs/view-restore-job.ts';
import type { FileStore } from './file-store.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';

export interface AdjustmentsOptions {
  readonly files: FileStore;
  readonly worker: EngineClient<PictureJobs>;
  /** What has been healed of a picture. */
  readonly layersOf: (file: Id) => Promise<ViewRestoreJob['layers']>;
}

interface Source {
  readonly file: PlacedFile;
  readonly layers?: NonNullable<ViewRestoreJob['layers']>;
}

/** Turns, crops and tones pictures by the picture process. */
export class Adjustments {
  readonly #options: AdjustmentsOptions;

  constructor(options: AdjustmentsOptions) {
    this.#options = options;
  }

  /** @throws invalid-argument; what reading and decoding throw */
  async preview({ adjustment, ...from }: ParsedAppRequest<'previewAdjustment'>): Promise<AdjustmentPreview> {
    const job = { ...(await this.#source(from)), adjustment };
    return this.#options.worker.result('preview-adjustment', job, { limits: await this.#limits(from.file) });
  }

  /** @throws what reading and decoding throw */
  async suggest({ file, negative }: ParsedAppRequest<'suggestAdjustment'>): Promise<SuggestedTones> {
    const job = { ...(await this.#source({ file, healed: false })), negative };
    return this.#options.worker.result('suggest-adjustment', job, { limits: await this.#limits(file) });
  }

  /** @throws invalid-argument; mask-size; file-unwritable; what reading and decoding throw */
  async apply({ adjustment, mask, ...from }: ParsedAppRequest<'adjustPicture'>): Promise<AdjustedPicture> {
    const { files, worker } = this.#options;
    const job = { ...(await this.#source(from)), adjustment, ...(mask && { mask }) };
    const made = await worker.result('adjust-picture', job, { limits: await this.#limits(from.file) });
    const stem = files.get(from.file).name.replace(/\.[^.]*$/, '');
    return { file: await files.addCopy(`${stem}.png`, made.png, files.documentOf(from.file)), mask: made.mask };
  }

  async #source({ file, healed }: { readonly file: Id; readonly healed: boolean }): Promise<Source> {
    const { files, layersOf } = this.#options;
    const layers = healed ? await layersOf(file) : undefined;
    return { file: files.placed(file), ...(layers && { layers }) };
  }

  async #limits(file: Id): Promise<JobLimits> {
    return fileLimits(await this.#options.files.size(file));
  }
}
