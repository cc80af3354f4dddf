import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import { findNetwork } from '../../../src-main/hosts/engine/import/find-network.ts';
import { networkFactsSchema } from '../../../src-main/hosts/engine/import/network-facts.ts';
import { proposeModel, sha256 } from '../../../src-main/hosts/engine/import/propose-model.ts';
import type { EngineJobs } from '../../../src-main/hosts/engine/job-types.ts';
import type { ModelFinding } from '../../../src-main/hosts/engine/jobs/model-finding.ts';
import type { ModelImportReport, ModelImportRequest } from '../../../src-main/hosts/engine/jobs/model-import.ts';
import { nodeSpawn } from '../../../src-main/hosts/engine/spawn.ts';
import { parseManifest } from '../../../src-main/prior/manifest.ts';
import { createOnnxNetwork } from '../../../src-main/prior/onnx.ts';
import { tensor } from '../../../src-main/tensor/tensor.ts';
import { tinyManifestJson } from '../../fixtures/tiny-model.ts';

// One trained network in the forms of several families; see make.py beside the files.
const fixtures = fileURLToPath(new URL('../../fixtures/networks/', import.meta.url));

interface Reference {
  readonly shape: [number, number, number, number];
  readonly sigma: string;
  readonly x: string;
  readonly v: string;
  readonly denoised: string;
  readonly vjp: string;
}
const reference = JSON.parse(readFileSync(join(fixtures, 'reference.json'), 'utf8')) as Reference;

function floats(key: Exclude<keyof Reference, 'shape'>): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(reference[key], 'base64')).buffer);
}

function relativeError(actual: Float32Array, expected: Float32Array): number {
  const norm = (data: Float32Array): number => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  return norm(actual.map((value, i) => value - expected[i])) / norm(expected);
}

const linear = { schedule: 'linear', first: 1e-4, last: 0.02, count: 1000 };
const ddpm = { time: { kind: 'ddpm-index', betas: linear }, prediction: 'epsilon', sde: { name: 'vp' } };
const sigma = { time: { kind: 'sigma' }, prediction: 'denoised', sde: { name: 'edm' } };
const half = { tolerance: 5e-3 };

const families: [string, { x: string; time?: string }, object, { tolerance?: number; output?: string }?][] = [
  ['ddpm-pipeline/unet/model', { x: 'sample', time: 'timestep' }, ddpm, { output: 'out_sample' }],
  ['guided-diffusion', { x: 'x', time: 'timesteps' }, ddpm],
  ['score-sde-ve', { x: 'x', time: 'labels' }, { ...sigma, prediction: 'score', sde: { name: 've' }, range: [0, 1] }],
  ['edm', { x: 'x', time: 'sigma' }, sigma],
  ['edm-raw', { x: 'x', time: 'noise_labels' }, { ...sigma, time: { kind: 'log_sigma/4' }, prediction: 'edm-F' }],
  [
    'flow',
    { x: 'x', time: 't' },
    { time: { kind: 't', factor: 1 }, prediction: 'velocity', sde: { name: 'flow' }, extraInputs: { y: 3 } },
  ],
  ['noise-map', { x: 'x' }, { ...sigma, range: [0, 1] }],
  [
    'channels-last',
    { x: 'picture', time: 'level' },
    { ...sigma, range: [0, 255], layout: 'nhwc', channelOrder: 'bgr' },
    half,
  ],
];

describe('one network as other programs export it', () => {
  it.each(families)('gives the D and (∂D/∂x)ᵀv of PyTorch as %s', async (file, inputs, meaning, options = {}) => {
    const { tolerance = 1e-4, output = 'out' } = options;
    const described = { channels: 3, inputs, output, file: 'network.onnx', ...meaning };
    const manifest = parseManifest(tinyManifestJson(described), file);
    const bytes = new Uint8Array(await readFile(join(fixtures, `${file}.onnx`)));
    const network = await createOnnxNetwork(manifest, bytes, { provider: 'cpu', threads: 1 });
    const { shape } = reference;
    const result = await network.vjp!(tensor(shape, floats('x')), floats('sigma'), tensor(shape, floats('v')));
    expect(relativeError(result.denoised.data, floats('denoised'))).toBeLessThan(tolerance);
    expect(relativeError(result.vjp.data, floats('vjp'))).toBeLessThan(tolerance);
    await network.dispose();
  });
});

describe('importing by pointing at it', () => {
  let root: string;
  let engine: EngineClient<EngineJobs>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'langevin-families-'));
    const locations = { models: [{ folder: join(root, 'own'), origin: 'user' }], cache: join(root, 'cache') };
    const entry = new URL('../../../out/node/hosts/engine/engine-process.js', import.meta.url);
    engine = new EngineClient<EngineJobs>(nodeSpawn(entry, [JSON.stringify(locations)]));
  });
  afterAll(async () => {
    await engine.dispose();
    await rm(root, { recursive: true });
  });

  async function bring(request: ModelImportRequest): Promise<ModelImportReport & { findings: ModelFinding[] }> {
    const run = engine.run('models-import', request);
    const findings: ModelFinding[] = [];
    for (;;) {
      const step = await run.next();
      if (step.done) return { ...step.value, findings };
      findings.push(step.value);
    }
  }

  it('reads the files of a diffusers pipeline, and checks what they say', async () => {
    const folder = join(root, 'DDPM pipeline');
    await cp(join(fixtures, 'ddpm-pipeline'), folder, { recursive: true });
    const { manifest, check, findings } = await bring({ source: folder });
    expect(manifest).toMatchObject({
      name: 'ddpm-pipeline',
      size: [32, 32],
      stride: 4,
      inputs: { x: 'sample', time: 'timestep' },
      time: { kind: 'ddpm-index', betas: { schedule: 'linear', count: 1000 } },
      prediction: 'epsilon',
      sde: { name: 'vp' },
      clip: 1,
    });
    expect(manifest.sigmaMin).toBeLessThan(0.03);
    expect(manifest.calibration!.sigma.length).toBeGreaterThan(5);
    expect(check.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(findings[0].message).toMatch(/unet\/config\.json, model_index\.json, scheduler\/scheduler_config\.json/);
    const shown = await engine.result('models-show', { model: 'ddpm-pipeline' });
    expect(shown.card).toMatch(/Measured quality/);
  }, 240_000);

  it('measures what an EDM network means of which nothing is said', async () => {
    const { manifest, check } = await bring({ source: join(fixtures, 'edm-raw.onnx') });
    expect(manifest).toMatchObject({
      name: 'edm-raw',
      stride: 4,
      time: { kind: 'log_sigma/4' },
      prediction: 'edm-F',
      sde: { name: 'edm' },
    });
    expect(check.findings.find(({ check: name }) => name === 'meaning')?.level).toBe('ok');
  }, 240_000);

  it('measures range, layout and order of colours', async () => {
    const told = { time: { kind: 'sigma' }, prediction: 'denoised', sde: { name: 'edm' } };
    const found = await findNetwork(join(fixtures, 'channels-last.onnx'));
    const run = proposeModel(found, networkFactsSchema.parse(told), new AbortController().signal);
    let step = await run.next();
    while (!step.done) step = await run.next();
    expect(step.value.manifest).toMatchObject({ range: [0, 255], layout: 'nhwc', channelOrder: 'bgr' });
  }, 240_000);

  it('asks for the class of a network that needs one', async () => {
    await expect(bring({ source: join(fixtures, 'flow.onnx') })).rejects.toMatchObject({
      code: 'invalid-manifest',
      message: expect.stringMatching(/further input "y" \[batch\] that must be chosen.*--input y=0/s) as string,
    });
  });

  it('finds a wrong description, and says so at every use', async () => {
    const folder = join(root, 'wrong');
    await mkdir(folder);
    const bytes = await readFile(join(fixtures, 'ddpm-pipeline/unet/model.onnx'));
    await writeFile(join(folder, 'model.onnx'), bytes);
    const manifest = tinyManifestJson({
      ...ddpm,
      name: 'wrong',
      channels: 3,
      inputs: { x: 'sample', time: 'timestep' },
      output: 'out_sample',
      file: 'model.onnx',
      sha256: sha256(bytes),
      sigmaMin: 0.02,
      sigmaMax: 5,
      time: { kind: 'ddpm-index', betas: { ...linear, schedule: 'squaredcos_cap_v2' } },
    });
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    const { ok, findings } = await engine.result('models-check', { model: folder });
    expect(ok).toBe(false);
    expect(findings.find(({ check }) => check === 'meaning')).toMatchObject({
      level: 'error',
      message: expect.stringMatching(/dB more with time index of 1000 linear betas/) as string,
    });
    const drawn = engine.run('sample', {
      network: { model: folder, provider: 'cpu' },
      count: 1,
      height: 8,
      width: 8,
      options: { seed: 0, steps: 2 },
    });
    const messages: string[] = [];
    for (;;) {
      const step = await drawn.next();
      if (step.done) break;
      if (step.value.type === 'notice') messages.push(step.value.message);
    }
    expect(messages.join('\n')).toMatch(/did not pass its check/);
  }, 240_000);

  it('says how weights alone are exported', async () => {
    const folder = join(root, 'weights');
    await mkdir(join(folder, 'unet'), { recursive: true });
    await writeFile(join(folder, 'unet', 'config.json'), '{"_class_name": "UNet2DModel"}');
    await writeFile(join(folder, 'unet', 'diffusion_pytorch_model.safetensors'), 'weights');
    await expect(bring({ source: folder })).rejects.toMatchObject({
      code: 'unsupported-combination',
      message: expect.stringMatching(/UNet2DModel\.from_pretrained\(.*torch\.onnx\.export\(.*models import/s) as string,
    });
  });
});
