import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import type { EngineJobs } from '../../../src-main/hosts/engine/job-types.ts';
import type { Locations } from '../../../src-main/hosts/engine/locations.ts';
import { nodeSpawn } from '../../../src-main/hosts/engine/spawn.ts';
import { writeTinyModel } from '../../fixtures/tiny-model.ts';

let root: string;
let engine: EngineClient<EngineJobs>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-convert-'));
  const models = join(root, 'models');
  await writeTinyModel(models);
  const locations: Locations = { models: [{ folder: models, origin: 'user' }], cache: join(root, 'cache') };
  const entry = new URL('../../../out/node/hosts/engine/engine-process.js', import.meta.url);
  engine = new EngineClient<EngineJobs>(nodeSpawn(entry, [JSON.stringify(locations)]));
  const { files, differences } = await engine.result('models-convert', { model: 'tiny', name: 'tiny-tfjs' });
  expect(differences).toEqual({ denoised: 0, vjp: 0 });
  await mkdir(join(models, 'tiny-tfjs'));
  for (const { name, bytes } of files) await writeFile(join(models, 'tiny-tfjs', name), bytes);
});
afterAll(async () => {
  await engine.dispose();
  await rm(root, { recursive: true });
});

describe('a model converted to TensorFlow.js', () => {
  it('is complete and passes the check', async () => {
    const shown = await engine.result('models-show', { model: 'tiny-tfjs' });
    const { files, card } = shown;
    expect(shown).toMatchObject({
      manifest: { name: 'tiny-tfjs', format: 'tfjs-graph', inputs: { x: 'x', time: 'sigma' } },
    });
    expect(files.map(({ file }) => file)).toEqual(['model.json', 'weights.bin']);
    expect(card).toMatch(/The network `tiny`, version 1, as a TensorFlow\.js graph model/);
    const { ok, findings } = await engine.result('models-check', { model: 'tiny-tfjs' });
    const loading = findings.find(({ check }) => check === 'loading');
    expect(loading?.message).toMatch(/Runs on tfjs-\S+\. Running on TensorFlow\.js/);
    expect(findings.find(({ check }) => check === 'gradients')?.level).toBe('ok');
    // The tiny network returns its input, which is no denoiser at σ = 80.
    expect(ok).toBe(false);
  });

  it('is not run by a provider of ONNX Runtime, nor converted again', async () => {
    const check = engine.result('models-check', { model: 'tiny-tfjs', provider: 'cuda' });
    expect((await check).findings).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringMatching(/TensorFlow\.js form.*cuda/) as string,
      }),
    );
    await expect(engine.result('models-convert', { model: 'tiny-tfjs', name: 'again' })).rejects.toMatchObject({
      code: 'unsupported-combination',
    });
  });

  it('needs a name that a folder of models may have', async () => {
    await expect(engine.result('models-convert', { model: 'tiny', name: 'Tiny TFJS' })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('is what doctor tries when asked', async () => {
    const report = await engine.result('doctor', { model: 'tiny-tfjs', seconds: 0 });
    expect(report.providers).toEqual([]);
    expect(report.tensorflow).toMatchObject({ usable: true });
    expect(report.tensorflow.stepsPerSecond).toBeGreaterThan(0);
  });
});
