import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { readDicom } from '../../../src-main/images/dicom.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { readNpy } from '../../../src-main/images/npy.ts';
import { dicomFile, textElement } from '../../fixtures/dicom-file.ts';
import { noisyPicture } from '../../fixtures/restore-run.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const open = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(at(name)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-tasks-'));
  await writeFile(at('good.png'), await encodePicture(noisyPicture(48, 32, { sigma: 0 }), { format: 'png' }));
  const pixels = Int16Array.from({ length: 32 * 32 }, (_, i) => {
    const distance = Math.hypot((i % 32) - 15.5, Math.floor(i / 32) - 15.5);
    return distance < 10 ? 1064 : 24;
  });
  await writeFile(at('slice.dcm'), dicomFile({ width: 32, height: 32, pixels, intercept: -1024 }));
  await mkdir(at('series'));
  // As scanners name them; the first lies on top.
  for (const [i, z] of [6, 2, 4].entries()) {
    const place = [textElement(0x00200032, 'DS', `0\\0\\${z}`), textElement(0x00200037, 'DS', '1\\0\\0\\0\\1\\0')];
    const series = textElement(0x0020000e, 'CS', '1.2.3');
    const other = { pixels: i === 2 ? pixels : new Int16Array(32 * 32), extra: [series, ...place] };
    await writeFile(at(`series/IM0${i}`), dicomFile({ width: 32, height: 32, intercept: -1024, ...other }));
  }
  await writeFile(at('series/notes.txt'), 'no slice');
});
afterAll(() => rm(folder, { recursive: true }));

describe('langevin simulate and restore', () => {
  it('adds noise and takes it away again', async () => {
    const made = await runCli([
      'simulate',
      at('good.png'),
      '-o',
      at('noisy.png'),
      '--task',
      'denoise',
      '--noise',
      '25',
    ]);
    expect(made.code, made.stderr).toBe(0);
    const run = await runCli([
      ...['restore', at('noisy.png'), '-o', at('clean.png'), '--task', 'denoise', '--noise', '25'],
      ...['--provider', 'cpu', '--json'],
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(jsonLines(run).at(-1)).toMatchObject({ type: 'result', solver: 'direct', nfe: 1, measured: { noise: 25 } });
    const [good, noisy, clean] = await Promise.all(
      ['good.png', 'noisy.png', 'clean.png'].map(async (name) => decodePicture(await open(name), name)),
    );
    const error = (data: ArrayLike<number>): number =>
      Math.sqrt(Float64Array.from(good.data).reduce((sum, v, i) => sum + (v - data[i]) ** 2, 0) / good.data.length);
    expect(error(noisy.data)).toBeGreaterThan(20);
    expect(error(clean.data)).toBeLessThan(0.6 * error(noisy.data));
  });

  it('denoises only what the mask paints', async () => {
    const mask = new Uint8Array(48 * 32);
    for (let y = 8; y < 24; y++) mask.fill(255, y * 48 + 8, y * 48 + 30);
    const grey = { width: 48, height: 32, mode: 'gray', bitDepth: 8, metadata: { orientation: 1 } } as const;
    await writeFile(at('mask.png'), await encodePicture({ ...grey, data: mask }, { format: 'png' }));
    const run = await runCli([
      ...['restore', at('good.png'), '-o', at('part.png'), '--task', 'denoise', '--noise', '25'],
      ...['--mask', at('mask.png'), '--provider', 'cpu', '--json'],
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(jsonLines(run).at(-1)).toMatchObject({ type: 'result', paintedPixels: 352 });
    const [before, after] = await Promise.all(
      ['good.png', 'part.png'].map(async (name) => (await decodePicture(await open(name), name)).data),
    );
    let changed = 0;
    for (let i = 0; i < before.length; i++) {
      if (before[i] === after[i]) continue;
      changed++;
      expect(mask[Math.floor(i / 3)]).toBe(255);
    }
    expect(changed).toBeGreaterThan(300);
    const refused = await runCli([
      ...['restore', at('slice.dcm'), '-o', at('no.npy'), '--task', 'reconstruct', '--mask', at('mask.png')],
    ]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/takes no mask/) as string });
  });

  it('scans a DICOM slice and reconstructs it in HU, with filtered back-projection beside it', async () => {
    const made = await runCli([
      ...['simulate', at('slice.dcm'), '-o', at('scan.npy'), '--task', 'reconstruct', '--angles', '24', '--json'],
    ]);
    expect(made.code, made.stderr).toBe(0);
    expect(jsonLines(made).at(-1)).toMatchObject({ outputs: [at('scan.npy'), at('scan.npy.angles.txt')] });
    const run = await runCli([
      ...['restore', at('scan.npy'), '-o', at('slice.npy'), '--task', 'reconstruct', '--sinogram', '--json'],
      ...['--angles-file', at('scan.npy.angles.txt'), '--truth', at('slice.dcm'), '--steps', '6', '--provider', 'cpu'],
    ]);
    expect(run.code, run.stderr).toBe(0);
    const result = jsonLines(run).at(-1) as { measured: Record<string, number>; model: string };
    expect(result.model).toBe('ct');
    expect(result.measured['psnr']).toBeGreaterThan(result.measured['fbpPsnr']);
    const { shape, data } = readNpy(await open('slice.npy'), 'slice.npy');
    expect(shape).toEqual([32, 32]);
    expect(Math.abs(data[16 * 32 + 16] - 40)).toBeLessThan(150);
    expect(readNpy(await open('slice-fbp.npy'), 'fbp').shape).toEqual([32, 32]);
  });

  it('takes a folder of DICOM slices in their order, scans with fans, and writes DICOM', async () => {
    const fans = ['--source-axis', '40', '--task', 'reconstruct'];
    const made = await runCli(['simulate', at('series'), '-o', at('fan.npy'), '--angles', '24', '--json', ...fans]);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toContain('Slice 1 of 3 is taken, IM02');
    const { shape } = readNpy(await open('fan.npy'), 'fan.npy');
    expect(shape).toEqual([24, 35]);
    const run = await runCli([
      ...['restore', at('fan.npy'), '-o', at('fan.dcm'), '--sinogram', '--json', ...fans, '--steps', '6'],
      ...['--truth', at('slice.dcm'), '--provider', 'cpu'],
    ]);
    expect(run.code, run.stderr).toBe(0);
    const { measured } = jsonLines(run).at(-1) as { measured: Record<string, number> };
    expect(measured['psnr']).toBeGreaterThan(measured['fbpPsnr']);
    const slice = await readDicom(await open('fan.dcm'), 'fan.dcm');
    expect(slice).toMatchObject({ width: 32, height: 32 });
    expect(Math.abs(slice.data[16 * 32 + 16] - 40)).toBeLessThan(150);
    const refused = await runCli(['simulate', at('series'), '-o', at('no.npy'), '--slice', '7', ...fans]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/slices 0 to 2, but slice 7/) as string });
  });

  it('refuses a solver that cannot do the task before any work, naming those that can', async () => {
    const args = ['restore', at('good.png'), '-o', at('no.png'), '--task', 'deblur', '--blur-sigma', '1'];
    const run = await runCli([...args, '--solver', 'repaint', '--provider', 'cpu']);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/repaint .*These solvers work here: .*ddrm/);
  });
});
