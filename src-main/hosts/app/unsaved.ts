import { access, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LangevinError } from '../../errors.ts';
import type { ResultInfo } from '../../contract/app/runs.ts';
import type { FileStore } from './file-store.ts';
import type { Results } from './results.ts';
import type { RunRecord } from './runs/run-record.ts';
import type { Runs } from './runs/runs.ts';
import { fileNameFor } from './saving.ts';
import type { SessionStore } from './session-store.ts';
import type { SettingsStore } from './settings-store.ts';

export interface UnsavedOptions {
  readonly runs: Runs;
  readonly results: Results;
  readonly files: FileStore;
  readonly session: SessionStore;
  readonly settings: SettingsStore;
}

/** How many pictures have results that are nowhere else. */
export interface UnsavedCount {
  /** Those that are there again at the next start. */
  readonly kept: number;
  /** Those that are not: slices are not part of the session. */
  readonly lost: number;
}

/** Results that people have not saved; of pictures that they have closed, nobody wants any. */
export class Unsaved {
  readonly #options: UnsavedOptions;

  constructor(options: UnsavedOptions) {
    this.#options = options;
  }

  count(): UnsavedCount {
    const { session } = this.#options;
    const records = this.#records();
    const kept = records.filter(({ document }) => session.has(document)).length;
    return { kept, lost: records.length - kept };
  }

  /**
   * Saves all of them beside their pictures under names that nothing has, or in a folder that is asked for where a picture
   * lies nowhere.
   * @param folder  asks once; undefined when people change their mind.
   * @returns the paths; undefined when people have changed their mind.
   * @throws file-unwritable; what encoding throws. What has been saved until then is saved.
   */
  async saveAll(folder: () => Promise<string | undefined>): Promise<readonly string[] | undefined> {
    const { files, results, runs, settings } = this.#options;
    const { format, quality, metadata } = (await settings.read()).save;
    const saved: string[] = [];
    let asked: string | undefined;
    for (const record of this.#records()) {
      const file = files.has(record.document) ? files.get(record.document) : undefined;
      if (file === undefined || file.isCopy) asked ??= await folder();
      const target = file === undefined || file.isCopy ? asked : dirname(file.path);
      if (target === undefined) return undefined;
      const wanted = toSave(record.results);
      const stem = file?.name.replace(/\.[^.]*$/, '') ?? 'result';
      for (const info of wanted) {
        const chosen = format === 'original' || info.isScan ? info.format : format;
        const which = info.kind === 'sample' ? (wanted.length > 1 ? `_${info.sample + 1}` : '') : `_${info.kind}`;
        const path = await freePath(target, fileNameFor(`${stem}_${record.task}${which}`, chosen));
        const how = { format: chosen, metadata, ...(format === 'original' ? {} : { quality }) };
        await results.write(info.id, how, path);
        saved.push(path);
      }
      await runs.noteSaved(wanted[0].id);
    }
    return saved;
  }

  /** Throws them away. */
  discard(): Promise<void> {
    const { runs } = this.#options;
    return runs.discard(runs.unsaved.filter((record) => this.#isOpen(record)));
  }

  /** The last of each picture: what came before it is history. */
  #records(): readonly RunRecord[] {
    const open = this.#options.runs.finished.filter((record) => this.#isOpen(record));
    return newestOfEach(open).filter(({ isUnsaved }) => isUnsaved);
  }

  #isOpen({ document, task }: RunRecord): boolean {
    return this.#options.session.has(document) || task === 'reconstruct';
  }
}

function newestOfEach(records: readonly RunRecord[]): readonly RunRecord[] {
  return [...new Map(records.map((record) => [record.document, record])).values()];
}

/** Samples and their mean: of each the one that was made last, such as one that people have composed. */
function toSave(results: readonly ResultInfo[]): readonly ResultInfo[] {
  const first = new Map<string, ResultInfo>();
  for (const result of results) {
    const key = `${result.kind} ${result.sample}`;
    if (!first.has(key)) first.set(key, result);
  }
  const all = [...first.values()];
  const wanted = all.filter(({ kind }) => kind === 'sample' || kind === 'mean');
  return wanted.length > 0 ? wanted : all;
}

/** A path in a folder that nothing has: the name itself, or with the lowest number that makes it new. */
async function freePath(folder: string, name: string): Promise<string> {
  const real = await realpath(folder).catch(() => folder);
  const dot = name.lastIndexOf('.');
  for (let number = 1; number < 10_000; number++) {
    const path = join(real, number === 1 ? name : `${name.slice(0, dot)}_${number}${name.slice(dot)}`);
    if (!(await access(path).then(always, never))) return path;
  }
  throw new LangevinError(
    'output-exists',
    `${name} and 10,000 names like it are taken in its folder; save it by hand.`,
  );
}

const always = (): boolean => true;
const never = (): boolean => false;
