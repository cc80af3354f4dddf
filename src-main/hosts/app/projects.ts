import { decode, encode } from '@msgpack/msgpack';
import { appendFile, rm } from 'node:fs/promises';
import type { ResultInfo } from '../../contract/app/runs.ts';
import type { SessionTab } from '../../contract/app/session.ts';
import type { FileInfo, Id } from '../../contract/app/values.ts';
import { pictureMetadataSchema } from '../../documents/picture-metadata.ts';
import {
  assertEntries,
  filesOfTab,
  MANIFEST,
  MOST_HISTORY_BYTES,
  MOST_MANIFEST_BYTES,
  MOST_MASK_BYTES,
  MOST_METADATA_BYTES,
  parseManifest,
  projectReport,
  PROJECT_BOUNDS,
  PROJECT_ENDING,
  type ProjectManifest,
  type ProjectRun,
} from '../../documents/project-manifest.ts';
import { ZipReader } from '../../documents/zip-reader.ts';
import { zipFiles, type ZipSource } from '../../documents/zip-writer.ts';
import { LangevinError } from '../../errors.ts';
import type { PictureMetadata } from '../../tensor/picture.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { fileLimits } from '../engine/job-limits.ts';
import type { FileStore } from './file-store.ts';
import type { Healings } from './healing/healings.ts';
import { newId } from './ids.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import type { ResultStore } from './result-store.ts';
import type { Runs } from './runs/runs.ts';

export interface ProjectsOptions {
  readonly files: FileStore;
  readonly runs: Runs;
  readonly results: ResultStore;
  readonly healings: Healings;
  readonly worker: EngineClient<PictureJobs>;
  /** Name and version of the program. */
  readonly program: string;
}

type OpenedProject = { readonly tab: SessionTab; readonly files: readonly FileInfo[] };

/** Bytes of a stroke's pixels that are read at once; a picture of 100 megapixels at 16 bits has less. */
const MOST_PATCH_BYTES = 1e9;

/** Pictures with all their work as one file each: a zip file, see `projectManifestSchema`. */
export class Projects {
  readonly #options: ProjectsOptions;

  constructor(options: ProjectsOptions) {
    this.#options = options;
  }

  /**
   * A project as a file of the session, made part by part. Slices are not part of it.
   * @throws file-not-found for a tab of files that are not there; file-unreadable; picture-too-large; file-unwritable
   */
  async make({ mask, history, run: _run, ...tab }: SessionTab): Promise<FileInfo> {
    const { files, runs, results, healings, program } = this.#options;
    const ids = filesOfTab(tab);
    const records = runs.of(ids[0]).map((record): ProjectRun => {
      const report = projectReport(record.report);
      return {
        ...{ run: record.id, file: record.file, label: record.label, task: record.task, started: record.started },
        ...(record.crop && { crop: record.crop }),
        notices: record.notices.slice(0, 100).map((notice) => notice.slice(0, 2000)),
        ...(report && { report }),
        results: record.results.flatMap((result) => projectResult(result) ?? []),
      };
    });
    const kept = records.filter((record) => record.results.length > 0);
    const all = [...new Set([...ids, ...kept.map(({ file }) => file)])].map((id) => files.get(id));
    const manifest: ProjectManifest = {
      ...{ format: 'langevin-project', version: 1, program, tab },
      files: all.map(({ id, name }) => ({ id, name: name.slice(0, 255) })),
      runs: kept,
    };
    const sources: ZipSource[] = [
      { name: MANIFEST, bytes: new TextEncoder().encode(JSON.stringify(manifest)) },
      ...(mask ? [{ name: 'mask', bytes: mask }] : []),
      ...(history ? [{ name: 'history', bytes: history }] : []),
    ];
    for (const { id, path } of all) {
      sources.push({ name: `files/${id}`, path });
      const healed = await healings.filesOf(id);
      sources.push(...healed.map((file) => ({ name: `healing/${id}/${file.name}`, path: file.path })));
    }
    for (const { id } of kept.flatMap((record) => record.results)) {
      const metadata = encode(results.metadata(id), { ignoreUndefined: true });
      sources.push({ name: `results/${id}.png`, path: results.placed(id, 'png').path });
      sources.push({ name: `results/${id}.meta`, bytes: metadata });
    }
    const copy = await files.beginCopy(`${all[0].name.replace(/\.[^.]*$/, '')}${PROJECT_ENDING}`);
    await zipFiles(sources, (bytes) => files.extendCopy(copy, bytes));
    return files.endCopy(copy);
  }

  /**
   * Takes in what a project holds, under new ids. Anybody may have made it: what does not belong into it is refused before
   * anything is unpacked, and what was unpacked until something is refused is removed.
   * @throws picture-damaged, picture-too-large, unsupported-format with what is wrong; file-not-found; file-unwritable
   */
  async open(id: Id): Promise<OpenedProject> {
    const { files } = this.#options;
    const { name, path } = files.get(id);
    const zip = await ZipReader.open(path, name, PROJECT_BOUNDS);
    const made: Id[] = [];
    try {
      const manifest = parseManifest(await zip.read(MANIFEST, MOST_MANIFEST_BYTES), name);
      assertEntries(manifest, zip.entries.keys(), name);
      const ids = await this.#takeFiles(zip, manifest, made);
      await this.#takeHealing(zip, ids);
      await this.#takeRuns(zip, name, manifest, ids);
      return { tab: await tabOf(zip, manifest, ids), files: made.map((file) => infoOf(files.get(file))) };
    } catch (error) {
      for (const file of made) {
        await this.#options.healings.forget(file);
        await files.forget(file);
      }
      throw error;
    } finally {
      zip.close();
    }
  }

  /** @returns the new ids of the files by those of the project. */
  async #takeFiles(zip: ZipReader, { tab, files: named }: ProjectManifest, made: Id[]): Promise<Map<Id, Id>> {
    const { files } = this.#options;
    const [document] = filesOfTab(tab);
    const ids = new Map<Id, Id>();
    // The others are made from it, and say so.
    const ordered = named.toSorted((a, b) => Number(b.id === document) - Number(a.id === document));
    for (const { id, name } of ordered) {
      const copy = await files.beginCopy(name);
      try {
        await zip.unpack(`files/${id}`, (part) => files.extendCopy(copy, part));
      } catch (error) {
        await files.dropCopy(copy);
        throw error;
      }
      await files.endCopy(copy, ids.get(document));
      made.push(copy);
      ids.set(id, copy);
    }
    return ids;
  }

  async #takeHealing(zip: ZipReader, ids: ReadonlyMap<Id, Id>): Promise<void> {
    for (const entry of zip.entries.keys()) {
      const [folder, file, name] = entry.split('/');
      if (folder !== 'healing') continue;
      await this.#options.healings.adopt(ids.get(file)!, name, await zip.read(entry, MOST_PATCH_BYTES));
    }
  }

  async #takeRuns(zip: ZipReader, title: string, manifest: ProjectManifest, ids: ReadonlyMap<Id, Id>): Promise<void> {
    const { results, runs } = this.#options;
    const document = ids.get(filesOfTab(manifest.tab)[0])!;
    const taken = new Map<Id, ResultInfo[]>();
    try {
      const adopted = [];
      for (const { results: made, ...kept } of manifest.runs) {
        const run = newId();
        const infos: ResultInfo[] = [];
        taken.set(run, infos);
        for (const result of made) infos.push(await this.#takeResult(zip, title, run, result));
        adopted.push({ ...kept, run, document, file: ids.get(kept.file)!, isSaved: true });
      }
      await runs.adopt(adopted, taken);
    } catch (error) {
      for (const { id } of [...taken.values()].flat()) await results.forget(id);
      throw error;
    }
  }

  async #takeResult(
    zip: ZipReader,
    title: string,
    run: Id,
    { id, ...result }: ProjectRun['results'][number],
  ): Promise<ResultInfo> {
    const { results } = this.#options;
    const metadata = metadataOf(await zip.read(`results/${id}.meta`, MOST_METADATA_BYTES), title);
    const png = await results.place();
    try {
      await zip.unpack(`results/${id}.png`, (part) => appendFile(png, part, { mode: 0o600 }));
      const file = { name: `a result of ${title}`, path: png };
      const limits = fileLimits(zip.entries.get(`results/${id}.png`)!.bytes);
      const { width, height } = await this.#options.worker.result('picture-size', { file }, { limits });
      // As stored; what is shown may be turned.
      const sides = [width, height].toSorted((a, b) => a - b);
      if (`${sides}` !== `${[result.width, result.height].toSorted((a, b) => a - b)}`) {
        throw new LangevinError(
          'picture-damaged',
          `${title} cannot be opened: a result is ${width} × ${height}, not ${result.width} × ${result.height}.`,
        );
      }
      return await results.add(run, { type: 'result', ...result, png, metadata });
    } catch (error) {
      await rm(png, { force: true });
      throw error;
    }
  }
}

/** Slices are not part of a project. */
function projectResult({ id, kind, sample, width, height, format, isScan }: ResultInfo) {
  return isScan || kind === 'fbp' ? undefined : { id, kind, sample, width, height, format };
}

async function tabOf(
  zip: ZipReader,
  { tab: { file, document, before, adjusted, ...tab } }: ProjectManifest,
  ids: ReadonlyMap<Id, Id>,
): Promise<SessionTab> {
  const has = (name: string): boolean => zip.entries.has(name);
  return {
    ...tab,
    file: ids.get(file)!,
    ...(document && { document: ids.get(document)! }),
    ...(before && { before: ids.get(before)! }),
    ...(adjusted && { adjusted: { ...adjusted, of: ids.get(adjusted.of)! } }),
    ...(has('mask') && { mask: await zip.read('mask', MOST_MASK_BYTES) }),
    ...(has('history') && { history: await zip.read('history', MOST_HISTORY_BYTES) }),
  };
}

function metadataOf(bytes: Uint8Array, title: string): PictureMetadata {
  try {
    return pictureMetadataSchema.parse(decode(bytes));
  } catch (error) {
    throw new LangevinError('picture-damaged', `${title} cannot be opened: metadata of a result are broken.`, {
      cause: error,
    });
  }
}

function infoOf({ id, name, bytes }: FileInfo): FileInfo {
  return { id, name, bytes };
}
