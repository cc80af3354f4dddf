import { join } from 'node:path';
import type { BatchSettings } from '../../contract/batch.ts';
import { LangevinError } from '../../errors.ts';
import { readFailure } from '../failures.ts';
import { statusIfThere, type FileSystem } from '../file-system.ts';
import { stateFolder } from '../state-folder.ts';
import { readLines } from './journal-line.ts';
import { recordSchema, type IntentRecord, type JournalRecord, type RunRecord } from './records.ts';
import { settingsDiffer, settingsHash } from './settings.ts';

/** An input that earlier runs worked on, by the last intent for it. */
export interface PastWork {
  readonly intent: IntentRecord;
  /** False when the process died before it could say so. */
  readonly confirmed: boolean;
}

/** All that the journals of an output folder tell. */
export interface History {
  readonly runs: readonly RunRecord[];
  /** By settings hash and input; see `pastWork`. */
  readonly work: Map<string, PastWork>;
  readonly notices: readonly string[];
}

/**
 * Reads every journal of an output folder, those of other shards too, so that a batch can go on with another number
 * of shards.
 * @throws file-unreadable
 */
export async function readHistory(fs: FileSystem, output: string): Promise<History> {
  const folder = stateFolder(output);
  const runs: RunRecord[] = [];
  const work = new Map<string, PastWork>();
  const notices: string[] = [];
  if ((await statusIfThere(fs, folder)) === undefined) return { runs, work, notices };
  const names = (await fs.list(folder)).map(({ name }) => name).filter((name) => /^journal.*\.jsonl$/.test(name));
  for (const name of names.sort()) {
    const path = join(folder, name);
    const { records, damaged } = await readJournal(fs, path);
    if (damaged.length > 0) {
      notices.push(
        `Line ${damaged.join(', ')} of ${path} is damaged and left out; what it told is found out again or done again.`,
      );
    }
    for (const record of records) if (record.type === 'run') runs.push(record);
    for (const [key, past] of workOf(records)) {
      const other = work.get(key);
      if (other === undefined || other.intent.at <= past.intent.at) work.set(key, past);
    }
  }
  return { runs: runs.sort((a, b) => (a.started < b.started ? -1 : 1)), work, notices };
}

/** The last intent for each input in one journal, and whether it was carried out. */
function workOf(records: readonly JournalRecord[]): Map<string, PastWork> {
  const work = new Map<string, PastWork>();
  for (const record of records) {
    if (record.type === 'intent') {
      work.set(keyOf(record.settings, record.input), { intent: record, confirmed: false });
    } else if (record.type === 'done') {
      const key = keyOf(record.settings, record.input);
      const past = work.get(key);
      if (past !== undefined) work.set(key, { ...past, confirmed: true });
    }
  }
  return work;
}

/**
 * What was done of an input with one of the given settings.
 * @param hashes  of settings, the preferred ones first.
 */
export function pastWork(history: History, hashes: readonly string[], input: string): PastWork | undefined {
  for (const hash of hashes) {
    const past = history.work.get(keyOf(hash, input));
    if (past !== undefined) return past;
  }
  return undefined;
}

/** Notes what this process has done. */
export function addWork(history: History, intent: IntentRecord): void {
  history.work.set(keyOf(intent.settings, intent.input), { intent, confirmed: true });
}

/**
 * The hashes of the settings whose results a resuming run lets stand: its own, and those it was told to mix with.
 * @throws settings-differ when earlier runs had other settings only and mixing was not asked for.
 */
export function continuedSettings(history: History, settings: BatchSettings, mix: boolean): string[] {
  const own = settingsHash(settings);
  const same = history.runs.filter(({ hash }) => hash === own);
  const last = history.runs.at(-1);
  if (mix) return [...new Set([own, ...history.runs.map(({ hash }) => hash).reverse()])];
  if (same.length === 0 && last !== undefined) throw settingsDiffer(last.settings, settings);
  return [...new Set([own, ...same.flatMap(({ continues }) => continues)])];
}

export interface OwnJournal {
  readonly records: readonly JournalRecord[];
  readonly damaged: readonly number[];
  /** Bytes to keep when appending. */
  readonly length: number;
}

/** @throws file-unreadable */
export async function readJournal(fs: FileSystem, path: string): Promise<OwnJournal> {
  let bytes: Uint8Array;
  try {
    bytes = await fs.read(path);
  } catch (error) {
    throw readFailure(path, error);
  }
  const { records, damaged, length } = readLines(bytes);
  const parsed = records.map((record) => recordSchema.safeParse(record));
  if (parsed.some(({ success }) => !success)) {
    throw new LangevinError(
      'file-unreadable',
      `The journal ${path} was written by another version of Langevin. Use that one, or another output folder.`,
    );
  }
  return { records: parsed.map(({ data }) => data!), damaged, length };
}

function keyOf(settings: string, input: string): string {
  return `${settings}\n${input}`;
}
