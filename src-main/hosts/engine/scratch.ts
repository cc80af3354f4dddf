import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A folder for large pictures on their way between processes, made when it is first needed. */
export class Scratch {
  readonly #folder: string;

  /** @param folder  absolute; nobody else's. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The beginning of new names, for one piece of work. */
  async place(): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return join(this.#folder, randomUUID());
  }

  /** Removes what was left under such names. */
  async release(place: string): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      if (name.startsWith(basename(place))) await rm(join(this.#folder, name), { force: true });
    }
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
