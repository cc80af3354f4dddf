import * as tf from '../../src-main/prior/tfjs/tensorflow.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseManifest, type Manifest } from '../../src-main/prior/manifest.ts';
import { createTfjsNetwork, type WeightFile } from '../../src-main/prior/tfjs.ts';
import { loadTfjs, tfjsBackends } from '../../src-main/prior/tfjs/runtime.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { sample, type Tensor } from '../../src-main/tensor/tensor.ts';
import { tinyManifestJson } from '../fixtures/tiny-model.ts';
import { largestDifference } from './tfjs/reference.ts';

interface Files {
  readonly json: Record<string, unknown>;
  readonly weights: WeightFile;
}

function manifest(changes: object = {}): Manifest {
  const shared = { channels: 3, stride: 2, file: 'model.json', format: 'tfjs-layers' };
  return parseManifest(tinyManifestJson({ ...shared, ...changes }), 'test');
}

async function saved(model: tf.LayersModel): Promise<Files> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler((given) => {
    artifacts = given;
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
  });
  await model.save(handler);
  model.dispose();
  if (artifacts === undefined) throw new Error('Nothing was saved.');
  const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(artifacts.weightData as ArrayBuffer));
  const weightsManifest = [{ paths: ['shard.bin'], weights: artifacts.weightSpecs }];
  return {
    json: { format: 'layers-model', modelTopology: artifacts.modelTopology, weightsManifest },
    weights: { path: 'shard.bin', data },
  };
}

/** A small U-shaped denoiser as Keras users write one: [n, h, w, c] pictures and [n, 1] levels. */
function denoiser({ shape = [null, null, 3] as (number | null)[], filters = 3 } = {}): tf.LayersModel {
  const seeded = (seed: number): ReturnType<typeof tf.initializers.glorotNormal> =>
    tf.initializers.glorotNormal({ seed });
  const x = tf.input({ shape, name: 'x' });
  const sigma = tf.input({ shape: [1], name: 'sigma' });
  const embedded = tf.layers.dense({ units: 8, activation: 'tanh', kernelInitializer: seeded(1) }).apply(sigma);
  const scale = tf.layers.reshape({ targetShape: [1, 1, 8] }).apply(embedded);
  const conv = (filters: number, seed: number, activation: 'relu' | 'linear', strides = 1) =>
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      strides,
      padding: 'same',
      activation,
      kernelInitializer: seeded(seed),
      biasInitializer: 'ones',
    });
  const stem = conv(8, 2, 'linear').apply(x);
  const scaled = tf.layers.multiply().apply([stem as tf.SymbolicTensor, scale as tf.SymbolicTensor]);
  const half = conv(8, 3, 'relu', 2).apply(scaled);
  const full = tf.layers.upSampling2d({ size: [2, 2] }).apply(half);
  const sum = tf.layers.add().apply([full as tf.SymbolicTensor, stem as tf.SymbolicTensor]);
  const head = tf.layers.conv2d({
    filters,
    kernelSize: 3,
    padding: 'same',
    kernelInitializer: seeded(4),
    name: 'denoised',
  });
  return tf.model({ inputs: [sigma, x], outputs: head.apply(sum) as tf.SymbolicTensor });
}

function noise(n: number, h: number, w: number, seed = 1): Tensor {
  return BatchRandom.seeded(seed, n).normal([n, 3, h, w]);
}

const create = (files: Files, description: Manifest, weights: readonly WeightFile[] = [files.weights]) =>
  createTfjsNetwork(description, new TextEncoder().encode(JSON.stringify(files.json)), weights);

let files: Files;

beforeAll(async () => {
  await loadTfjs();
  files = await saved(denoiser());
});

describe('a layers model', () => {
  it('says what runs it', async () => {
    const { network, messages } = await create(files, manifest());
    expect(tfjsBackends).toContain(network.provider);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(
      network.provider === 'tfjs-wasm'
        ? /^Running on TensorFlow\.js 4\.22\.0, WebAssembly with SIMD, 1 thread\. Not used: tfjs-node-gpu \(.*\); tfjs-node \(.*\)\.$/
        : /^Running on TensorFlow\.js 4\.22\.0, native library of tfjs-node/,
    );
    await network.dispose();
  });

  it('has gradients that agree with finite differences, at any size', async () => {
    const { network } = await create(files, manifest());
    for (const [h, w] of [
      [6, 8],
      [5, 3],
    ]) {
      const [x, v, d] = [1, 2, 3].map((seed) => noise(1, h, w, seed));
      const sigma = Float32Array.of(0.7);
      const result = await network.vjp?.(x, sigma, v);
      if (result === undefined) throw new Error('There is no gradient.');
      const step = 2 ** -6;
      const at = (sign: number): Promise<Tensor> =>
        network.denoise({ shape: x.shape, data: x.data.map((value, i) => value + sign * step * d.data[i]) }, sigma);
      const [plus, minus] = [await at(1), await at(-1)];
      const forward = plus.data.reduce((sum, p, i) => sum + ((p - minus.data[i]) / (2 * step)) * v.data[i], 0);
      const backward = result.vjp.data.reduce((sum, value, i) => sum + value * d.data[i], 0);
      const scale = Math.hypot(...result.vjp.data);
      // Relu has kinks, which a finite step may cross.
      expect(Math.abs(forward - backward) / scale).toBeLessThan(2e-2);
      // Without gradients the bias is joined into the convolution, which rounds otherwise.
      expect(largestDifference(result.denoised.data, (await network.denoise(x, sigma)).data)).toBeLessThan(1e-5);
    }
    await network.dispose();
  });

  it('gives each sample of a batch the bytes it gets alone, and leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const { network } = await create(files, manifest());
    const x = noise(3, 6, 4);
    const sigma = Float32Array.of(0.1, 1, 9);
    const together = await network.vjp?.(x, sigma, x);
    const held = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const alone = await network.vjp?.(sample(x, i), sigma.slice(i, i + 1), sample(x, i));
      expect(alone?.denoised.data).toEqual(together && sample(together.denoised, i).data);
      expect(alone?.vjp.data).toEqual(together && sample(together.vjp, i).data);
    }
    expect(tf.memory().numTensors).toBe(held);
    await network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('may have its channels first', async () => {
    const other = tf.input({ shape: [3, null, null] as (number | null)[], name: 'x' });
    const sigma = tf.input({ shape: [], name: 'sigma' });
    const twice = tf.layers.add({ name: 'denoised' }).apply([other, other]) as tf.SymbolicTensor;
    const ignored = tf.layers.activation({ activation: 'linear', name: 'unused' }).apply(sigma) as tf.SymbolicTensor;
    const double = await saved(tf.model({ inputs: [other, sigma], outputs: [ignored, twice] }));
    const { network } = await create(double, manifest());
    const x = noise(2, 4, 6);
    const { data } = await network.denoise(x, Float32Array.of(1, 2));
    expect(data).toEqual(x.data.map((value) => 2 * value));
    await network.dispose();
  });
});

describe('what is refused, with the reason', () => {
  const refuse = (changes: object, code: string, message: RegExp, weights?: readonly WeightFile[]) =>
    expect(create(files, manifest(changes), weights)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });

  it('a weight file that the manifest does not list', () =>
    refuse({}, 'file-not-found', /needs the weight file shard\.bin, which the manifest does not list/, []));

  it('weights that were cut short', () =>
    refuse({}, 'model-corrupt', /cannot be loaded/, [{ path: 'shard.bin', data: files.weights.data.slice(0, 40) }]));

  it('the wrong format', () =>
    refuse({ format: 'tfjs-graph' }, 'model-corrupt', /it is a layers model, and the manifest says tfjs-graph/));

  it('inputs and outputs of other names', async () => {
    await refuse(
      { inputs: { x: 'picture', time: 'sigma' } },
      'invalid-manifest',
      /no input "picture" but "sigma", "x"/,
    );
    await refuse({ output: 'score' }, 'invalid-manifest', /no output "score" but "denoised"/);
  });

  it('another number of channels', () =>
    refuse({ channels: 1 }, 'invalid-manifest', /"x" has 3 channels and the manifest says 1/));

  it('a fixed size', async () => {
    const fixed = await saved(denoiser({ shape: [32, 32, 3] }));
    await expect(create(fixed, manifest())).rejects.toMatchObject({
      code: 'invalid-manifest',
      message: expect.stringMatching(/only takes pictures of 32 × 32/) as string,
    });
  });

  it('an answer of another shape', async () => {
    const wide = await saved(denoiser({ filters: 4 }));
    await expect(create(wide, manifest())).rejects.toMatchObject({
      code: 'invalid-manifest',
      message: expect.stringMatching(/answers \[1, 3, 32, 32\] with \[1, 4, 32, 32\]/) as string,
    });
  });

  it('a file that is no model', async () => {
    const bytes = new TextEncoder().encode('{"modelTopology": 3');
    await expect(createTfjsNetwork(manifest(), bytes, [])).rejects.toMatchObject({ code: 'model-corrupt' });
    await expect(createTfjsNetwork(manifest(), new TextEncoder().encode('[]'), [])).rejects.toMatchObject({
      code: 'model-corrupt',
    });
  });
});
