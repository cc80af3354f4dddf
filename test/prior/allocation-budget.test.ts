import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseManifest, type Manifest } from '../../src-main/prior/manifest.ts';
import { allocationBudget, mostPixelsWithin } from '../../src-main/prior/allocation-budget.ts';
import { differentiate } from '../../src-main/prior/differentiate/differentiate.ts';
import { largestTensor, totalOf } from '../../src-main/prior/differentiate/largest-tensor.ts';
import { splitPasses } from '../../src-main/prior/differentiate/split-passes.ts';
import { vjpNames } from '../../src-main/prior/differentiate/vjp-interface.ts';
import { createOnnxNetwork } from '../../src-main/prior/onnx.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { tiledNetwork } from '../../src-main/prior/tiled.ts';
import { zeros, type Tensor } from '../../src-main/tensor/tensor.ts';
import { OnnxBuilder } from '../fixtures/onnx-builder.ts';
import { tinyManifest, tinyNetwork } from '../fixtures/tiny-model.ts';

const GB = 2 ** 30;

async function shipped(name: string): Promise<{ manifest: Manifest; bytes: Uint8Array }> {
  const folder = new URL(`../../models/${name}/`, import.meta.url);
  const manifest = parseManifest(JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8')), 'manifest.json');
  return { manifest, bytes: await readFile(new URL(manifest.file, folder)) };
}

describe('the largest tensor of a network', () => {
  it('is that of its widest layer, in its own type, with the columns of a transposed convolution', () => {
    const g = new OnnxBuilder();
    const x = g.input('x', ['n', 1, 'h', 'w']);
    const wide = g.node('Conv', [x, g.constant(new Array<number>(24 * 9).fill(0.1), [24, 1, 3, 3])], {
      pads: [1, 1, 1, 1],
      strides: [2, 2],
    });
    const up = g.node('ConvTranspose', [wide, g.constant(new Array<number>(24 * 16).fill(0.1), [24, 1, 4, 4])], {
      pads: [1, 1, 1, 1],
      strides: [2, 2],
    });
    g.output(up);
    const model = g.build();
    const largest = largestTensor(model, { inputs: { x: 'x', time: 't' }, output: up }, ['x'], 1);
    // 24 channels of half the size; columns of 16 taps of the same.
    expect(largest(1, 64, 96)).toBe(4 * 24 * 32 * 48);
    expect(largest(3, 64, 96)).toBe(3 * 4 * 24 * 32 * 48);
  });

  it('adds up what a gradient keeps', () => {
    const g = new OnnxBuilder();
    const x = g.input('x', ['n', 1, 'h', 'w']);
    const once = g.node('Tanh', [x]);
    g.node('Tanh', [g.node('Mul', [once, g.constant([2], [])])], {}, 'out');
    g.output('out', ['n', 1, 'h', 'w']);
    const names = { inputs: { x: 'x', time: 't' }, output: 'out' };
    g.input('t', ['n']);
    const derived = differentiate(g.build(), names);
    const { kept } = splitPasses(derived, vjpNames(names));
    // The slope of a tanh follows from its value, or is kept in its place.
    const total = totalOf(kept, derived, names, ['x', vjpNames(names).v], 1);
    expect(total(1, 64, 96)).toBe(2 * 4 * 64 * 96);
    expect(total(2, 64, 96)).toBe(4 * 4 * 64 * 96);
  });

  it('grows with the pixels of a convolutional network, its gradient included', async () => {
    for (const name of ['photo', 'ct']) {
      const { manifest, bytes } = await shipped(name);
      const { inputs, output, stride, channels } = manifest;
      const derived = differentiate(bytes, { inputs, output, stride });
      const pictures = [inputs.x, vjpNames(manifest).v];
      const forward = largestTensor(bytes, manifest, pictures, channels);
      const both = largestTensor(derived, manifest, pictures, channels);
      expect(both(1, 512, 512)).toBeGreaterThanOrEqual(forward(1, 512, 512));
      // Wider than its input, and at most what measurements showed at the default tile.
      expect(forward(1, 512, 512)).toBeGreaterThan(512 * 512 * 4 * channels);
      expect(both(1, 512, 512)).toBeLessThan(GB / 2);
      expect(both(1, 1024, 1024)).toBe(4 * both(1, 512, 512));
      const most = mostPixelsWithin(2 * GB, both, stride, () => 1);
      if (most !== undefined) {
        expect(Math.sqrt(most) % stride).toBe(0);
        expect(both(1, Math.sqrt(most), Math.sqrt(most))).toBeLessThanOrEqual(2 * GB);
      }
    }
  }, 60_000);
});

describe('the budget of one allocation', () => {
  it('is that of Chromium under Electron, and none elsewhere', () => {
    expect(allocationBudget({})).toBe(Infinity);
    expect(allocationBudget({ electron: '45.4.1' })).toBeLessThan(2 ** 31);
  });

  it('gives a side that is a multiple of the stride and fits, for memory that grows faster than pixels, too', () => {
    const attention = (n: number, h: number, w: number): number => n * (h * w) ** 2 * 4;
    const most = mostPixelsWithin(GB, attention, 8, () => 1)!;
    const side = Math.sqrt(most);
    expect(side % 8).toBe(0);
    expect(attention(1, side, side)).toBeLessThanOrEqual(GB);
    expect(attention(1, side + 8, side + 8)).toBeGreaterThan(GB);
    expect(mostPixelsWithin(GB, attention, 8, () => 10)).toBeLessThan(most);
    expect(mostPixelsWithin(100, attention, 8, () => 1)).toBe(0);
    expect(mostPixelsWithin(Infinity, attention, 8, () => 1)).toBeUndefined();
  });

  it('makes the tiles of a network smaller, and refuses one that no tile is small enough for', async () => {
    const bytes = tinyNetwork({ kind: 'constant', value: 0.5 });
    const open = (budget: number): Promise<ScoreNetwork> =>
      createOnnxNetwork(tinyManifest(), bytes, { provider: 'cpu', allocationBudget: budget });
    const free = await open(Infinity);
    expect(free.mostPixels).toBeUndefined();
    const sizes: (readonly number[])[] = [];
    const seen = (network: ScoreNetwork): ScoreNetwork => ({
      ...network,
      denoise: (x: Tensor, sigma: Float32Array) => {
        sizes.push(x.shape);
        return network.denoise(x, sigma);
      },
    });
    const x = zeros([1, 1, 512, 512]);
    x.data.forEach((_, i) => (x.data[i] = Math.sin(i)));
    const whole = await tiledNetwork(seen(free)).denoise(x, Float32Array.of(1));
    expect(sizes).toEqual([[1, 1, 512, 512]]);
    sizes.length = 0;

    const narrow = await open(300 * 300 * 4);
    expect(narrow.mostPixels).toBeLessThanOrEqual(300 * 300);
    const tiled = await tiledNetwork(seen(narrow)).denoise(x, Float32Array.of(1));
    expect(sizes.length).toBeGreaterThan(1);
    for (const [, , height, width] of sizes) expect(height * width).toBeLessThanOrEqual(300 * 300);
    let difference = 0;
    tiled.data.forEach((value, i) => (difference = Math.max(difference, Math.abs(value - whole.data[i]))));
    expect(difference).toBeLessThan(1e-6);

    const none = await open(64 * 64 * 4);
    await expect(tiledNetwork(none).denoise(x, Float32Array.of(1))).rejects.toMatchObject({
      code: 'memory-limit',
      message: expect.stringContaining('Use the command line') as unknown,
    });
    // A picture that is small enough is one tile.
    expect((await tiledNetwork(none).denoise(zeros([1, 1, 32, 32]), Float32Array.of(1))).shape).toEqual([1, 1, 32, 32]);
    for (const network of [free, narrow, none]) await network.dispose();
  });
});
