import { access, copyFile, link, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RecentFile } from '../../contract/app/replies.ts';
import type { Id } from '../../contract/app/values.ts';
import { makeFolder } from '../files/write-file.ts';
import type { StoredFile } from './file-store.ts';
import { known, newId } from './ids.ts';
import { KeptFile, readKeptFile } from './kept-file.ts';

const LONGEST = 12;
/** Bytes that copies of uploaded pictures take together; the oldest are let go beyond that. */
const MOST_BYTES = 256 * 2 ** 20;

/** A file that was opened: where it lies, or our copy of what lay nowhere, under the name that it came with. */
export interface RecentEntry {
  readonly name: string;
  readonly path: string;
  readonly copy?: { readonly bytes: number } | undefined;
}

const entrySchema = z.union([
  z
    .string()
    .min(1)
    .transform((path): RecentEntry => ({ name: basename(path), path })),
  z.strictObject({
    name: z.string().min(1),
    path: z.string().min(1),
    copy: z.strictObject({ bytes: z.int().min(0) }),
  }),
]);

/** Files that were opened, the last first; of those that lie nowhere, uploaded or pasted ones, with a copy. */
export class RecentFiles {
  readonly #path: string;
  readonly #copies: string;
  readonly #file: KeptFile;
  #recent: Promise<Map<Id, RecentEntry>> | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param copies  folder of the copies; made when first needed. */
  constructor(path: string, copies: string) {
    this.#path = path;
    this.#copies = copies;
    this.#file = new KeptFile(path);
  }

  /** Those that are still there. */
  async list(): Promise<RecentFile[]> {
    const entries = [...(await this.#read())];
    const there = await Promise.all(entries.map(([, { path }]) => access(path).then(always, never)));
    return entries
      .filter((_entry, i) => there[i])
      .map(([id, { name, copy }]) => ({ id, name, ...(copy && { copyBytes: copy.bytes }) }));
  }

  /** @throws file-not-found */
  async get(id: Id): Promise<RecentEntry> {
    return known('recent file', await this.#read(), id);
  }

  /** A file that lies somewhere was opened. */
  note(path: string): Promise<void> {
    return this.#inTurn(() => this.#put({ name: basename(path), path }));
  }

  /** A picture that was uploaded was opened: it stays when it is closed. What cannot be kept is not in the list. */
  async noteCopy({ id, name, path, bytes }: StoredFile): Promise<void> {
    if (bytes > MOST_BYTES) return;
    await this.#inTurn(async () => {
      const kept = join(this.#copies, id);
      if ([...(await this.#read()).values()].some((entry) => entry.path === kept)) return;
      try {
        await makeFolder(this.#copies, 0o700);
        // File systems without links (FAT, some network ones) take a second copy.
        await link(path, kept).catch(() => copyFile(path, kept));
      } catch {
        return;
      }
      await this.#put({ name, path: kept, copy: { bytes } });
    });
  }

  /** @throws file-unwritable */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      this.#recent = Promise.resolve(new Map());
      await this.#file.write(new TextEncoder().encode('[]'));
      await rm(this.#copies, { recursive: true, force: true });
    });
  }

  /** Of the same file, or of copies that cannot be told apart, only the newest stays. */
  async #put(entry: RecentEntry): Promise<void> {
    const others = [...(await this.#read())].filter(([, other]) => !isSame(other, entry));
    const kept: [Id, RecentEntry][] = [[newId(), entry]];
    let bytes = entry.copy?.bytes ?? 0;
    for (const [id, other] of others.slice(0, LONGEST - 1)) {
      bytes += other.copy?.bytes ?? 0;
      if (other.copy === undefined || bytes <= MOST_BYTES) kept.push([id, other]);
    }
    this.#recent = Promise.resolve(new Map(kept));
    const written = kept.map(([, { name, path, copy }]) => (copy === undefined ? path : { name, path, copy }));
    await this.#file.write(new TextEncoder().encode(JSON.stringify(written)));
    const paths = new Set(kept.map(([, { path }]) => path));
    for (const name of await readdir(this.#copies).catch(() => [])) {
      const path = join(this.#copies, name);
      if (!paths.has(path)) await rm(path, { force: true });
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    return (this.#last = this.#last.catch(() => undefined).then(work));
  }

  #read(): Promise<Map<Id, RecentEntry>> {
    this.#recent ??= readKeptFile(this.#path, (bytes) =>
      z.array(entrySchema).parse(JSON.parse(new TextDecoder().decode(bytes))),
    ).then((entries) => new Map((entries ?? []).map((entry) => [newId(), entry])));
    return this.#recent;
  }
}

function isSame(one: RecentEntry, other: RecentEntry): boolean {
  if (one.path === other.path) return true;
  return one.copy !== undefined && one.copy.bytes === other.copy?.bytes && one.name === other.name;
}

const always = (): boolean => true;
const never = (): boolean => false;
