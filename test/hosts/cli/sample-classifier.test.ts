import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { mixtureClassifier, mixtureDenoiser } from '../../fixtures/mixture-model.ts';
import { jsonLines, runCli } from '../../fixtures/run-cli.ts';
import { sha256, tinyManifestJson } from '../../fixtures/tiny-model.ts';

const mixture = { weights: [0.9, 0.1], means: [-0.5, 0.4], variance: 0.0025, pixels: 16 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-cli-classifier-'));
  const bytes = mixtureDenoiser(mixture);
  await mkdir(join(folder, 'model'));
  await writeFile(join(folder, 'model', 'tiny.onnx'), bytes);
  const manifest = tinyManifestJson({ sha256: sha256(bytes), stride: 1 });
  await writeFile(join(folder, 'model', 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'classifier.onnx'), mixtureClassifier(mixture));
});
afterAll(() => rm(folder, { recursive: true }));

const sampleArguments = (...more: string[]): string[] => [
  ...['sample', '-o', join(folder, 'out'), '--model', join(folder, 'model'), '--provider', 'cpu'],
  ...['--size', '4x4', '--count', '3', '--steps', '20', '--json', ...more],
];

describe('langevin sample --classifier', () => {
  it('draws the class asked for, however rare', async () => {
    const guided = sampleArguments('--classifier', join(folder, 'classifier.onnx'), '--class', '1');
    const run = await runCli(guided);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const result = jsonLines(run).at(-1) as { outputs: string[]; settings: Record<string, unknown> };
    expect(result.settings).toMatchObject({ class: 1, classifierScale: 1 });
    expect(result.outputs).toHaveLength(3);
    for (const path of result.outputs) {
      const { data } = await decodePicture(new Uint8Array(await readFile(path)), path);
      const mean = Array.from<number>(data).reduce((sum, value) => sum + value, 0) / data.length;
      // 0.4 on [−1, 1], with a standard deviation of 0.05/4 of the mean of 16 pixels.
      expect(Math.abs(mean - 178.5)).toBeLessThan(5 * 127.5 * 0.0125);
    }
  });

  it('refuses half of it, a class that does not exist, and another kind of file', async () => {
    const half = await runCli(sampleArguments('--class', '1'));
    expect(half).toMatchObject({ code: 2, stderr: expect.stringMatching(/has no classifier/) as string });
    const unnamed = await runCli(sampleArguments('--guidance', '2'));
    expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringMatching(/--class is missing/) as string });
    const classifier = join(folder, 'classifier.onnx');
    const none = await runCli(sampleArguments('--classifier', classifier, '--class', '2'));
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/from 0 to 1 .*has 2 classes/) as string });
    const other = await runCli(sampleArguments('--classifier', join(folder, 'model', 'tiny.onnx'), '--class', '0'));
    expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/its outputs are "denoised"/) as string });
  });
});
