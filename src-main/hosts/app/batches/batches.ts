import { relative, sep } from 'node:path';
import { sha256Of } from '../../../batch/fingerprint.ts';
import { htmlPath } from '../../../batch/report/write-report.ts';
import { statePath } from '../../../batch/state-folder.ts';
import { machineProcesses } from '../../../batch/lock/process-identity.ts';
import { nodeFileSystem } from '../../../batch/node-file-system.ts';
import { previewBatch } from '../../../batch/preview.ts';
import { runBatch } from '../../../batch/run-batch.ts';
import type { BatchPlanInfo, BatchSnapshot } from '../../../contract/app/batch.ts';
import type { AppEvent } from '../../../contract/app/events.ts';
import type { FileInfo, Id } from '../../../contract/app/values.ts';
import type { BatchEvent, BatchRequest } from '../../../contract/batch.ts';
import type { FileSystem } from '../../../batch/file-system.ts';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import type { CodecJobs } from '../../batch/codec-process.ts';
import { scanDigests } from '../../batch/scan-engine.ts';
import { writeVolumes } from '../../batch/volumes.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import { detectorManifest, scoreManifest, type ModelDetails } from '../../engine/jobs/models.ts';
import type { FileStore } from '../file-store.ts';
import { known, newId } from '../ids.ts';
import type { Scratch } from '../../engine/scratch.ts';
import type { Turns } from '../../engine/turns.ts';
import { BatchRecord } from './batch-record.ts';
import { batchEngine, batchRequest, type ParsedBatch } from './batch-request.ts';
import { assertKnownLevels } from '../../../restore/settings.ts';
import { withoutPaths } from '../without-paths.ts';
import { confinedFiles } from './confined-files.ts';
import { inside, type Folders } from './folders.ts';
import { zipFiles } from '../../../documents/zip-writer.ts';

export interface BatchesOptions {
  readonly engine: EngineClient<EngineJobs>;
  /** Decodes and encodes; another process. */
  readonly codec: EngineClient<CodecJobs>;
  readonly turns: Turns;
  readonly files: FileStore;
  readonly folders: Folders;
  readonly emit: (event: AppEvent) => void;
  /** Whether only what really lies in the granted folders may be used, wherever links lead. */
  readonly isConfined: boolean;
  /** Name and version, for journals and reports. */
  readonly program: string;
  readonly scratch: Scratch;
}

/** The batches of a host. */
export class Batches {
  readonly #options: BatchesOptions;
  readonly #batches = new Map<Id, BatchRecord>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  /** Whether a batch goes on or is paused. */
  get isBusy(): boolean {
    return [...this.#batches.values()].some((record) => !record.isOver);
  }

  /** What a batch would do, without writing anything. @throws what `previewBatch` throws */
  async plan(start: ParsedBatch): Promise<BatchPlanInfo> {
    const { engine, codec, turns, folders, files, scratch } = this.#options;
    const request = batchRequest(start, folders, files);
    const { digests, otherInputs } = await this.#models(start);
    const preview = await previewBatch(request, {
      fs: await this.#files(placesOf(request)),
      otherInputs,
      // Time is estimated by beginning a few pictures; not while something else is computed.
      engine: turns.isBusy ? undefined : batchEngine(start, files, engine, codec, turns, scratch),
      digests,
      signal: new AbortController().signal,
      now: () => performance.now(),
    });
    const { due, earlier, skipped, problems, ignored, pixels, seconds } = preview;
    return {
      ...{ due: due.length, skipped: skipped.length + earlier, ignored, pixels, seconds },
      problems: problems.map(({ input, message }) => ({ input, message })),
    };
  }

  /** @throws invalid-argument, file-not-found, model-not-found */
  async start(start: ParsedBatch): Promise<{ batch: Id }> {
    const { engine, codec, turns, folders, files, program, emit, scratch } = this.#options;
    const request = batchRequest(start, folders, files);
    const { digests, otherInputs } = await this.#models(start);
    const record = new BatchRecord(newId(), folders.info(start.output), request.sources);
    this.#batches.set(record.id, record);
    const host = {
      ...{ digests, otherInputs, program, gate: record.gate, signal: record.controller.signal },
      fs: await this.#files(placesOf(request)),
      processes: machineProcesses,
      engine: batchEngine(start, files, engine, codec, turns, scratch),
      emit: (event: BatchEvent) => {
        record.note(event);
        emit({ type: 'batch-event', batch: record.id, event });
      },
      now: () => performance.now(),
    };
    setImmediate(() => {
      const running = this.#perform(record, request.watch, async () => {
        const report = await runBatch(request, host);
        const { written, notices } = await writeVolumes(report, request, codec);
        for (const message of [...notices, ...written.map((name) => `Wrote the volume ${name}.`)]) {
          host.emit({ type: 'notice', message });
        }
        return report;
      });
      this.#running.add(running);
      void running.then(() => this.#running.delete(running));
    });
    return { batch: record.id };
  }

  pause(id: Id, paused: boolean): void {
    const { gate } = this.#get(id);
    if (paused) gate.pause();
    else gate.resume();
  }

  cancel(id: Id): void {
    this.#get(id).controller.abort();
  }

  read(id: Id): BatchSnapshot {
    return this.#get(id).snapshot();
  }

  list(): BatchSnapshot[] {
    return [...this.#batches.values()].map((record) => record.snapshot());
  }

  /** @param output  as in the batch's events: relative to its output folder. */
  openOutput(id: Id, output: string): Promise<FileInfo> {
    const { folders } = this.#options;
    return this.#open(folders.path(this.#get(id).output.id), output);
  }

  /** Its report as a page. @throws file-not-found while it goes on */
  openReport(id: Id): Promise<FileInfo> {
    const folder = this.#options.folders.path(this.#get(id).output.id);
    const path = htmlPath(statePath(folder, 'report', '.json', undefined));
    return this.#open(folder, relative(folder, path).split(sep).join('/'));
  }

  /**
   * Outputs as one zip file, made part by part.
   * @throws file-not-found for an output that is not there (any more); file-unwritable
   */
  async zip(id: Id, outputs: readonly string[]): Promise<FileInfo> {
    const { files, folders } = this.#options;
    const { output } = this.#get(id);
    const folder = folders.path(output.id);
    const paths: { name: string; path: string }[] = [];
    for (const name of outputs) paths.push({ name, path: await this.#pathIn(folder, name) });
    const copy = await files.beginCopy(`${output.name}.zip`);
    await zipFiles(paths, (bytes) => files.extendCopy(copy, bytes));
    return files.endCopy(copy);
  }

  /** @param input  as in the batch's events: relative to its folder, or to one of its folders. */
  async openInput(id: Id, input: string): Promise<FileInfo> {
    const { sources } = this.#get(id);
    for (const source of sources) {
      const file = await this.#open(source, input).catch(ignoreAbsence);
      if (file !== undefined) return file;
    }
    throw new LangevinError('file-not-found', `There is no ${input} in the folders of the batch any more.`);
  }

  /** A file of a folder that was granted, wherever links in it lead. */
  async #open(folder: string, name: string): Promise<FileInfo> {
    return this.#options.files.addPath(await this.#pathIn(folder, name));
  }

  /** @throws file-not-found */
  async #pathIn(folder: string, name: string): Promise<string> {
    const path = inside(folder, name);
    const fs = await this.#files([folder]);
    const isThere = await fs.status(path).then(always, never);
    if (!isThere) throw new LangevinError('file-not-found', `There is no ${name} in this folder.`);
    return path;
  }

  /** Those that folders from a dialog give: all. Without dialogs, only what really lies in the folders. */
  async #files(folders: readonly string[]): Promise<FileSystem> {
    return this.#options.isConfined ? confinedFiles(nodeFileSystem, folders) : nodeFileSystem;
  }

  /** Throws away what an earlier program has left on its way. */
  clear(): Promise<void> {
    return this.#options.scratch.clear();
  }

  /** Cancels all and waits until they have written down where they were. */
  async close(): Promise<void> {
    for (const { controller } of this.#batches.values()) controller.abort();
    await Promise.all(this.#running);
    await this.#options.codec.terminate();
    await this.clear();
  }

  async #perform(record: BatchRecord, isWatching: boolean, work: () => ReturnType<typeof runBatch>): Promise<void> {
    const { id: batch } = record;
    try {
      // Paths stay on the host's side.
      record.report = { ...(await work()), output: record.output.name };
      // Watching has no other end than being stopped.
      const isDone = !record.report.cancelled || (isWatching && record.report.totals.pending === 0);
      record.status = isDone ? 'done' : 'cancelled';
    } catch (error) {
      const { code, message } = toLangevinError(error);
      record.status = code === 'cancelled' ? 'cancelled' : 'failed';
      record.problem = code === 'cancelled' ? undefined : { code, message: withoutPaths(message) };
    }
    const { status, report, problem } = record as { status: 'done' | 'cancelled' | 'failed' } & BatchRecord;
    this.#options.emit({ type: 'batch-end', batch, status, report, problem });
  }

  /** The networks and the kernel of a batch, by what they are and where they lie: no output replaces a file of theirs. */
  async #models({ network, mask, options, kernel, isSinogram, angles }: ParsedBatch): Promise<{
    readonly digests: Readonly<Record<string, string>>;
    readonly otherInputs: readonly string[];
  }> {
    const show = (model: string): Promise<ModelDetails> => this.#options.engine.result('models-show', { model });
    const details = await show(network.model);
    const manifest = scoreManifest(details);
    assertKnownLevels(options, manifest);
    const detector = mask.kind === 'auto' ? await show('damage') : undefined;
    const blur = kernel === undefined ? undefined : this.#options.files.get(kernel).path;
    return {
      digests: {
        modelDigest: manifest.sha256,
        ...(detector && { detectorDigest: detectorManifest(detector).sha256 }),
        ...(blur && { kernelDigest: await sha256Of(nodeFileSystem, blur) }),
        ...scanDigests(isSinogram, angles),
      },
      otherInputs: [details.folder, detector?.folder, blur].filter((path) => path !== undefined),
    };
  }

  #get(id: Id): BatchRecord {
    return known('batch', this.#batches, id);
  }
}

/** All that a batch reads and writes. */
function placesOf({ sources, output, mask }: BatchRequest): string[] {
  const masks = mask.kind === 'files' ? mask.paths : mask.kind === 'folder' ? [mask.path] : [];
  return [...sources, output, ...masks];
}

const always = (): boolean => true;
const never = (): boolean => false;

function ignoreAbsence(error: unknown): undefined {
  if (toLangevinError(error).code === 'file-not-found') return undefined;
  throw error;
}
