import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLines, writeLine } from '../../../src-main/batch/journal/journal-line.ts';
import { continuedSettings, pastWork, readHistory, readJournal } from '../../../src-main/batch/journal/history.ts';
import { Journal } from '../../../src-main/batch/journal/journal.ts';
import type { IntentRecord, JournalRecord } from '../../../src-main/batch/journal/records.ts';
import { batchSettings, settingsHash } from '../../../src-main/batch/journal/settings.ts';
import { nodeFileSystem } from '../../../src-main/batch/node-file-system.ts';
import { faultyFileSystem } from '../../fixtures/batch/faulty-file-system.ts';
import { request } from '../../fixtures/batch/run.ts';

let output: string;
let path: string;

beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'langevin-journal-'));
  await mkdir(join(output, '.langevin'));
  path = join(output, '.langevin', 'journal.jsonl');
});
afterEach(() => rm(output, { recursive: true }));

const atOnce = <T>(_path: string, write: () => Promise<T>): Promise<T> => write();

function intent(input: string, changes: Partial<IntentRecord> = {}): IntentRecord {
  return {
    type: 'intent',
    input,
    settings: 's',
    at: 1,
    source: { size: 1, modifiedMs: 1.25, sha256: 'x' },
    outputs: [{ name: `${input}.out`, temporary: 't', sha256: 'y' }],
    width: 1,
    height: 1,
    nfe: 1,
    seconds: 1,
    notices: [],
    ...changes,
  };
}

async function write(name: string, records: readonly JournalRecord[]): Promise<void> {
  await writeFile(join(output, '.langevin', name), Buffer.concat(records.map(writeLine)));
}

describe('lines of a journal', () => {
  it('give back any record', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const bytes = Buffer.concat(values.map(writeLine));
        const { records, damaged, length } = readLines(bytes);
        expect(records).toEqual(values.map((value) => JSON.parse(JSON.stringify(value)) as unknown));
        expect(damaged).toEqual([]);
        expect(length).toBe(bytes.length);
      }),
    );
  });

  it('cut anywhere give back the whole ones before', () => {
    const lines = [{ a: 'ü' }, { b: '\n' }, { c: 3 }].map(writeLine);
    const bytes = Buffer.concat(lines);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { records, damaged, length } = readLines(bytes.subarray(0, cut));
      const whole = lines.filter((_, i) => Buffer.concat(lines.slice(0, i + 1)).length <= cut);
      expect(records).toHaveLength(whole.length);
      expect(length).toBe(Buffer.concat(whole).length);
      expect(damaged).toEqual([]);
    }
  });

  it('with any one byte changed are named, and no others', () => {
    const lines = [{ a: 1 }, { b: 2 }, { c: 3 }].map(writeLine);
    for (let i = 0; i < lines[1].length - 1; i++) {
      const bytes = Buffer.concat(lines);
      bytes[lines[0].length + i] ^= 0x01;
      const { records, damaged } = readLines(bytes);
      // A byte that becomes a line break makes two damaged lines of one.
      expect(damaged[0]).toBe(2);
      expect(records).toEqual([{ a: 1 }, { c: 3 }]);
    }
  });
});

describe('a journal', () => {
  it('is no link to another file, and no pipe that would be waited for', async () => {
    const other = join(output, 'precious.txt');
    await writeFile(other, 'precious');
    await symlink(other, path);
    await expect(Journal.open(nodeFileSystem, path, atOnce)).rejects.toMatchObject({ code: 'file-unwritable' });
    expect(await readFile(other, 'utf8')).toBe('precious');
    await rm(path);
    execFileSync('mkfifo', [path]);
    await expect(readJournal(nodeFileSystem, path)).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(Journal.open(nodeFileSystem, path, atOnce)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('goes on after the torn line of a crashed process', async () => {
    let journal = await Journal.open(nodeFileSystem, path, atOnce);
    await journal.add(intent('a'));
    await journal.close();
    await appendFile(path, Buffer.from(writeLine(intent('torn'))).subarray(0, 30));
    journal = await Journal.open(nodeFileSystem, path, atOnce);
    await Promise.all([journal.add(intent('b')), journal.add({ type: 'done', input: 'b', settings: 's' })]);
    await journal.close();
    const { records, damaged } = await readJournal(nodeFileSystem, path);
    expect(records.map((record) => [record.type, 'input' in record && record.input])).toEqual([
      ['intent', 'a'],
      ['intent', 'b'],
      ['done', 'b'],
    ]);
    expect(damaged).toEqual([]);
  });

  it('says that it cannot be written, and knows it', async () => {
    const fs = faultyFileSystem((operation) => (operation === 'append' ? 'EIO' : undefined));
    const journal = await Journal.open(fs, path, atOnce);
    await expect(journal.add(intent('a'))).rejects.toMatchObject({ code: 'file-unwritable' });
    expect(journal.failure?.message).toContain('EIO');
    await journal.close();
  });

  it('of another version is not guessed at', async () => {
    await writeFile(path, writeLine({ type: 'run', version: 2 }));
    await expect(readJournal(nodeFileSystem, path)).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

describe('the history of an output folder', () => {
  it('joins the journals of all shards; the latest intent for an input counts', async () => {
    await write('journal.jsonl', [intent('a', { at: 5 }), { type: 'done', input: 'a', settings: 's' }, intent('b')]);
    await write('journal-0-of-2.jsonl', [intent('a', { at: 3 }), intent('c', { at: 2 })]);
    await write('journal-1-of-2.jsonl', [
      intent('b', { at: 9 }),
      { type: 'done', input: 'b', settings: 's' },
      intent('b', { at: 10, settings: 'other' }),
    ]);
    const history = await readHistory(nodeFileSystem, output);
    expect(pastWork(history, ['s'], 'a')).toMatchObject({ confirmed: true, intent: { at: 5 } });
    expect(pastWork(history, ['s'], 'b')).toMatchObject({ confirmed: true, intent: { at: 9 } });
    expect(pastWork(history, ['s'], 'c')).toMatchObject({ confirmed: false });
    expect(pastWork(history, ['other', 's'], 'b')).toMatchObject({ intent: { at: 10 } });
    expect(pastWork(history, ['s'], 'd')).toBeUndefined();
  });

  it('leaves damaged lines out and says so', async () => {
    await write('journal.jsonl', [intent('a'), intent('b'), { type: 'done', input: 'b', settings: 's' }]);
    const bytes = await readFile(path);
    bytes[20] ^= 1;
    await writeFile(path, bytes);
    await truncate(path, bytes.length - 3);
    const history = await readHistory(nodeFileSystem, output);
    expect(pastWork(history, ['s'], 'a')).toBeUndefined();
    expect(pastWork(history, ['s'], 'b')).toMatchObject({ confirmed: false });
    expect(history.notices).toEqual([expect.stringContaining('Line 1 of')]);
  });
});

describe('the settings of a batch', () => {
  const settings = (steps: number, changes = {}) =>
    batchSettings(request('/a', '/b', { options: { task: 'denoise', steps }, ...changes }), { modelDigest: 'd' });
  const run = (steps: number, continues: string[] = [], started = `${steps}`): JournalRecord => ({
    type: 'run',
    version: 1,
    program: 'test',
    started,
    settings: settings(steps),
    hash: settingsHash(settings(steps)),
    continues,
  });
  const hash = (steps: number): string => settingsHash(settings(steps));

  it('are what decides the outputs, and nothing else', () => {
    const same = { recursive: false, include: ['*'], existing: 'skip', timeLimit: 5, shard: { index: 0, count: 2 } };
    expect(settingsHash(settings(10, same))).toBe(hash(10));
    expect(hash(11)).not.toBe(hash(10));
    for (const other of [{ format: 'png' }, { template: '{name}.png' }, { model: 'other' }, { quality: 3 }]) {
      expect(settingsHash(settings(10, other))).not.toBe(hash(10));
    }
    const chain = (damage: object): string => settingsHash(settings(10, { options: { task: 'compound', damage } }));
    expect(chain({ jpeg: 40, scale: 2 })).toBe(chain({ scale: 2, jpeg: 40 }));
    expect(chain({ jpeg: 40, scale: 2 })).not.toBe(chain({ jpeg: 30, scale: 2 }));
  });

  it('must not differ from those of the batch that is resumed, unless told', async () => {
    await write('journal.jsonl', [run(10)]);
    const history = await readHistory(nodeFileSystem, output);
    expect(continuedSettings(history, settings(10), false)).toEqual([hash(10)]);
    expect(() => continuedSettings(history, settings(20), false)).toThrow(/steps was 10 and is now 20/);
    expect(continuedSettings(history, settings(20), true)).toEqual([hash(20), hash(10)]);
  });

  it('once mixed stay mixed', async () => {
    await write('journal.jsonl', [run(10), run(20, [hash(10)]), run(30)]);
    const history = await readHistory(nodeFileSystem, output);
    expect(continuedSettings(history, settings(20), false)).toEqual([hash(20), hash(10)]);
    expect(continuedSettings(history, settings(30), false)).toEqual([hash(30)]);
  });
});
