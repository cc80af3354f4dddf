import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src-main/prior/manifest.ts';
import { createOnnxNetwork } from '../../../src-main/prior/onnx.ts';
import type { ScoreNetwork } from '../../../src-main/prior/score-network.ts';
import { convertToTfjs } from '../../../src-main/prior/tfjs/convert/convert.ts';
import { createTfjsNetwork } from '../../../src-main/prior/tfjs.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { shippedModel } from '../../fixtures/shipped-model.ts';
import { largestDifference, reference } from './reference.ts';

let onnx: ScoreNetwork;
let tfjs: ScoreNetwork;

beforeAll(async () => {
  const source = await shippedModel('photo');
  onnx = await createOnnxNetwork(source.manifest, source.bytes, { provider: 'cpu' });
  const { inputs, output, stride, channels } = source.manifest;
  const { json, weights, weightsFile } = convertToTfjs(source.bytes, { inputs, output, stride, channels });
  const manifest = parseManifest(
    {
      ...source.manifest,
      format: 'tfjs-graph',
      file: 'model.json',
      externalFiles: [{ file: weightsFile, sha256: source.manifest.sha256 }],
    },
    'the converted network',
  );
  tfjs = (await createTfjsNetwork(manifest, new TextEncoder().encode(json), [{ path: weightsFile, data: weights }]))
    .network;
});
afterAll(async () => {
  await onnx.dispose();
  await tfjs.dispose();
});

describe('the shipped photo network, converted to TensorFlow.js,', () => {
  it('answers as ONNX Runtime within 1e-4, its gradient within 1e-3, at every noise level and size', async () => {
    for (const [height, width] of [
      [32, 48],
      [27, 17],
    ]) {
      const sigma = Float32Array.of(0.01, 0.4, 7, 80);
      const z = BatchRandom.seeded(3, 4).normal([4, 3, height, width]);
      const size = z.data.length / 4;
      const x = { ...z, data: z.data.map((value, i) => value * Math.hypot(0.5, sigma[Math.floor(i / size)])) };
      const v = BatchRandom.seeded(4, 4).normal(z.shape);
      const [expected, actual] = [await onnx.vjp?.(x, sigma, v), await tfjs.vjp?.(x, sigma, v)];
      if (expected === undefined || actual === undefined) throw new Error('A gradient is missing.');
      expect(largestDifference(actual.denoised.data, expected.denoised.data)).toBeLessThan(1e-4);
      expect(largestDifference(actual.vjp.data, expected.vjp.data)).toBeLessThan(1e-3);
      const alone = await tfjs.denoise(x, sigma);
      expect(largestDifference(alone.data, expected.denoised.data)).toBeLessThan(1e-4);
    }
  });

  it('agrees with torch.autograd', async () => {
    const expected = reference('photo');
    const { shape } = expected;
    const actual = await tfjs.vjp?.({ shape, data: expected.x }, expected.sigma, { shape, data: expected.v });
    if (actual === undefined) throw new Error('The gradient is missing.');
    expect(largestDifference(actual.denoised.data, expected.denoised)).toBeLessThan(1e-5);
    expect(largestDifference(actual.vjp.data, expected.vjp)).toBeLessThan(1e-5);
  });
});
