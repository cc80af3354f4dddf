import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseReport } from '../../src-main/batch/report/report-schema.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';
import { jsonLines, runCli, type CliRun } from '../fixtures/run-cli.ts';
import { dicomFile, textElement } from '../fixtures/dicom-file.ts';
import { decoded, filesBelow, put, smallPicture } from '../fixtures/batch/run.ts';

let folder: string;
let source: string;
let mask: string;

/** Quick settings: what is tested here is the program around the sampling. */
const QUICK = ['--task', 'inpaint', '--provider', 'cpu', '--solver', 'ddnm', '--steps', '2'];
const GOOD = ['a.png', 'sub/b.jpg', 'sub/ü 100 %.webp'];

const picture = (seed: number): Picture => smallPicture(seed, 'rgb', 64, 48);
const isPainted = (x: number, y: number): boolean => x > 20 && x < 30 && y > 10 && y < 30;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-batch-cli-'));
  source = join(folder, 'in');
  for (const [i, name] of GOOD.entries()) await put(source, name, picture(i));
  await put(source, 'bad.png', 'no picture');
  const data = Uint8Array.from({ length: 64 * 48 }, (_, i) => (isPainted(i % 64, Math.floor(i / 64)) ? 255 : 0));
  mask = await put(folder, 'mask.png', { ...smallPicture(0, 'gray', 64, 48), data });
});
afterAll(() => rm(folder, { recursive: true }));

const batch = (output: string, ...args: string[]): Promise<CliRun> =>
  runCli(['batch', source, '-o', join(folder, output), '--recursive', '--mask', mask, ...QUICK, ...args]);

describe('langevin batch', { timeout: 300_000 }, () => {
  it('restores a tree with the shipped network, names what is bad, resumes, and merges reports', async () => {
    const run = await batch('out', '--json');
    expect(run.code).toBe(1);
    expect(run.stderr).toBe('');
    const lines = jsonLines(run);
    expect(lines[0]).toEqual({ type: 'planned', inputs: 4, due: 4, pixels: 3 * 64 * 48, ignored: 0 });
    expect(lines.at(-1)).toMatchObject({ type: 'result', inputs: 4, done: 3, failed: 1, cancelled: false });
    expect(lines.filter(({ type }) => type === 'file')).toHaveLength(4);
    expect(lines.some(({ type }) => type === 'progress')).toBe(true);
    const output = join(folder, 'out');
    expect(await filesBelow(output)).toEqual(['a_inpaint.png', 'sub/b_inpaint.png', 'sub/ü 100 %_inpaint.webp']);
    for (const [i, name] of (await filesBelow(output)).entries()) {
      const [before, after] = [await decoded(source, GOOD[i]), await decoded(output, name)];
      let changed = 0;
      for (let at = 0; at < before.data.length; at++) {
        const pixel = Math.floor(at / 3);
        if (before.data[at] === after.data[at]) continue;
        changed++;
        expect(isPainted(pixel % 64, Math.floor(pixel / 64))).toBe(true);
      }
      expect(changed).toBeGreaterThan(100);
    }

    const again = await batch('out', '--json', '--resume');
    expect(again.code).toBe(1);
    expect(jsonLines(again)[0]).toMatchObject({ type: 'planned', inputs: 4, due: 1 });
    const other = await batch('out', '--resume', '--seed', '4');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/seed was 0 and is now 4/);

    const merged = await runCli(['batch', 'merge', output, '--report', join(folder, 'all', 'merged.json')]);
    expect(merged.code).toBe(1);
    const path = join(folder, 'all', 'merged.json');
    expect(parseReport(await readFile(path), path).totals).toMatchObject({ done: 3, failed: 1 });
    expect(await readFile(join(folder, 'all', 'merged.html'), 'utf8')).toContain('sub/b_inpaint.png');
  });

  it('previews without writing', async () => {
    const run = await batch('preview', '--dry-run', '--json');
    // As the batch itself would: one of the four cannot be read.
    expect(run.code).toBe(1);
    const [preview] = jsonLines(run);
    expect(preview).toMatchObject({ type: 'preview', pixels: 3 * 64 * 48 });
    expect(preview.problems).toHaveLength(1);
    expect(preview.seconds).toBeGreaterThan(0);
    const people = await batch('preview', '--dry-run');
    expect(people.stdout).toContain('sub/b.jpg → sub/b_inpaint.png\n');
    expect(people.stderr).toMatch(/3 pictures to restore, 0\.0 megapixels; about \d+:\d\d/);
    await expect(filesBelow(join(folder, 'preview'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops within a step at Ctrl-C, with exit code 130, and goes on later', async () => {
    const output = join(folder, 'cancelled');
    const bin = fileURLToPath(new URL('../../bin/langevin.js', import.meta.url));
    const args = ['batch', source, '-o', output, '--recursive', '--mask', mask, ...QUICK, '--steps', '1000', '--json'];
    // A terminal sends the signal to all processes of its group, the engine's among them.
    const child = spawn(process.execPath, [bin, ...args], { detached: true });
    let stdout = '';
    let isInterrupted = false;
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (isInterrupted || !stdout.includes('"progress"')) return;
      isInterrupted = true;
      process.kill(-child.pid!, 'SIGINT');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    const lines = jsonLines({ code: 130, stdout, stderr: '' });
    expect(lines.at(-1)).toMatchObject({ type: 'result', done: 0, failed: 1, pending: 3, cancelled: true });
    expect(await filesBelow(output)).toEqual([]);
    const rest = await batch('cancelled', '--resume', '--mix-settings', '--quiet');
    expect(rest.code).toBe(1);
    expect(rest.stdout).toBe('');
    expect(rest.stderr).toMatch(/^langevin: bad\.png.*\n$/);
    expect(await filesBelow(output)).toHaveLength(3);
  });

  it('reconstructs slices from sinograms with the network for slices', async () => {
    const scans = join(folder, 'scans');
    await mkdir(scans);
    // 8 views of 24 detectors, a disk of water: the same chord lengths from everywhere.
    const row = Float32Array.from({ length: 24 }, (_, i) => 2 * Math.sqrt(Math.max(0, 64 - (i - 11.5) ** 2)));
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (8, 24), }`.padEnd(117) + '\n';
    const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0);
    const values = Buffer.concat(Array.from({ length: 8 }, () => Buffer.from(row.buffer)));
    await writeFile(join(scans, 's.npy'), Buffer.concat([magic, Buffer.from(header), values]));
    const output = join(folder, 'slices');
    const args = ['--task', 'reconstruct', '--sinogram', '--steps', '2', '--provider', 'cpu'];
    const run = await runCli(['batch', scans, '-o', output, ...args]);
    expect(run.stderr).toMatch(/1 done, 0 failed/);
    expect(run.code).toBe(0);
    expect(await filesBelow(output)).toEqual(['s_reconstruct.npy']);
    const path = join(output, '.langevin', 'report.json');
    expect(parseReport(await readFile(path), path).files[0]).toMatchObject({ width: 24, height: 24 });
  });

  it('joins the slices of a series to a volume, in the order in which they lie', async () => {
    const series = join(folder, 'series');
    await mkdir(series);
    for (const [i, z] of [4, 0, 2].entries()) {
      const place = [textElement(0x00200032, 'DS', `0\\0\\${z}`), textElement(0x00200037, 'DS', '1\\0\\0\\0\\1\\0')];
      const pixels = new Int16Array(16 * 16).fill(500 * z - 1000);
      await writeFile(join(series, `IM${i}`), dicomFile({ width: 16, height: 16, pixels, extra: place }));
    }
    await writeFile(join(series, 'VERSION'), 'no slice');
    const output = join(folder, 'volumes');
    const args = ['--task', 'reconstruct', '--angles', '8', '--steps', '2', '--provider', 'cpu', '--volume', 'nifti'];
    const run = await runCli(['batch', series, '-o', output, ...args]);
    expect(run.stderr).toMatch(/3 done, 0 failed/);
    expect(run.stderr).toMatch(/Wrote the volume series\.nii\.gz/);
    const bytes = new Uint8Array(gunzipSync(await readFile(join(output, 'series.nii.gz'))));
    const view = new DataView(bytes.buffer);
    expect([1, 2, 3].map((i) => view.getInt16(40 + 2 * i, true))).toEqual([16, 16, 3]);
    const middle = [0, 1, 2].map((k) => view.getFloat32(352 + 4 * (k * 256 + 8 * 16 + 8), true));
    expect(middle[0]).toBeLessThan(middle[1]);
    expect(middle[1]).toBeLessThan(middle[2]);
  });

  it.each([
    [['--task', 'inpaint'], /exactly one of --mask/],
    [['--task', 'denoise', '--volume', 'nifti'], /--volume joins slices, which the task denoise does not make/],
    [['--task', 'reconstruct', '--volume', 'tiff', '--format', 'png'], /leave out --format png/],
    [['--task', 'inpaint', '--mask', 'x', '--mask-auto'], /exactly one of --mask.*2 were given/],
    [['--task', 'reconstruct', '--mask-auto'], /reconstruct takes no mask/],
    [['--task', 'denoise', '--mask-auto', '--mask-alpha'], /none to restore whole pictures; 2 were given/],
    [['--task', 'denoise', '--threads', '0'], /from 1 to 256, not 0/],
    [['--task', 'denoise', '--shard', '9/3'], /I\/N/],
    [['--task', 'denoise', '--template', '{nam}.png'], /knows no \{nam\}/],
    [['--task', 'inpaint', '--mask-color', 'magenta'], /not a colour such as #ff00ff/],
    [['--task', 'denoise', '--model', 'nothing'], /nothing/],
    [['--task', 'denoise', '--quality', '500', '--format', 'jpeg'], /quality/],
    [['--task', 'denoise', '--quality', '50'], /--quality 50 has no meaning with --format lossless/],
    [['--task', 'denoise', '--format', 'npy'], /Pictures are not written as npy/],
    [['--task', 'denoise', '--existing', 'perhaps'], /perhaps/],
    [[], /What is damaged/],
  ])('refuses %j', async (args, message) => {
    const run = await runCli(['batch', source, '-o', join(folder, 'refused'), ...args]);
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(2);
    await expect(filesBelow(join(folder, 'refused'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('explains itself', async () => {
    for (const args of [
      ['batch', '--help'],
      ['batch', source, '--help'],
    ]) {
      const { code, stdout } = await runCli(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Usage: langevin batch \[options\] <folder>\n +langevin batch merge/);
      expect(stdout).toContain('--stop-after-errors');
    }
    expect((await runCli(['batch', 'merge', '--help'])).stdout).toMatch(/^Usage: langevin batch merge/);
    expect((await runCli(['batch', 'merge', mask, '--report', mask])).stderr).toMatch(/would overwrite .*mask/);
    expect((await runCli(['batch', 'merge', join(folder, 'mask.png')])).code).toBe(2);
  });
});
