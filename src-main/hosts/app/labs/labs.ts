import type { AppEvent } from '../../../contract/app/events.ts';
import {
  STRIP_FRAMES,
  type LabLikelihood,
  type LabNews,
  type LabProgress,
  type LabSnapshot,
  type ParsedLabJob,
} from '../../../contract/app/lab.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { JobProgress } from '../../../contract/jobs.ts';
import type { EncodedPicture, LatentProgress } from '../../../contract/latent-job.ts';
import type { LikelihoodProgress, LikelihoodReport } from '../../../contract/likelihood-job.ts';
import { toLangevinError } from '../../../errors.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import type { Turns } from '../../engine/turns.ts';
import type { Folders } from '../batches/folders.ts';
import type { FileStore } from '../file-store.ts';
import { known, newId } from '../ids.ts';
import { withoutPaths } from '../without-paths.ts';
import { folderPictures } from './folder-pictures.ts';
import { LabRecord } from './lab-record.ts';

export interface LabsOptions {
  readonly engine: EngineClient<EngineJobs>;
  readonly turns: Turns;
  readonly files: FileStore;
  readonly folders: Folders;
  readonly emit: (event: AppEvent) => void;
  /** Whether only what really lies in the granted folders may be read, wherever links lead. */
  readonly isConfined: boolean;
}

type SampleWork = Extract<ParsedLabJob, { kind: 'sample' }>;
type LatentWork = Extract<ParsedLabJob, { kind: 'latent' }>;
type LikelihoodWork = Extract<ParsedLabJob, { kind: 'likelihood' }>;
type RankingWork = Extract<ParsedLabJob, { kind: 'ranking' }>;
/** How pictures are measured. */
type Measuring = Pick<LikelihoodWork, 'options' | 'map' | 'network'>;
/** A picture to measure. */
interface Measured {
  readonly file: Id;
  readonly name: string;
}

/** Latents that are kept for other positions and temperatures. */
const MOST_LATENTS = 4;
/** Frames of an experiment that are kept; strips of the samples beyond are left out. */
const MOST_FRAME_BYTES = 64e6;
/** Ended experiments that are kept, the newest ones. */
const MOST_KEPT = 10;

/** The experiments of a host: one at a time, and in turn with the runs. Pages that come later are told what is known. */
export class Labs {
  readonly #options: LabsOptions;
  readonly #labs = new Map<Id, LabRecord>();
  /** Latents by what they were made of and how: another temperature encodes nothing anew. */
  readonly #latents = new Map<string, EncodedPicture>();

  constructor(options: LabsOptions) {
    this.#options = options;
  }

  /** @throws file-not-found for an id of no file or folder */
  start(job: ParsedLabJob): { lab: Id } {
    const { files, folders } = this.#options;
    if (job.kind === 'ranking') for (const folder of job.folders) folders.path(folder);
    else if (job.kind !== 'sample') for (const file of job.files) files.get(file);
    const record = new LabRecord(newId(), job);
    this.#labs.set(record.id, record);
    // The reply with the id goes out before the first event.
    setImmediate(() => void this.#perform(record, job));
    return { lab: record.id };
  }

  /** Ends an experiment; what it has made stays. */
  cancel(id: Id): void {
    known('experiment', this.#labs, id).controller.abort();
  }

  cancelAll(): void {
    for (const { controller } of this.#labs.values()) controller.abort();
  }

  list(): LabSnapshot[] {
    return [...this.#labs.values()].map((record) => record.snapshot());
  }

  async forget(id: Id): Promise<void> {
    const record = known('experiment', this.#labs, id);
    record.controller.abort();
    this.#labs.delete(id);
    for (const file of record.files) if (this.#options.files.has(file)) await this.#options.files.forget(file);
  }

  async #perform(record: LabRecord, job: ParsedLabJob): Promise<void> {
    const { turns } = this.#options;
    const lab = record.id;
    const { signal } = record.controller;
    try {
      await turns.take(signal, async () => {
        record.status = 'running';
        if (job.kind === 'sample') await this.#sample(record, job);
        else if (job.kind === 'likelihood') await this.#measureFiles(record, job);
        else if (job.kind === 'ranking') await this.#measureFolders(record, job);
        else await this.#interpolate(record, job);
      });
      record.status = 'done';
      this.#tell({ type: 'lab-end', lab, status: 'done', report: record.report });
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (code === 'cancelled') {
        record.status = 'cancelled';
        this.#tell({ type: 'lab-end', lab, status: 'cancelled' });
      } else {
        record.status = 'failed';
        record.problem = { code, message: withoutPaths(message) };
        this.#tell({ type: 'lab-end', lab, status: 'failed', problem: record.problem });
      }
    }
    const over = [...this.#labs.values()].filter(({ isOver }) => isOver);
    for (const { id } of over.slice(0, -MOST_KEPT)) await this.forget(id);
  }

  async #sample(record: LabRecord, { kind: _kind, ...job }: SampleWork): Promise<void> {
    const { engine, files } = this.#options;
    const lab = record.id;
    const run = engine.run('sample', { ...job, frames: 'raw' }, { signal: record.controller.signal });
    for (;;) {
      const next = await run.next();
      if (next.done) {
        record.report = next.value;
        return;
      }
      const event = next.value;
      if (event.type === 'step') this.#step(record, event);
      else if (event.type === 'notice') this.#notice(record, event.message);
      else if (event.type === 'picture') {
        const name = `sample-${job.options.seed}-${String(event.sample + 1).padStart(2, '0')}.png`;
        const wanted = job.classifier?.class;
        const drawn = wanted === 'all' ? Math.floor(event.sample / job.count) : wanted;
        const file = await files.addCopy(name, event.bytes);
        const picture = { sample: event.sample, ...(drawn !== undefined && { class: drawn }), file };
        record.pictures.push(picture);
        this.#tell({ type: 'lab-picture', lab, picture });
      }
    }
  }

  #step(record: LabRecord, step: JobProgress): void {
    const { sample, samples, fraction, etaMs, sigma, state, denoised } = step;
    this.#advance(record, { fraction, etaMs, item: sample, items: samples });
    // Steps of each sample, evenly spread, for its strip; the last is the picture.
    const perSample = step.steps / samples;
    const index = step.step - sample * perSample;
    const share = (i: number): number => Math.floor((STRIP_FRAMES * (i - 1)) / perSample);
    const isShown = index === 1 || index === perSample || share(index) > share(index - 1);
    if (!isShown || state === undefined || denoised === undefined) return;
    const bytes = state.bytes.length + denoised.bytes.length;
    if (record.frameBytes + bytes > MOST_FRAME_BYTES) return;
    record.frameBytes += bytes;
    const frame = { sample, step: index, sigma, state, denoised };
    record.frames.push(frame);
    this.#tell({ type: 'lab-frame', lab: record.id, frame });
  }

  async #measureFiles(record: LabRecord, { files: ids, ...job }: LikelihoodWork): Promise<void> {
    const { files } = this.#options;
    await this.#measureAll(
      record,
      ids.map((file) => ({ file, name: files.get(file).name })),
      job,
    );
  }

  /** @throws nothing-to-do where there are no pictures; file-unreadable for a folder */
  async #measureFolders(record: LabRecord, { folders: ids, recursive, ...job }: RankingWork): Promise<void> {
    const { files, folders, isConfined } = this.#options;
    const found = await folderPictures(
      ids.map((id) => folders.path(id)),
      { recursive, isConfined },
    );
    for (const message of found.notices) this.#notice(record, withoutPaths(message));
    const pictures: Measured[] = [];
    for (const { path, name } of found.pictures) {
      const { id: file } = await files.addPath(path);
      record.found.push(file);
      pictures.push({ file, name });
    }
    await this.#measureAll(record, pictures, job);
  }

  async #measureAll(record: LabRecord, pictures: readonly Measured[], job: Measuring): Promise<void> {
    const start = performance.now();
    const items = pictures.length;
    for (const [item, picture] of pictures.entries()) {
      const onProgress = (part: number): void => {
        const fraction = (item + part) / items;
        const elapsed = performance.now() - start;
        this.#advance(record, {
          ...{ fraction, item, items },
          etaMs: fraction > 0 ? (elapsed * (1 - fraction)) / fraction : 0,
        });
      };
      const likelihood = await this.#likelihood(record, picture, job, onProgress);
      record.likelihoods.push(likelihood);
      this.#tell({ type: 'lab-likelihood', lab: record.id, likelihood });
    }
  }

  /** One picture; that it cannot be measured keeps the others from nothing. @throws cancelled */
  async #likelihood(
    record: LabRecord,
    { file, name }: Measured,
    { options, map: hasMap, network }: Measuring,
    onProgress: (part: number) => void,
  ): Promise<LabLikelihood> {
    const { files } = this.#options;
    try {
      const picture = files.placed(file);
      const { report, map } = await this.#measured(record, { picture, options, map: hasMap, network }, onProgress);
      if (map === undefined) return { file, name, report };
      const mapName = `${picture.name.replace(/\.[^.]*$/, '')}-likelihood.png`;
      const { low, high } = map;
      return { file, name, report, map: { file: await files.addCopy(mapName, map.bytes), low, high } };
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (code === 'cancelled') throw error;
      return { file, name, problem: { code, message: withoutPaths(message) } };
    }
  }

  async #measured(
    record: LabRecord,
    job: EngineJobs['likelihood']['payload'],
    onProgress: (part: number) => void,
  ): Promise<{ report: LikelihoodReport; map?: { bytes: Uint8Array; low: number; high: number } }> {
    const run = this.#options.engine.run('likelihood', job, {
      signal: record.controller.signal,
      onPreview: (preview) => onProgress((preview as LikelihoodProgress).fraction),
    });
    let map: { bytes: Uint8Array; low: number; high: number } | undefined;
    for (;;) {
      const next = await run.next();
      if (next.done) return { report: next.value, ...(map === undefined ? {} : { map }) };
      if (next.value.type === 'map') map = next.value;
      else if (next.value.type === 'notice') this.#notice(record, next.value.message);
    }
  }

  /** Encodes what has not been encoded so before, and decodes the places between. */
  async #interpolate(record: LabRecord, job: LatentWork): Promise<void> {
    const { engine, files } = this.#options;
    const lab = record.id;
    const items = job.files.length + job.positions.length;
    const start = performance.now();
    const advance = (done: number): void => {
      const fraction = Math.max(1e-6, done / items);
      const etaMs = ((performance.now() - start) * (1 - fraction)) / fraction;
      this.#advance(record, { fraction, etaMs, item: Math.min(items - 1, Math.floor(done)), items });
    };
    const encoded: EncodedPicture[] = [];
    for (const [item, file] of job.files.entries()) {
      const latent = await this.#encode(record, file, job, (part) => advance(item + part));
      encoded.push(latent);
      const stem = files.get(file).name.replace(/\.[^.]*$/, '');
      const made = { of: file, file: await files.addCopy(`${stem}.npy`, latent.npy), rms: latent.rms };
      record.latents.push(made);
      this.#tell({ type: 'lab-latent', lab, latent: made });
    }
    const [latent, other] = encoded.map(({ npy }, i) => ({ name: `latent ${i + 1}`, bytes: npy }));
    const { network, positions, temperature } = job;
    const run = engine.run(
      'decode',
      { latent, ...(other && { other }), network, positions, temperature, settings: encoded[0].settings },
      {
        signal: record.controller.signal,
        onPreview: (preview) => advance(job.files.length + positions.length * (preview as LatentProgress).fraction),
      },
    );
    for (;;) {
      const next = await run.next();
      if (next.done) return;
      if (next.value.type === 'notice') this.#notice(record, next.value.message);
      else {
        const { index, bytes } = next.value;
        const name = `between-${String(index + 1).padStart(2, '0')}.png`;
        const picture = { sample: index, file: await files.addCopy(name, bytes) };
        record.pictures.push(picture);
        this.#tell({ type: 'lab-picture', lab, picture });
      }
    }
  }

  async #encode(
    record: LabRecord,
    file: Id,
    { network, tolerance }: LatentWork,
    onProgress: (part: number) => void,
  ): Promise<EncodedPicture> {
    const key = JSON.stringify([file, network, tolerance]);
    const known = this.#latents.get(key);
    if (known !== undefined) return known;
    const picture = this.#options.files.placed(file);
    const run = this.#options.engine.run(
      'encode',
      { picture, network, rtol: tolerance, atol: tolerance },
      {
        signal: record.controller.signal,
        onPreview: (preview) => onProgress((preview as LatentProgress).fraction),
      },
    );
    for (;;) {
      const next = await run.next();
      if (!next.done) {
        if (next.value.type === 'notice') this.#notice(record, next.value.message);
        continue;
      }
      this.#latents.set(key, next.value);
      const [oldest] = this.#latents.keys();
      if (this.#latents.size > MOST_LATENTS) this.#latents.delete(oldest);
      return next.value;
    }
  }

  #advance(record: LabRecord, progress: LabProgress): void {
    record.progress = progress;
    this.#tell({ type: 'lab-progress', lab: record.id, progress });
  }

  #notice(record: LabRecord, message: string): void {
    if (record.notices.includes(message)) return;
    record.notices.push(message);
    this.#tell({ type: 'lab-notice', lab: record.id, message });
  }

  #tell(news: LabNews): void {
    this.#options.emit(news);
  }
}
