import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Id } from '../../contract/app/values.ts';
import { known, newId } from './ids.ts';
import { KeptFile, readKeptFile } from './kept-file.ts';

const LONGEST = 12;

/** Paths that were opened, the last first. */
export class RecentFiles {
  readonly #path: string;
  readonly #file: KeptFile;
  #recent: Promise<Map<Id, string>> | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#file = new KeptFile(path);
  }

  /** Those that are still there. */
  async list(): Promise<{ id: Id; name: string }[]> {
    const entries = [...(await this.#read())];
    const there = await Promise.all(entries.map(([, path]) => access(path).then(always, never)));
    return entries.filter((_entry, i) => there[i]).map(([id, path]) => ({ id, name: basename(path) }));
  }

  /** @throws file-not-found */
  async path(id: Id): Promise<string> {
    return known('recent file', await this.#read(), id);
  }

  async note(path: string): Promise<void> {
    const others = [...(await this.#read())].filter(([, other]) => other !== path);
    const recent = new Map([[newId(), path] as const, ...others].slice(0, LONGEST));
    this.#recent = Promise.resolve(recent);
    await this.#file.write(new TextEncoder().encode(JSON.stringify([...recent.values()])));
  }

  /** @throws file-unwritable */
  async clear(): Promise<void> {
    this.#recent = Promise.resolve(new Map());
    await this.#file.write(new TextEncoder().encode('[]'));
  }

  #read(): Promise<Map<Id, string>> {
    this.#recent ??= readKeptFile(this.#path, (bytes) =>
      z.array(z.string().min(1)).parse(JSON.parse(new TextDecoder().decode(bytes))),
    ).then((paths) => new Map((paths ?? []).map((path) => [newId(), path])));
    return this.#recent;
  }
}

const always = (): boolean => true;
const never = (): boolean => false;
