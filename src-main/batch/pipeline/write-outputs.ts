import { randomUUID } from 'node:crypto';
import { dirname, join, posix } from 'node:path';
import { LangevinError } from '../../errors.ts';
import { writeFailure } from '../failures.ts';
import { statusIfThere, type Contents, type FileSystem, type FileTimes } from '../file-system.ts';
import { sha256, sha256Of } from '../fingerprint.ts';
import type { Journal, WhenThereIsRoom } from '../journal/journal.ts';
import type { IntentRecord } from '../journal/records.ts';
import { temporaryName } from './temporary-files.ts';

export interface OutputFile {
  /** Below the output folder, with forward slashes. */
  readonly name: string;
  readonly contents: Contents;
}

export interface WriteOptions {
  /** Outputs that are there may be replaced. */
  readonly mayReplace: boolean;
  readonly times: FileTimes | undefined;
}

/**
 * Writes results so that, whenever the process dies, each output is whole or absent and the journal can tell which:
 * first to temporary files, then the intent to the journal, then the files get their names, then it is noted as done.
 * Each of these is on the disk before the next begins.
 */
export class OutputWriter {
  readonly #fs: FileSystem;
  readonly #journal: Journal;
  readonly #whenThereIsRoom: WhenThereIsRoom;
  readonly #folder: string;
  readonly #label: string;
  /** Folders whose own names are on the disk. */
  readonly #known = new Set<string>();

  /**
   * @param folder  the output folder.
   * @param label   of the shard, in the names of temporary files.
   */
  constructor(fs: FileSystem, journal: Journal, whenThereIsRoom: WhenThereIsRoom, folder: string, label: string) {
    this.#fs = fs;
    this.#journal = journal;
    this.#whenThereIsRoom = whenThereIsRoom;
    this.#folder = folder;
    this.#label = label;
  }

  /**
   * @param files   all samples of one input.
   * @param intent  all of it but the outputs.
   * @returns the whole intent.
   * @throws file-unwritable, output-exists, cancelled
   */
  async write(
    files: readonly OutputFile[],
    intent: Omit<IntentRecord, 'outputs'>,
    { mayReplace, times }: WriteOptions,
  ): Promise<IntentRecord> {
    const outputs: IntentRecord['outputs'][number][] = [];
    const temporaries: string[] = [];
    const whole: IntentRecord = { ...intent, outputs };
    try {
      for (const { name, contents } of files) {
        const path = join(this.#folder, name);
        if (!mayReplace && (await statusIfThere(this.#fs, path)) !== undefined) {
          throw new LangevinError('output-exists', `${path} has appeared meanwhile and is left as it is.`);
        }
        const temporary = posix.join(posix.dirname(name), temporaryName(this.#label, randomUUID()));
        const written = join(this.#folder, temporary);
        temporaries.push(written);
        await this.#attempt(path, async () => {
          await this.#makeFolder(dirname(path));
          await this.#fs.create(written, contents, times);
        });
        const digest = contents instanceof Uint8Array ? sha256(contents) : await sha256Of(this.#fs, written);
        outputs.push({ name, temporary, sha256: digest });
      }
      await this.#journal.add(whole);
      for (const { name, temporary } of outputs) {
        const path = join(this.#folder, name);
        await this.#attempt(path, () => this.#fs.rename(join(this.#folder, temporary), path));
        await this.#attempt(path, () => this.#fs.syncFolder(dirname(path)));
      }
    } catch (error) {
      for (const temporary of temporaries) await this.#fs.remove(temporary).catch(() => undefined);
      throw error;
    }
    await this.#journal.add({ type: 'done', input: intent.input, settings: intent.settings });
    return whole;
  }

  async #makeFolder(path: string): Promise<void> {
    if (this.#known.has(path)) return;
    await this.#fs.makeFolder(path);
    if (path !== this.#folder) {
      await this.#makeFolder(dirname(path));
      await this.#fs.syncFolder(dirname(path));
    }
    this.#known.add(path);
  }

  async #attempt<T>(path: string, write: () => Promise<T>): Promise<T> {
    try {
      return await this.#whenThereIsRoom(path, write);
    } catch (error) {
      throw writeFailure(path, error);
    }
  }
}
