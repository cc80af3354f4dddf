import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNot } from '../../src-main/likelihood/likelihood.ts';
import { likelihoodMethod } from '../../src-main/likelihood/registry.ts';
import { MaskOperator } from '../../src-main/operators/mask.ts';
import { createOnnxNetwork } from '../../src-main/prior/onnx.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { sample, type Shape, type Tensor } from '../../src-main/tensor/tensor.ts';
import { shippedModel } from '../fixtures/shipped-model.ts';
import { tinyManifest, tinyNetwork } from '../fixtures/tiny-model.ts';

const tiny = tinyManifest();

function noise(shape: Shape, scale: number, seed = 3): Tensor {
  const { data } = BatchRandom.seeded(seed, shape[0]).normal(shape);
  return { shape, data: data.map((z) => z * scale) };
}

describe.each(['photo', 'ct'])('shipped network %s', (name) => {
  let network: ScoreNetwork;

  beforeAll(async () => {
    const { manifest, bytes } = await shippedModel(name);
    network = await createOnnxNetwork(manifest, bytes, { provider: 'cpu' });
  });
  afterAll(() => network.dispose());

  it('answers what PyTorch answers, within 1e-4', async () => {
    const file = await readFile(new URL(`../fixtures/parity/${name}.f32`, import.meta.url));
    const values = Float32Array.from({ length: file.length / 4 }, (_, i) => file.readFloatLE(4 * i));
    const c = network.manifest.channels;
    const size = c * 32 * 48;
    const z = values.subarray(0, size);
    const scales = Float32Array.of(0.5, 0.6, 4, 60);
    const x = new Float32Array(4 * size);
    scales.forEach((scale, i) =>
      x.set(
        z.map((value) => value * scale),
        i * size,
      ),
    );
    const { data } = await network.denoise({ shape: [4, c, 32, 48], data: x }, Float32Array.of(0.01, 0.3, 4, 60));
    const difference = data.reduce((max, value, i) => Math.max(max, Math.abs(value - values[size + i])), 0);
    expect(difference).toBeLessThan(1e-4);
  });

  it('gives each sample of a batch, with its own σ, the bytes it gets alone', async () => {
    const c = network.manifest.channels;
    const x = noise([5, c, 48, 32], 0.8);
    const sigma = Float32Array.of(0.02, 0.2, 1, 7, 60);
    const together = await network.denoise(x, sigma);
    for (let i = 0; i < 5; i++) {
      const alone = await network.denoise(sample(x, i), sigma.slice(i, i + 1));
      expect(alone.data).toEqual(sample(together, i).data);
    }
  });

  it('gives from one linearization the bytes of as many products as one likes', async () => {
    const c = network.manifest.channels;
    const x = noise([2, c, 40, 32], 0.8);
    const sigma = Float32Array.of(0.05, 2);
    const { denoised, recomputes, pull } = await network.linearize!(x, sigma);
    await network.denoise(noise([1, c, 40, 32], 0.3), Float32Array.of(1));
    expect(recomputes).toBe(false);
    for (const seed of [5, 6]) {
      const v = noise([2, c, 40, 32], 1, seed);
      const together = await network.vjp!(x, sigma, v);
      expect(denoised.data).toEqual(together.denoised.data);
      expect((await pull(v)).data).toEqual(together.vjp.data);
    }
    await expect(pull(noise([1, c, 8, 8], 1))).rejects.toMatchObject({ code: 'invalid-shape' });
  });

  it('does not depend on the number of threads', async () => {
    const { manifest, bytes } = await shippedModel(name);
    const single = await createOnnxNetwork(manifest, bytes, { provider: 'cpu', threads: 1 });
    const x = noise([1, manifest.channels, 64, 80], 0.8);
    const results = await Promise.all([single, network].map((n) => n.denoise(x, Float32Array.of(0.4))));
    await single.dispose();
    expect(results[0].data).toEqual(results[1].data);
  });

  it.each([
    [1, 1],
    [1, 500],
    [17, 33],
    [15, 64],
  ])('takes %i × %i pixels, answers in that size and leaves its argument alone', async (height, width) => {
    const x = noise([1, network.manifest.channels, height, width], 0.8);
    const before = x.data.slice();
    const denoised = await network.denoise(x, Float32Array.of(0.5));
    expect(denoised.shape).toEqual(x.shape);
    expect(denoised.data.every((value) => Math.abs(value) < 3)).toBe(true);
    expect(x.data).toEqual(before);
    expect((await network.denoise(x, Float32Array.of(0.5))).data).toEqual(denoised.data);
  });

  it.each([
    [2, 32, 48],
    [1, 19, 37],
    [1, 1, 20],
  ])('has gradients that agree with finite differences for %i of %i × %i pixels', async (n, height, width) => {
    const shape: Shape = [n, network.manifest.channels, height, width];
    const sigma = Float32Array.from({ length: n }, (_, i) => 0.4 + 2 * i);
    const [x, v, d] = [0.8, 1, 1].map((scale, i) => noise(shape, scale, i));
    const { denoised, vjp } = await network.vjp!(x, sigma, v);
    expect(denoised.data).toEqual((await network.denoise(x, sigma)).data);
    const step = 4e-4;
    const moved = [1, -1].map((sign) => ({ shape, data: x.data.map((value, i) => value + sign * step * d.data[i]) }));
    const [plus, minus] = await Promise.all(moved.map((m) => network.denoise(m, sigma)));
    const forward = plus.data.reduce((sum, value, i) => sum + ((value - minus.data[i]) / (2 * step)) * v.data[i], 0);
    const backward = vjp.data.reduce((sum, value, i) => sum + value * d.data[i], 0);
    const norm = Math.sqrt(vjp.data.reduce((sum, value) => sum + value * value, 0));
    expect(Math.abs(forward - backward) / norm).toBeLessThan(0.02);
  });

  it('gives each sample of a batch the gradient it gets alone', async () => {
    const shape: Shape = [3, network.manifest.channels, 32, 48];
    const sigma = Float32Array.of(0.05, 0.5, 5);
    const [x, v] = [noise(shape, 1, 1), noise(shape, 1, 2)];
    const together = await network.vjp!(x, sigma, v);
    const alone = await network.vjp!(sample(x, 2), sigma.slice(2), sample(v, 2));
    expect(alone.vjp.data).toEqual(sample(together.vjp, 2).data);
  });

  it('removes more than nine tenths of the noise from a smooth picture', async () => {
    const c = network.manifest.channels;
    const shape: Shape = [1, c, 64, 64];
    const clean = Float32Array.from({ length: c * 64 * 64 }, (_, i) => 0.5 * Math.sin((i % 64) / 20));
    const z = noise(shape, 0.3);
    const { data } = await network.denoise(
      { shape, data: clean.map((value, i) => value + z.data[i]) },
      Float32Array.of(0.3),
    );
    const mse = data.reduce((sum, value, i) => sum + (value - clean[i]) ** 2, 0) / data.length;
    expect(mse).toBeLessThan(0.3 ** 2 / 10);
  });
});

describe('createOnnxNetwork', () => {
  const create = async (change: object, bytes?: (file: Uint8Array) => Uint8Array): Promise<ScoreNetwork> => {
    const model = await shippedModel('ct');
    return createOnnxNetwork({ ...model.manifest, ...change }, bytes?.(model.bytes) ?? model.bytes, {
      provider: 'cpu',
    });
  };

  it.each([
    ['text', () => Buffer.from('not a network')],
    ['nothing', () => new Uint8Array(0)],
    ['half of the file', (file: Uint8Array) => file.slice(0, file.length / 2)],
  ])('names the model when its file holds %s', async (_name, bytes) => {
    const failure = create({}, bytes);
    await expect(failure).rejects.toMatchObject({ code: 'model-corrupt' });
    await expect(failure).rejects.toThrow(/denoiser\.onnx of the model ct/);
  });

  it.each([
    ['another input', { inputs: { x: 'image', time: 'sigma' } }, /no input "image" but "x" \[.*\], "sigma" \[/],
    ['another output', { output: 'score' }, /no output "score" but "denoised"/],
    ['the inputs the wrong way round', { inputs: { x: 'sigma', time: 'x' } }, /not \[n, c, h, w\]/],
  ])('says what is wrong in a manifest with %s', async (_name, change, message) => {
    const failure = create(change);
    await expect(failure).rejects.toMatchObject({ code: 'invalid-manifest' });
    await expect(failure).rejects.toThrow(message);
  });

  it('refuses a stride that the network cannot take', async () => {
    await expect(create({ stride: 9 })).rejects.toMatchObject({ code: 'model-corrupt' });
  });

  it('refuses a number of threads that is none', async () => {
    const { manifest, bytes } = await shippedModel('ct');
    await expect(createOnnxNetwork(manifest, bytes, { provider: 'cpu', threads: 0 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('says why a provider cannot be had, without blaming the model', async () => {
    const { manifest, bytes } = await shippedModel('ct');
    // No build of ONNX Runtime has both: DirectML is for Windows, CoreML for macOS.
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    const failure = createOnnxNetwork(manifest, bytes, { provider });
    await expect(failure).rejects.toMatchObject({ code: 'provider-unavailable' });
    await expect(failure).rejects.toThrow(/backend not found/);
  });
});

describe('gradients of a network', () => {
  it('are derived once and then come from the cache', async () => {
    const { manifest, bytes } = await shippedModel('ct');
    const stored = new Map<string, Uint8Array>();
    let derived = 0;
    const gradientCache = {
      get: async (key: string) => stored.get(key),
      put: async (key: string, value: Uint8Array) => (derived++, void stored.set(key, value)),
    };
    const results: Float32Array[] = [];
    const x = noise([1, 1, 16, 16], 0.5);
    for (let i = 0; i < 2; i++) {
      const network = await createOnnxNetwork(manifest, bytes, { provider: 'cpu', gradientCache });
      results.push((await network.vjp!(x, Float32Array.of(0.5), x)).vjp.data);
      await network.vjp!(x, Float32Array.of(0.5), x);
      await network.dispose();
    }
    expect([stored.size, derived]).toEqual([1, 1]);
    expect([...stored.keys()][0]).toContain(manifest.sha256);
    expect(results[1]).toEqual(results[0]);
  });

  it('are missing, with the operator named, where one has no derivative', async () => {
    const network = await createOnnxNetwork(tiny, tinyNetwork({ kind: 'determinant' }), { provider: 'cpu' });
    await network.denoise(noise([1, 1, 4, 4], 1), Float32Array.of(1));
    expect(network.vjp).toBeUndefined();
    expect(network.gradientProblem).toContain('Det');
    const operator = new MaskOperator([1, 4, 4], new Uint8Array(16));
    expect(whyNot(likelihoodMethod('mmps').needs, { operator, sigmaY: 0 }, network)).toContain('Det');
    await network.dispose();
  });
});

describe('external data', () => {
  const weights = Buffer.from(Float32Array.of(0.25).buffer);
  const external = (location: string): Uint8Array => tinyNetwork({ kind: 'external', location });

  it('is taken from the files of the manifest', async () => {
    const externalData = [{ path: 'w.bin', data: weights }];
    const network = await createOnnxNetwork(tiny, external('w.bin'), { provider: 'cpu', externalData });
    const x = noise([1, 1, 4, 4], 1);
    expect((await network.denoise(x, Float32Array.of(1))).data).toEqual(x.data.map((value) => value * 0.25));
    const { vjp } = await network.vjp!(x, Float32Array.of(1), x);
    expect(vjp.data).toEqual(x.data.map((value) => value * 0.25));
    await network.dispose();
  });

  it.each(['w.bin', 'package.json', '../../etc/hostname', '/etc/hostname'])(
    'is refused when the network names %s and the manifest does not',
    async (location) => {
      await expect(createOnnxNetwork(tiny, external(location), { provider: 'cpu' })).rejects.toMatchObject({
        code: 'model-corrupt',
      });
    },
  );
});
