import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import type { EngineJobs } from '../../../src-main/hosts/engine/job-types.ts';
import { nodeSpawn } from '../../../src-main/hosts/engine/spawn.ts';
import { OnnxBuilder } from '../../fixtures/onnx-builder.ts';
import { tinyNetwork } from '../../fixtures/tiny-model.ts';
import { wienerDenoiser } from '../../fixtures/wiener-denoiser.ts';

let root: string;
let own: string;
let engine: EngineClient<EngineJobs>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-import-'));
  own = join(root, 'own');
  const locations = { models: [{ folder: own, origin: 'user' }], cache: join(root, 'cache') };
  const entry = new URL('../../../out/node/hosts/engine/engine-process.js', import.meta.url);
  engine = new EngineClient<EngineJobs>(nodeSpawn(entry, [JSON.stringify(locations)]));
  await writeFile(join(root, 'wiener.onnx'), wienerDenoiser());
});
afterAll(async () => {
  await engine.dispose();
  await rm(root, { recursive: true });
});

const facts = {
  name: 'mine',
  stride: 4,
  receptiveField: 1,
  time: { kind: 'sigma' as const },
  prediction: 'denoised' as const,
  sde: { name: 'edm' as const },
};

describe('importing a network', () => {
  it('reads names and channels from the ONNX file, checks it and lists it', async () => {
    const { manifest, folder, check } = await engine.result('models-import', {
      source: join(root, 'wiener.onnx'),
      facts: { ...facts, title: 'A Wiener filter', sigmaData: 0.5 },
    });
    expect(folder).toBe(join(own, 'mine'));
    expect(manifest).toMatchObject({
      channels: 1,
      inputs: { x: 'picture', time: 'level' },
      output: 'clean',
      time: { kind: 'sigma' },
      prediction: 'denoised',
    });
    expect(check.findings.map(({ check: name, level }) => [name, level])).toContainEqual(['gradients', 'ok']);
    const listed = await engine.result('models-list', {});
    expect(listed.map(({ name }) => name)).toEqual(['mine']);
    expect((await engine.result('models-check', { model: 'mine' })).ok).toBe(true);
  });

  it('does not replace a model unless told to', async () => {
    const request = { source: join(root, 'wiener.onnx'), facts };
    await expect(engine.result('models-import', request)).rejects.toMatchObject({ code: 'output-exists' });
    const { manifest } = await engine.result('models-import', { ...request, replace: true });
    expect(manifest.title).toBe('mine');
    expect(await readdir(own)).toEqual(['mine']);
  });

  it('copies a folder that has a manifest', async () => {
    const again = { source: join(own, 'mine'), replace: true };
    expect((await engine.result('models-import', again)).manifest.name).toBe('mine');
    expect((await readdir(join(own, 'mine'))).sort()).toEqual(['CARD.md', 'manifest.json', 'wiener.onnx']);
  });

  it('puts nothing in the place of what is no model folder', async () => {
    await writeFile(join(own, 'taken'), 'a file of mine');
    const request = { source: join(root, 'wiener.onnx'), facts: { ...facts, name: 'taken' }, replace: true };
    await expect(engine.result('models-import', request)).rejects.toMatchObject({
      code: 'file-unwritable',
      message: expect.stringMatching(/taken cannot be written: it is a file/) as string,
    });
    expect(await readFile(join(own, 'taken'), 'utf8')).toBe('a file of mine');
    await rm(join(own, 'taken'));
  });

  it('leaves nothing behind when the network is not what is said of it', async () => {
    // Its answers are noise estimates to whoever reads them so: far from any picture.
    const request = {
      source: join(root, 'wiener.onnx'),
      facts: { ...facts, name: 'wrong', prediction: 'score' as const },
    };
    await expect(engine.result('models-import', request)).rejects.toMatchObject({
      code: 'invalid-manifest',
      message: expect.stringMatching(/denoises under no meaning .*score/) as string,
    });
    expect(await readdir(own)).toEqual(['mine']);
  });

  it('refuses files that are no score networks, saying what they are', async () => {
    const text = join(root, 'notes.onnx');
    await writeFile(text, 'not a network');
    await expect(engine.result('models-import', { source: text, facts })).rejects.toMatchObject({
      code: 'model-corrupt',
    });
    const g = new OnnxBuilder();
    g.node('Relu', [g.input('a', ['n', 3])], {}, 'b');
    g.output('b', ['n', 3]);
    const other = join(root, 'other.onnx');
    await writeFile(other, g.build());
    await expect(
      engine.result('models-import', { source: other, facts: { ...facts, name: 'other' } }),
    ).rejects.toMatchObject({ code: 'invalid-manifest', message: expect.stringContaining('"a" [n, 3]') as string });
    await expect(engine.result('models-import', { source: other })).rejects.toMatchObject({
      code: 'invalid-manifest',
      message: expect.stringContaining('needs an input and an output for pictures') as string,
    });
  });

  it('tells a network of classes of one, and draws from it', async () => {
    const source = join(root, 'classes.onnx');
    await writeFile(source, wienerDenoiser([0.1, 0.15, -0.1, 0]));
    const conditional = { ...facts, name: 'classes', sigmaData: 0.5 };
    await expect(engine.result('models-import', { source, facts: conditional })).rejects.toThrow(
      /further input "y" \[n\] that must be chosen \(0 to 3\).* --null-class 3/,
    );
    const { manifest } = await engine.result('models-import', { source, facts: { ...conditional, nullClass: 3 } });
    expect(manifest).toMatchObject({
      extraInputs: { y: 3 },
      classLabels: { input: 'y', count: 3, unconditional: true },
    });
    const drawn = async (classifier: object | undefined): Promise<number[]> => {
      const means: number[] = [];
      const options = { steps: 12, seed: 1 };
      const job = { network: { model: 'classes' }, count: 1, width: 48, height: 48, options, ...classifier };
      for await (const event of engine.run('sample', job)) {
        if (event.type !== 'picture') continue;
        const { data } = await decodePicture(event.bytes, 'sample');
        means.push(Uint8Array.from(data).reduce((sum, value) => sum + value / 127.5 - 1, 0) / data.length);
      }
      return means;
    };
    // White pictures of 2304 pixels of deviation 0.5: their mean is off by 0.01.
    const [none] = await drawn(undefined);
    const each = await drawn({ classifier: { class: 'all', scale: 1.5 } });
    [none, ...each].forEach((mean, i) => expect(Math.abs(mean - [0, 0.15, 0.225, -0.15][i])).toBeLessThan(0.04));
  });

  it('never follows weights out of the folder', async () => {
    const inner = join(root, 'inner');
    await mkdir(inner);
    await writeFile(join(root, 'secret.bin'), new Uint8Array(4));
    const source = join(inner, 'net.onnx');
    await writeFile(source, tinyNetwork({ kind: 'external', location: '../secret.bin' }));
    await expect(engine.result('models-import', { source, facts: { ...facts, name: 'thief' } })).rejects.toMatchObject({
      message: expect.stringContaining('outside the model') as string,
    });
  });
});
