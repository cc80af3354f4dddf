import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import type { EngineJobs } from '../../../src-main/hosts/engine/job-types.ts';
import type { ModelCheckReport } from '../../../src-main/hosts/engine/jobs/model-check.ts';
import type { ModelFinding } from '../../../src-main/hosts/engine/jobs/model-finding.ts';
import { defaultLocations, type Locations } from '../../../src-main/hosts/engine/locations.ts';
import { nodeSpawn } from '../../../src-main/hosts/engine/spawn.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { writeTinyModel } from '../../fixtures/tiny-model.ts';

let root: string;
let engine: EngineClient<EngineJobs>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-engine-'));
  await writeTinyModel(join(root, 'user'));
  await writeTinyModel(join(root, 'user'), 'inverted', { prediction: 'epsilon' });
  await truncate(join(await writeTinyModel(join(root, 'user'), 'cut'), 'tiny.onnx'), 50);
  const shipped = defaultLocations().models.filter(({ origin }) => origin === 'shipped');
  const locations: Locations = {
    models: [{ folder: join(root, 'user'), origin: 'user' }, ...shipped],
    cache: join(root, 'cache'),
  };
  const entry = new URL('../../../out/node/hosts/engine/engine-process.js', import.meta.url);
  engine = new EngineClient<EngineJobs>(nodeSpawn(entry, [JSON.stringify(locations)]));
});
afterAll(async () => {
  await engine.dispose();
  await rm(root, { recursive: true });
});

async function check(
  payload: EngineJobs['models-check']['payload'],
): Promise<{ events: ModelFinding[]; report: ModelCheckReport }> {
  const events: ModelFinding[] = [];
  const run = engine.run('models-check', payload);
  for (;;) {
    const step = await run.next();
    if (step.done) return { events, report: step.value };
    events.push(step.value);
  }
}

const levels = (findings: readonly ModelFinding[]): Record<string, string> =>
  Object.fromEntries(findings.map((finding) => [finding.check, finding.level]));

describe('the engine process', () => {
  it('lists and shows models', async () => {
    const listed = await engine.result('models-list', {});
    expect(listed.map(({ name }) => name)).toEqual(['cut', 'inverted', 'tiny', 'ct', 'damage', 'digits', 'photo']);
    const shown = await engine.result('models-show', { model: 'photo' });
    expect(shown).toMatchObject({ manifest: { channels: 3 } });
    expect(shown.files).toEqual([{ file: 'denoiser.onnx', bytes: 10866050 }]);
    expect(shown.card).toMatch(/CC BY-SA/);
    await expect(engine.result('models-show', { model: 'nothing' })).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('refuses unknown keys in a request', async () => {
    const payload = { model: 'photo', colour: 'red' };
    await expect(engine.result('models-show', payload)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('colour') as string,
    });
  });

  it('probes every provider of the platform for the doctor, with a speed for those that work', async () => {
    const report = await engine.result('doctor', { model: 'ct', seconds: 0, threads: 1 });
    expect(report).toMatchObject({ node: process.versions.node, onnxruntime: '1.30.0', model: 'ct', threads: 1 });
    expect(report.providers.length).toBeGreaterThan(1);
    const cpu = report.providers[0];
    expect(cpu).toMatchObject({ provider: 'cpu', usable: true });
    expect(cpu.stepsPerSecond).toBeGreaterThan(0);
    for (const { usable, reason, stepsPerSecond } of report.providers) {
      expect(usable ? stepsPerSecond : reason).toBeTruthy();
    }
    // Each provider is a process of its own, on machines that may be busy.
  }, 240_000);

  it('finds nothing wrong with a shipped model and measures its calibration', async () => {
    const shape = [1, 1, 48, 48] as [1, number, number, number];
    const smooth = BatchRandom.seeded(1, 1).normal([1, 1, 6, 6]).data;
    const data = Float32Array.from({ length: 48 * 48 }, (_, i) => {
      const [y, x] = [Math.floor(i / 48), i % 48];
      return 0.3 * smooth[Math.floor(y / 8) * 6 + Math.floor(x / 8)];
    });
    const { events, report } = await check({ model: 'ct', pictures: [{ shape, data }] });
    expect(report.ok).toBe(true);
    expect(levels(events)).toMatchObject({
      completeness: 'ok',
      files: 'ok',
      loading: 'ok',
      shapes: 'ok',
      meaning: 'ok',
      values: 'ok',
      gradients: 'ok',
      symmetry: 'ok',
      speed: 'ok',
    });
    expect(report.calibration!.sigma).toHaveLength(18);
    const { mse } = report.calibration!;
    expect(mse.every((value) => value > 0 && value < 1)).toBe(true);
    expect(mse[4]).toBeGreaterThan(mse[0]);
    // The derivative of the network was kept for the next run.
    expect(await readdir(join(root, 'cache', 'gradients'))).toHaveLength(1);
  });

  it('finds what is wrong with a model', async () => {
    const cut = await check({ model: 'cut' });
    expect(cut.report.ok).toBe(false);
    expect(levels(cut.events)).toEqual({ completeness: 'warning', files: 'error' });
    // A network of the identity taken for a noise predictor: D = x − σ x.
    const inverted = await check({ model: 'inverted' });
    expect(inverted.report.ok).toBe(false);
    expect(levels(inverted.events)).toMatchObject({ files: 'ok', shapes: 'ok', meaning: 'error' });
    expect(inverted.events.find(({ level }) => level === 'error')?.message).toMatch(/manifest are probably wrong/);
  });
});
