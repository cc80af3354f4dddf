import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
/** A loose solver on a small picture: what is tested here is the program around it. */
const QUICK = ['--provider', 'cpu', '--rtol', '0.02', '--atol', '0.02'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-cli-likelihood-'));
  const random = new RandomGenerator(5);
  const write = async (name: string, width: number, height: number, value: (x: number) => number): Promise<void> => {
    const data = new Uint8Array(width * height * 3);
    data.forEach((_, i) => (data[i] = value(Math.floor(i / 3) % width)));
    const picture = { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } } as const;
    await writeFile(at(name), await encodePicture(picture, { format: 'png' }));
  };
  await write('smooth.png', 16, 16, (x) => 100 + x);
  await write('noise.png', 32, 16, () => random.uint32() & 255);
});
afterAll(() => rm(folder, { recursive: true }));

describe('langevin likelihood', () => {
  it('tells a smooth picture from noise under the shipped network', async () => {
    const run = await runCli(['likelihood', at('smooth.png'), at('noise.png'), '--repeats', '1', ...QUICK, '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const results = jsonLines(run).filter(({ type }) => type === 'result');
    expect(results.map(({ picture }) => picture)).toEqual([at('smooth.png'), at('noise.png')]);
    const [smooth, noise] = results.map(({ bitsPerDimension }) => bitsPerDimension as number);
    expect(smooth).toBeLessThan(4);
    // Uniform noise has 8 bits; a model of photographs needs more for it.
    expect(noise).toBeGreaterThan(8);
    expect(results[0]).toMatchObject({ model: 'photo', provider: 'cpu', whole: true });
    const { ranking } = jsonLines(run).at(-1) as { ranking: { name: string; deviation: number }[] };
    expect(ranking.map(({ name }) => name)).toEqual([at('noise.png'), at('smooth.png')]);
    expect(ranking[0].deviation).toBeGreaterThan(0);
  });

  it('writes a map, and the result in words', async () => {
    const run = await runCli([
      'likelihood',
      at('noise.png'),
      ...['--repeats', '1', '--crop', '16', '--map', at('map.png'), '--round-trip'],
      ...QUICK,
    ]);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/noise\.png: \d+\.\d{4} bits\/dim \(2 crops of 16 × 16, round trip within /);
    expect(run.stderr).toMatch(/Wrote .*map\.png: dark \d+\.\d\d, bright \d+\.\d\d bits\/dim/);
    const map = await decodePicture(new Uint8Array(await readFile(at('map.png'))), 'map.png');
    expect(map).toMatchObject({ width: 32, height: 16, mode: 'rgb' });
  });

  it('measures the others when one picture cannot be read, names it and exits with 1', async () => {
    const run = await runCli(['likelihood', at('missing.png'), at('smooth.png'), '--repeats', '1', ...QUICK]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/There is no file .*missing\.png/);
    expect(run.stdout).toMatch(/smooth\.png: \d/);
  });

  it('refuses a map of several pictures, or over the picture, as bad usage', async () => {
    const two = await runCli(['likelihood', at('smooth.png'), at('noise.png'), '--map', at('m.png')]);
    expect(two).toMatchObject({ code: 2, stderr: expect.stringMatching(/--map is for one picture/) as string });
    const same = await runCli(['likelihood', at('smooth.png'), '--map', at('smooth.png')]);
    expect(same).toMatchObject({ code: 2, stderr: expect.stringMatching(/would overwrite/) as string });
  });
});
