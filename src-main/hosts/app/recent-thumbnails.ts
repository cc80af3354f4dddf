import { createHash, randomUUID } from 'node:crypto';
import { appendFile, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePlace } from '../../contract/jobs.ts';
import {
  MANIFEST,
  MOST_MANIFEST_BYTES,
  parseManifest,
  PROJECT_BOUNDS,
  PROJECT_ENDING,
} from '../../documents/project-manifest.ts';
import { ZipReader } from '../../documents/zip-reader.ts';
import { LangevinError } from '../../errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { fileLimits } from '../engine/job-limits.ts';
import { makeFolder, writeFileAtomically } from '../files/write-file.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import type { RecentEntry } from './recent-files.ts';

/** More than the list has, so that files of two programs do not take turns. */
const MOST = 64;

/** Small pictures of files that were opened, each made once for as long as its file is what it was. */
export class RecentThumbnails {
  readonly #folder: string;
  readonly #worker: EngineClient<PictureJobs>;

  /** @param folder  made when first needed. */
  constructor(folder: string, worker: EngineClient<PictureJobs>) {
    this.#folder = folder;
    this.#worker = worker;
  }

  /** A small JPEG file. @throws file-not-found, and what reading and decoding throw */
  async of({ name, path }: RecentEntry): Promise<Uint8Array> {
    const status = await stat(path).catch(() => undefined);
    if (status === undefined) throw new LangevinError('file-not-found', `There is no file ${name} any more.`);
    const key = createHash('sha256').update(`${path}\0${status.size}\0${status.mtimeMs}`).digest('hex');
    const kept = join(this.#folder, `${key}.jpg`);
    const found = await readFile(kept).catch(() => undefined);
    if (found !== undefined) return found;
    const isProject = name.toLowerCase().endsWith(PROJECT_ENDING);
    const made = isProject ? await this.#ofProject({ name, path }) : await this.#make({ name, path }, status.size);
    await makeFolder(this.#folder, 0o700);
    await writeFileAtomically(kept, made);
    await this.#trim();
    return made;
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Of the picture in a project, as it is without its results. */
  async #ofProject({ name, path }: RecentEntry): Promise<Uint8Array> {
    const zip = await ZipReader.open(path, name, PROJECT_BOUNDS);
    const unpacked = join(this.#folder, `${randomUUID()}.part`);
    try {
      const { tab } = parseManifest(await zip.read(MANIFEST, MOST_MANIFEST_BYTES), name);
      await makeFolder(this.#folder, 0o700);
      await zip.unpack(`files/${tab.file}`, (part) => appendFile(unpacked, part, { mode: 0o600 }));
      return await this.#make({ name, path: unpacked }, zip.entries.get(`files/${tab.file}`)!.bytes);
    } finally {
      await rm(unpacked, { force: true });
      zip.close();
    }
  }

  #make(file: FilePlace, bytes: number): Promise<Uint8Array> {
    return this.#worker.result('make-thumbnail', { file }, { limits: fileLimits(bytes) });
  }

  async #trim(): Promise<void> {
    const names = await readdir(this.#folder);
    if (names.length <= MOST) return;
    const dated = await Promise.all(
      names.map(async (name) => ({
        name,
        made: (await stat(join(this.#folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
      })),
    );
    const old = dated.sort((a, b) => b.made - a.made).slice(MOST);
    for (const { name } of old) await rm(join(this.#folder, name), { force: true });
  }
}
