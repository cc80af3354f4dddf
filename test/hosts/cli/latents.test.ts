import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { readNpy } from '../../../src-main/images/npy.ts';
import { writeGaussianModel } from '../../fixtures/gaussian-model.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

const prior = { mean: 0.2, variance: 0.09 };
let folder: string;
let model: string;
const at = (name: string): string => join(folder, name);
const common = (): string[] => ['--model', model, '--provider', 'cpu', '--json'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-cli-latents-'));
  model = await writeGaussianModel(folder, prior);
  for (const [name, factor] of [
    ['a', 7],
    ['b', 11],
  ] as const) {
    const data = Uint8Array.from({ length: 64 }, (_, i) => 60 + ((factor * i) % 160));
    const picture = { width: 8, height: 8, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } } as const;
    await writeFile(at(`${name}.png`), await encodePicture(picture, { format: 'png' }));
  }
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (name: string) => (await decodePicture(new Uint8Array(await readFile(at(name))), name)).data;

describe('langevin encode and decode', () => {
  it('write a latent with its settings, by the closed form, and turn it back', async () => {
    const encoded = await runCli(['encode', at('a.png'), '-o', at('a.npy'), ...common()]);
    expect(encoded).toMatchObject({ code: 0, stderr: '' });
    const { shape, data } = readNpy(new Uint8Array(await readFile(at('a.npy'))), 'a.npy');
    expect(shape).toEqual([1, 8, 8]);
    const before = await read('a.png');
    data.forEach((value, i) => {
      // (x − mean)/sd, up to the levels' ends, and the mean itself over σmax.
      const expected = (before[i] / 127.5 - 1 - prior.mean) / 0.3;
      expect(Math.abs(value - expected)).toBeLessThan(0.02);
    });
    const settings = JSON.parse(await readFile(at('a.json'), 'utf8')) as Record<string, unknown>;
    expect(settings).toMatchObject({ model: 'gaussian', rtol: 1e-4 });

    const decoded = await runCli(['decode', at('a.npy'), '-o', at('again.png'), ...common()]);
    expect(decoded).toMatchObject({ code: 0, stderr: '' });
    expect(await read('again.png')).toEqual(before);
  });

  it('write pictures between two latents', async () => {
    await runCli(['encode', at('b.png'), '-o', at('b.npy'), ...common()]);
    const run = await runCli([
      'decode',
      at('a.npy'),
      '--to',
      at('b.npy'),
      '--frames',
      '3',
      '-o',
      at('m.png'),
      ...common(),
    ]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(run).at(-1)).toMatchObject({ outputs: [at('m-1.png'), at('m-2.png'), at('m-3.png')] });
    expect(await read('m-1.png')).toEqual(await read('a.png'));
    expect(await read('m-3.png')).toEqual(await read('b.png'));
  });

  it('refuse what has no meaning', async () => {
    const alone = await runCli(['decode', at('a.npy'), '--frames', '3', '-o', at('m.png'), ...common()]);
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('--to OTHER.npy') as string });
    const other = await runCli([
      'decode',
      at('a.npy'),
      '-o',
      at('m.png'),
      '--model',
      'ct',
      '--provider',
      'cpu',
      '--json',
    ]);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('belongs to its network') as string });
    const named = await runCli(['encode', at('a.png'), '-o', at('a.txt'), ...common()]);
    expect(named).toMatchObject({ code: 1, stderr: expect.stringContaining('.npy') as string });
  });

  it('sample by the same solver, in as many steps as its tolerances take', async () => {
    const arguments_ = ['sample', '-o', at('drawn'), '--size', '8x8', '--count', '2', ...common()];
    const run = await runCli([...arguments_, '--predictor', 'rk45', '--steps', '2', '--rtol', '1e-3']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const { settings, nfe } = jsonLines(run).at(-1) as { settings: Record<string, unknown>; nfe: number };
    expect(settings).toMatchObject({ predictor: 'rk45', rtol: 1e-3, atol: 1e-4 });
    expect(nfe).toBeGreaterThan(40);
    const refused = await runCli([...arguments_, '--rtol', '1e-3']);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('belongs to --predictor rk45') as string,
    });
  });
});

describe('langevin recommend', () => {
  it('gives levels for a folder of pictures', async () => {
    await mkdir(at('two'));
    for (const name of ['a.png', 'b.png']) await copyFile(at(name), join(at('two'), name));
    const run = await runCli(['recommend', at('two'), '--size', '8', '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const result = jsonLines(run).at(-1) as { sigmaMax: number; pictures: number; levels: number };
    const [a, b] = [await read('a.png'), await read('b.png')];
    const square = Array.from(a).reduce((sum, value, i) => sum + ((value - b[i]) / 127.5) ** 2, 0);
    expect(result.sigmaMax).toBeCloseTo(Math.sqrt(3 * square), 2);
    expect(result.pictures).toBe(2);
    expect(result.levels).toBeGreaterThan(10);
  });
});
