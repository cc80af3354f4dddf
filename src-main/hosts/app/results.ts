import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LangevinError } from '../../errors.ts';
import { OUTPUT_FORMATS } from '../../contract/jobs.ts';
import type { ParsedAppRequest } from '../../contract/app/calls.ts';
import type { RestoreOptions } from '../../contract/restore-options.ts';
import type { Saved } from '../../contract/app/results.ts';
import type { ResultInfo } from '../../contract/app/runs.ts';
import type { Sent } from '../../contract/app/parts.ts';
import type { FileInfo, Id, PictureContent, ScanContent } from '../../contract/app/values.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { dicomDescription } from '../engine/jobs/dicom-source.ts';
import type { Outlet } from '../engine/protocol.ts';
import type { FileStore } from './file-store.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import type { PartsPlace, PartStore } from './part-store.ts';
import type { ResultStore } from './result-store.ts';
import { copyFileAtomically, makeFolder, writeFileAtomically } from '../files/write-file.ts';
import { fileNameFor, save } from './saving.ts';
import type { AppShell } from './shell.ts';

export interface ResultsOptions {
  readonly store: ResultStore;
  readonly parts: PartStore;
  readonly files: FileStore;
  readonly worker: EngineClient<PictureJobs>;
  readonly shell: AppShell;
  /** For copies of results that are dragged out of the window. */
  readonly dragFolder: string;
  /** The file of a run. */
  readonly fileOf: (run: Id) => Id;
  /** How it was made; undefined while it goes on. */
  readonly optionsOf: (run: Id) => RestoreOptions | undefined;
  /** What that file was opened as. */
  readonly documentOf: (run: Id) => Id;
}

/** The file of a result that is asked for. */
type WantedFile = Omit<ParsedAppRequest<'saveResult'>['save'], 'name'>;

/** Whether that is the very file that is kept. */
function isAsKept({ format, metadata }: WantedFile): boolean {
  return format === 'png' && metadata === 'keep';
}

/** Shows, saves and reuses what runs have made. */
export class Results {
  readonly #options: ResultsOptions;

  constructor(options: ResultsOptions) {
    this.#options = options;
  }

  /**
   * @param outlet  where the pixels of a picture go instead of into the result.
   * @throws file-not-found
   */
  async read(id: Id, outlet?: Outlet): Promise<Sent<PictureContent | ScanContent>> {
    const { store, parts, worker } = this.#options;
    const { isScan, kind } = store.info(id);
    if (isScan) return worker.result('read-values', { npy: await store.read(id, 'npy'), isSpread: kind === 'std' });
    const job = { file: store.placed(id, 'png'), isResult: true };
    const into = outlet === undefined ? await parts.place() : undefined;
    return worker.result('read-picture', { ...job, ...(into && { into }) }, { outlet });
  }

  /** @throws file-not-found, unsupported-format, unsupported-combination, output-exists, file-unwritable */
  async save({ result: id, save: wanted }: ParsedAppRequest<'saveResult'>): Promise<Sent<Saved>> {
    const { store, files, shell, documentOf } = this.#options;
    const source = documentOf(store.info(id).run);
    const original = files.has(source) ? files.get(source) : undefined;
    return save(shell, {
      name: wanted.name,
      format: wanted.format,
      original: original?.isCopy ? undefined : original?.path,
      encode: (format) => this.#encode(id, { ...wanted, format }),
      write: (format, path) => this.write(id, { ...wanted, format }, path),
    });
  }

  /**
   * A result of the same run with marked pixels of others, in all its depth.
   * @throws file-not-found, mask-size; unsupported-combination for what is no picture
   */
  async compose({ result: id, parts }: ParsedAppRequest<'composeResult'>): Promise<ResultInfo> {
    const { store, files, worker, fileOf } = this.#options;
    const { run, kind, sample, width, height, isScan, format } = store.info(id);
    const png = await store.place();
    if (isScan) throw new LangevinError('unsupported-combination', 'Only results that are pictures can be composed.');
    const sources = [...new Set(parts.map(({ from }) => from))];
    await worker.result('compose-result', {
      base: store.placed(id, 'png'),
      sources: sources.map((from) => (from === undefined ? files.placed(fileOf(run)) : store.placed(from, 'png'))),
      parts: parts.map(({ mask, from }) => ({ mask, source: sources.indexOf(from) })),
      path: png,
    });
    return store.add(run, { type: 'result', kind, sample, width, height, format, png, metadata: store.metadata(id) });
  }

  /**
   * A result part of the way from the picture before, in all its depth.
   * @throws file-not-found, mask-size; unsupported-combination for what is no picture
   */
  async strengthen({ result: id, ...job }: ParsedAppRequest<'strengthenResult'>): Promise<ResultInfo> {
    const { store, files, worker, fileOf } = this.#options;
    const { run, kind, sample, width, height, isScan, format } = store.info(id);
    if (isScan) throw new LangevinError('unsupported-combination', 'Only results that are pictures have a strength.');
    const png = await store.place();
    const [before, result] = [files.placed(fileOf(run)), store.placed(id, 'png')];
    await worker.result('strengthen-result', { before, result, ...job, path: png });
    const metadata = store.metadata(id);
    const made = { type: 'result', kind, sample, width, height, format, png, metadata } as const;
    return store.add(run, made, job.strength);
  }

  /** A small JPEG file of it. @throws file-not-found */
  async thumbnail(id: Id): Promise<Uint8Array> {
    const { store, worker } = this.#options;
    return worker.result('make-thumbnail', { file: store.placed(id, 'png'), isResult: true });
  }

  /**
   * A result as a file, to restore again.
   * @param within  as a further state of the document that it was made of, and under its name.
   */
  async reuse(id: Id, within: boolean): Promise<FileInfo> {
    const { store, files, fileOf, documentOf } = this.#options;
    const { run, isScan, kind } = store.info(id);
    const ending = isScan ? 'npy' : 'png';
    const source = fileOf(run);
    const stem = files.has(source) ? files.get(source).name.replace(/\.[^.]*$/, '') : 'result';
    const { path } = store.placed(id, ending);
    if (within) return files.addCopyOf(`${stem}.${ending}`, path, documentOf(run));
    return files.addCopyOf(`${stem}-${kind === 'sample' ? 'restored' : kind}.${ending}`, path);
  }

  /**
   * The file of a result as it is, under a name for people, in a folder of ours: to be dragged out of the window.
   * @returns its path. @throws file-not-found, file-unwritable
   */
  async copyForDrag(id: Id, name: string): Promise<string> {
    const { store, dragFolder } = this.#options;
    const { path, ending } = store.pathOf(id);
    const folder = join(dragFolder, id);
    await makeFolder(folder);
    const copy = join(folder, fileNameFor(name, ending));
    await copyFile(path, copy);
    return copy;
  }

  /** Removes what was copied to be dragged. */
  async clearDrags(): Promise<void> {
    await rm(this.#options.dragFolder, { recursive: true, force: true });
  }

  /** Writes a file of a result. @throws file-not-found, unsupported-format, file-unwritable */
  async write(id: Id, wanted: WantedFile, path: string): Promise<void> {
    const values = await this.#values(id, wanted);
    if (values !== undefined) return writeFileAtomically(path, values);
    if (isAsKept(wanted)) return copyFileAtomically(this.#options.store.placed(id, 'png').path, path);
    await this.#encodeInto(id, wanted, { path });
  }

  /** The bytes of a file of a result. @throws file-not-found, unsupported-format */
  async #encode(id: Id, wanted: WantedFile): Promise<Sent<Uint8Array>> {
    const { store, parts } = this.#options;
    const values = await this.#values(id, wanted);
    if (values !== undefined) return values;
    return isAsKept(wanted)
      ? parts.copy(store.placed(id, 'png').path)
      : this.#encodeInto(id, wanted, await parts.place());
  }

  /** A file of a slice's values; undefined where a picture is wanted. */
  async #values(id: Id, { format, source }: WantedFile): Promise<Uint8Array | undefined> {
    const { store, files, worker, optionsOf } = this.#options;
    const { isScan, run, kind, sample } = store.info(id);
    if (!isScan || (format !== 'npy' && format !== 'tiff' && format !== 'dicom')) return undefined;
    const options = optionsOf(run);
    return worker.result('encode-values', {
      ...{ npy: await store.read(id, 'npy'), format },
      ...(source !== undefined && { source: files.placed(source) }),
      ...(options && { description: dicomDescription(kind === 'sample' ? `sample ${sample + 1}` : kind, options) }),
    });
  }

  async #encodeInto(id: Id, wanted: WantedFile, into: PartsPlace | { path: string }): Promise<Sent<Uint8Array>> {
    const { store, worker } = this.#options;
    const { quality, metadata } = wanted;
    const format = OUTPUT_FORMATS.find((name) => name === wanted.format);
    if (format === undefined) {
      throw new LangevinError(
        'unsupported-format',
        `Pictures are not saved as ${wanted.format}; choose png, jpeg, webp or tiff.`,
      );
    }
    return worker.result('encode-result', {
      ...{ png: store.placed(id, 'png'), format, keep: metadata, metadata: store.metadata(id), into },
      ...(quality === undefined ? {} : { quality }),
    });
  }
}
