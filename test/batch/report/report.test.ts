import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeReports } from '../../../src-main/batch/report/merge-reports.ts';
import { parseReport } from '../../../src-main/batch/report/report-schema.ts';
import type { BatchReport, BatchRequestInput, FileOutcome } from '../../../src-main/contract/batch.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { decoded, fakeRun, put, request, smallPicture, type FakeRun } from '../../fixtures/batch/run.ts';

let folder: string;
let source: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-report-'));
  source = join(folder, 'in');
  output = join(folder, 'out');
});
afterEach(() => rm(folder, { recursive: true }));

const run = (changes: Partial<BatchRequestInput> = {}, reportPath?: string): Promise<FakeRun> =>
  fakeRun(request(source, output, changes), reportPath === undefined ? {} : { reportPath });

async function read(path: string): Promise<BatchReport> {
  return parseReport(await readFile(path), path);
}

describe('the report of a batch', () => {
  it('is written as JSON beside the journal, and says everything', async () => {
    await put(source, 'a.png', smallPicture(1, 'rgb', 300, 200));
    await put(source, 'bad.png', 'no picture');
    const { report } = await run({ options: { task: 'denoise', seed: 3 } });
    expect(await read(join(output, '.langevin', 'report.json'))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(report).toMatchObject({
      program: 'test',
      output,
      settings: { task: 'denoise', seed: 3, model: 'photo' },
      shards: ['all'],
      cancelled: false,
      totals: { inputs: 2, done: 1, failed: 1, skipped: 0, pending: 0 },
    });
    const [done, failed] = report.files;
    expect(failed).toMatchObject({ input: 'bad.png', code: 'not-a-picture' });
    if (done.status !== 'done') throw new Error('not done');
    expect(done).toMatchObject({ width: 300, height: 200, nfe: 3, outputs: ['a_denoise.png'], earlier: false });
    const { prepare, restore, encode } = done.times!;
    expect(done.seconds).toBeCloseTo((prepare + restore + encode) / 1000, 1);
  });

  it('has thumbnails of before and after, as displayed', async () => {
    const dark = { ...smallPicture(1, 'rgb', 400, 100), data: new Uint8Array(120_000).fill(10) };
    await put(source, 'a.png', { ...dark, metadata: { orientation: 6 } });
    const { report } = await run();
    const [file] = report.files;
    if (file.status !== 'done') throw new Error('not done');
    const before = await decodePicture(Buffer.from(file.thumbnails!.before, 'base64'), 'before');
    const after = await decodePicture(Buffer.from(file.thumbnails!.after, 'base64'), 'after');
    expect([before.width, before.height, before.format]).toEqual([32, 128, 'jpeg']);
    for (const value of before.data) expect(Math.abs(value - 10)).toBeLessThan(4);
    for (const value of after.data) expect(Math.abs(value - 245)).toBeLessThan(4);
  });

  it('is also a page that needs nothing else, whatever the names', async () => {
    const names = ['<img src=x onerror=alert(1)>.png', 'a "b" & \'c\'.png', '100 %25 #1.png', '写真 é.png'];
    for (const [i, name] of names.entries()) await put(source, `sub/${name}`, smallPicture(i));
    await put(source, '<script>.png', 'no picture');
    const path = join(folder, 'reports', 'night.json');
    await run({}, path);
    const page = await readFile(join(folder, 'reports', 'night.html'), 'utf8');
    expect(page).not.toMatch(/<script|onerror=alert\(1\)>[^&]|<img src=x/);
    expect(page).toContain('&lt;script&gt;.png');
    expect(page).toContain("default-src 'none'");
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    const links = addresses.filter(
      (address) => !address.startsWith('data:image/jpeg;base64,') && address !== '#failures',
    );
    expect(links).toHaveLength(names.length);
    // Every link leads to the file as a browser resolves it.
    for (const link of links) {
      const resolved = new URL(
        link.replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
        `file://${dirname(path)}/night.html`,
      );
      expect((await decoded(decodeURIComponent(resolved.pathname))).width).toBe(12);
    }
  });

  it('replaces the one before, and keeps what earlier runs did', async () => {
    await put(source, 'a.png', smallPicture(1));
    const first = await run();
    await put(source, 'b.png', smallPicture(2));
    const { report } = await run({ resume: true });
    expect(report.files.map((file) => file.status === 'done' && file.earlier)).toEqual([true, false]);
    const thumbnails = ({ files: [file] }: BatchReport): unknown => file.status === 'done' && file.thumbnails;
    expect(thumbnails(report)).toEqual(thumbnails(first.report));
  });

  it('that is none is refused, saying where', async () => {
    const parse = (json: string) => () => parseReport(Buffer.from(json), 'x.json');
    expect(parse('{')).toThrow(/x\.json is not a batch report: it is not valid JSON/);
    expect(parse('{"format":"langevin-batch-report"}')).toThrow(/x\.json is not a batch report: version/);
  });
});

describe('reports of shards', () => {
  it('merge into that of the whole', async () => {
    for (let i = 0; i < 12; i++) await put(source, `p${i}.png`, i === 7 ? 'no picture' : smallPicture(i));
    const reports: BatchReport[] = [];
    for (let index = 0; index < 3; index++) {
      await run({ shard: { index, count: 3 } });
      reports.push(await read(join(output, '.langevin', `report-${index}-of-3.json`)));
    }
    const merged = mergeReports(reports);
    expect(merged.shards).toEqual(['0-of-3', '1-of-3', '2-of-3']);
    expect(merged.totals).toEqual({ inputs: 12, done: 11, failed: 1, skipped: 0, pending: 0 });
    expect(merged.files.map(({ input }) => input)).toEqual(merged.files.map(({ input }) => input).toSorted());
    expect(mergeReports([merged, ...reports])).toMatchObject({ totals: merged.totals });
    await mkdir(join(folder, 'other'));
    const other = await fakeRun(request(source, join(folder, 'other'), { options: { task: 'denoise', seed: 1 } }));
    expect(() => mergeReports([merged, other.report])).toThrow(/differ in seed/);
    expect(() => mergeReports([])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('let the better account of an input stand', () => {
    const report = (finished: string, files: readonly FileOutcome[], cancelled = false): BatchReport => ({
      format: 'langevin-batch-report',
      version: 1,
      program: 'test',
      output: '/out',
      settings: {},
      shards: ['all'],
      started: '2026-01-01T00:00:00Z',
      finished,
      cancelled,
      totals: { inputs: 0, done: 0, failed: 0, skipped: 0, pending: 0 },
      notices: [],
      files,
    });
    const failed = (message: string): FileOutcome => ({
      status: 'failed',
      input: 'a',
      code: 'internal',
      message,
      seconds: 0,
    });
    const pending: FileOutcome = { status: 'pending', input: 'a' };
    const skipped: FileOutcome = { status: 'skipped', input: 'a', reason: 'exists' };
    const later = report('2026-01-03', [pending], true);
    const merged = mergeReports([
      later,
      report('2026-01-02', [failed('second')]),
      report('2026-01-01', [failed('first')]),
    ]);
    expect(merged.files).toEqual([failed('second')]);
    expect(merged).toMatchObject({ finished: '2026-01-03', cancelled: false });
    expect(mergeReports([later, report('2026-01-02', [skipped])]).files).toEqual([skipped]);
    expect(mergeReports([later])).toMatchObject({ cancelled: true, totals: { pending: 1 } });
  });
});
