import { dirname } from 'node:path';
import { LangevinError } from '../../errors.ts';
import { writeFailure } from '../failures.ts';
import { statusIfThere, type AppendFile, type FileSystem } from '../file-system.ts';
import { readJournal } from './history.ts';
import { writeLine } from './journal-line.ts';
import type { JournalRecord } from './records.ts';

/** Repeats a write until there is room for it; see `DiskFullPause`. */
export type WhenThereIsRoom = <T>(path: string, write: () => Promise<T>) => Promise<T>;

/**
 * The account of a batch: records that are on the disk, each with its checksum, before the call that adds them
 * returns. Never rewritten, so that a crash costs at most the record that was being written.
 */
export class Journal {
  readonly #path: string;
  readonly #file: AppendFile;
  readonly #whenThereIsRoom: WhenThereIsRoom;
  #failure: LangevinError | undefined;
  // Records are written one after the other, whoever adds them.
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, file: AppendFile, whenThereIsRoom: WhenThereIsRoom) {
    this.#path = path;
    this.#file = file;
    this.#whenThereIsRoom = whenThereIsRoom;
  }

  /**
   * Opens the journal of this process' shard, cutting off the line that a crashed process did not finish.
   * @throws file-unreadable, file-unwritable
   */
  static async open(fs: FileSystem, path: string, whenThereIsRoom: WhenThereIsRoom): Promise<Journal> {
    const isThere = (await statusIfThere(fs, path)) !== undefined;
    const keep = isThere ? (await readJournal(fs, path)).length : 0;
    const file = await whenThereIsRoom(path, () => fs.openAppend(path, keep)).catch((error: unknown) => {
      throw writeFailure(path, error);
    });
    await fs.syncFolder(dirname(path));
    return new Journal(path, file, whenThereIsRoom);
  }

  /** Set once a record could not be written. */
  get failure(): LangevinError | undefined {
    return this.#failure;
  }

  /** @throws file-unwritable: without its journal a batch cannot go on. */
  add(record: JournalRecord): Promise<void> {
    const line = writeLine(record);
    const added = this.#last.then(async () => {
      try {
        await this.#whenThereIsRoom(this.#path, () => this.#file.append(line));
      } catch (error) {
        if (error instanceof LangevinError) throw error;
        this.#failure = new LangevinError(
          'file-unwritable',
          `The journal ${this.#path} cannot be written: ${(error as Error).message}. The batch stops, so that nothing ` +
            'is done unrecorded.',
          { cause: error },
        );
        throw this.#failure;
      }
    });
    this.#last = added.catch(() => undefined);
    return added;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}
