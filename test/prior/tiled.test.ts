import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOnnxNetwork } from '../../src-main/prior/onnx.ts';
import { countingNetwork } from '../../src-main/prior/counting.ts';
import { parseManifest } from '../../src-main/prior/manifest.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { planTiles, type ActiveMask } from '../../src-main/prior/tile-plan.ts';
import { tiledNetwork } from '../../src-main/prior/tiled.ts';
import { BatchRandom, RandomGenerator } from '../../src-main/tensor/random.ts';
import { linear, zeros, type Shape, type Tensor } from '../../src-main/tensor/tensor.ts';
import { shippedModel } from '../fixtures/shipped-model.ts';

const stride = 4;
const reach = 6;

/**
 * A linear network that sees `reach` pixels in four directions, zeros beyond the picture, and treats a pixel by its
 * place on the grid of the stride, as strided convolutions do. Gain and σ: D = 0.1 σ · Σ.
 */
function localNetwork(): ScoreNetwork & { shapes: Shape[] } {
  const shapes: Shape[] = [];
  const neighbours = [
    [0, 0, 1],
    [reach, 0, 2],
    [-reach, 0, -1],
    [0, reach, 0.5],
    [0, -reach, 3],
  ];
  const couple = (x: Tensor, sigma: Float32Array, transposed: boolean): Tensor => {
    const out = zeros(x.shape);
    const [n, , height, width] = x.shape;
    for (let p = 0; p < n; p++) {
      for (const [di, dj, weight] of neighbours) {
        for (let i = Math.max(0, -di); i < Math.min(height, height - di); i++) {
          const [to, from] = [(p * height + i) * width, (p * height + i + di) * width + dj];
          for (let j = Math.max(0, -dj); j < Math.min(width, width - dj); j++) {
            const value = 0.1 * sigma[p] * weight * (1 + (i % stride) + 2 * (j % stride));
            if (transposed) out.data[from + j] += value * x.data[to + j];
            else out.data[to + j] += value * x.data[from + j];
          }
        }
      }
    }
    return out;
  };
  return {
    shapes,
    manifest: parseManifest(
      {
        schema: 1,
        name: 'local',
        title: 't',
        version: '1',
        licence: 'MIT',
        format: 'onnx',
        file: 'f',
        sha256: 'a'.repeat(64),
        channels: 1,
        stride,
        receptiveField: 2 * reach + 1,
        inputs: { x: 'x', time: 't' },
        output: 'y',
        time: { kind: 'sigma' },
        prediction: 'denoised',
        sde: { name: 've' },
        sigmaMin: 0.01,
        sigmaMax: 50,
        sigmaData: 0.5,
      },
      'test',
    ),
    provider: 'test',
    async denoise(x, sigma) {
      shapes.push(x.shape);
      return couple(x, sigma, false);
    },
    async vjp(x, sigma, v) {
      shapes.push(x.shape);
      return { denoised: couple(x, sigma, false), vjp: couple(v, sigma, true) };
    },
    dispose: async () => undefined,
  };
}

function normal(shape: Shape, seed: number): Tensor {
  return BatchRandom.seeded(seed, shape[0]).normal(shape);
}

function maxDifference(a: Tensor, b: Tensor): number {
  return linear(1, a, -1, b).data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

function maskOf(height: number, width: number, wanted: (i: number, j: number) => boolean): ActiveMask {
  const data = Uint8Array.from({ length: height * width }, (_, k) => Number(wanted(Math.floor(k / width), k % width)));
  return { height, width, data };
}

const geometry = { tilePixels: 200 * 200, halo: 8, blend: 5 };

describe('planTiles', () => {
  it('covers every pixel with weights that sum to 1, from offsets on the grid, within the allowed tile', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 700 }),
        fc.constantFrom(1, 4, 16),
        fc.constantFrom(0, 8, 20),
        fc.constantFrom(0, 5, 16),
        (height, width, grid, halo, blend) => {
          const { tiles, uncovered } = planTiles(height, width, grid, { tilePixels: 300 * 200, halo, blend });
          expect(uncovered).toBeUndefined();
          const sums = new Float64Array(height * width);
          let wrong = 0;
          for (const tile of tiles) {
            expect(tile.top % grid).toBe(0);
            expect(tile.left % grid).toBe(0);
            expect(tile.height * tile.width).toBeLessThanOrEqual(300 * 200);
            for (let i = 0; i < tile.height; i++) {
              for (let j = 0; j < tile.width; j++) {
                const weight = tile.rowWeights[i] * tile.columnWeights[j];
                sums[(tile.top + i) * width + tile.left + j] += weight;
                // Nothing within the halo counts, unless the picture ends there.
                const inside =
                  (i >= halo || tile.top === 0) &&
                  (j >= halo || tile.left === 0) &&
                  (tile.height - i > halo || tile.top + tile.height === height) &&
                  (tile.width - j > halo || tile.left + tile.width === width);
                if (!inside && weight !== 0) wrong++;
              }
            }
          }
          expect(wrong).toBe(0);
          expect(sums.every((sum) => Math.abs(sum - 1) < 1e-6)).toBe(true);
        },
      ),
      { seed: 2, numRuns: 15 },
    );
  });

  it('follows the active pixels: a thin line costs narrow tiles, an empty mask none', () => {
    const all = planTiles(1024, 1024, 16, geometry);
    const line = planTiles(
      1024,
      1024,
      16,
      geometry,
      maskOf(1024, 1024, (_, j) => j === 500),
    );
    expect(line.tiles.length).toBeLessThan(all.tiles.length / 3);
    expect(
      planTiles(
        1024,
        1024,
        16,
        geometry,
        maskOf(1024, 1024, () => false),
      ).tiles,
    ).toEqual([]);
  });
});

describe('tiledNetwork', () => {
  it.each([
    [[1, 1, 500, 430] as Shape],
    [[2, 1, 201, 399] as Shape],
    [[1, 1, 1, 900] as Shape],
    [[1, 1, 1, 60000] as Shape],
  ])('gives the D and Jᵀv of the untiled network for %j', async (shape) => {
    const network = localNetwork();
    const tiled = tiledNetwork(network, geometry);
    const x = normal(shape, 1);
    const v = normal(shape, 2);
    const sigma = Float32Array.from({ length: shape[0] }, (_, i) => 1 + i);
    const whole = await network.vjp!(x, sigma, v);
    network.shapes.length = 0;
    const joined = await tiled.vjp!(x, sigma, v);
    expect(maxDifference(joined.denoised, whole.denoised)).toBeLessThan(1e-4);
    expect(maxDifference(joined.vjp, whole.vjp)).toBeLessThan(1e-4);
    expect((await tiled.denoise(x, sigma)).data).toEqual(joined.denoised.data);
    for (const seen of network.shapes) {
      expect(seen[2] * seen[3]).toBeLessThanOrEqual(geometry.tilePixels);
      expect(seen[0]).toBeLessThanOrEqual(4);
    }
  });

  it('is the network itself, bit for bit, for a picture of one tile', async () => {
    const network = localNetwork();
    const x = normal([2, 1, 190, 201], 3);
    const sigma = Float32Array.of(1, 2);
    expect((await tiledNetwork(network, geometry).denoise(x, sigma)).data).toEqual(
      (await network.denoise(x, sigma)).data,
    );
  });

  it('with active pixels is right there, leaves far pixels alone, and has the exact adjoint', async () => {
    const network = localNetwork();
    const shape: Shape = [2, 1, 420, 480];
    const random = new RandomGenerator(8);
    const spots = Array.from({ length: 3 }, () => [random.uniform() * 420, random.uniform() * 200]);
    const active = maskOf(420, 480, (i, j) => spots.some(([y, x]) => Math.abs(i - y) < 20 && Math.abs(j - x) < 3));
    const tiled = tiledNetwork(network, { ...geometry, active });
    const [x, v, direction] = [1, 1, 3].map((seed) => normal(shape, seed));
    const sigma = Float32Array.of(1, 1.5);
    const whole = await network.denoise(x, sigma);
    const part = await tiled.denoise(x, sigma);
    const [fromWhole, fromX] = [whole, x].map((other) => linear(1, part, -1, other).data.map(Math.abs));
    expect(Math.max(...fromWhole.filter((_, i) => active.data[i % active.data.length] !== 0))).toBeLessThan(1e-4);
    expect(Math.max(...fromX.filter((_, i) => i % 480 > 460))).toBeLessThan(1e-5);
    // The network is linear: <J d, v> = <d, Jᵀ v> with J d = D(d).
    const forward = (await tiled.denoise(direction, sigma)).data.reduce((sum, value, i) => sum + value * v.data[i], 0);
    const { vjp, denoised } = await tiled.vjp!(x, sigma, v);
    const backward = vjp.data.reduce((sum, value, i) => sum + value * direction.data[i], 0);
    expect(Math.abs(forward - backward)).toBeLessThan(1e-4 * Math.abs(forward));
    expect(denoised.data).toEqual(part.data);
  });

  it('refuses a mask of another size and options that are no whole numbers', async () => {
    const tiled = tiledNetwork(localNetwork(), { active: maskOf(10, 20, () => true) });
    await expect(tiled.denoise(zeros([1, 1, 20, 10]), Float32Array.of(1))).rejects.toMatchObject({
      code: 'invalid-shape',
      message: expect.stringContaining('20 × 10') as string,
    });
    expect(() => tiledNetwork(localNetwork(), { halo: 1.5 })).toThrow(/halo/);
    expect(() => tiledNetwork(localNetwork(), { tilePixels: 0 })).toThrow(/tilePixels/);
  });

  it('offers gradients only where the network does', () => {
    const { manifest, provider, denoise, dispose } = localNetwork();
    const plain = { manifest, provider, denoise, dispose };
    expect(tiledNetwork(plain).vjp).toBeUndefined();
    expect(countingNetwork(plain).vjp).toBeUndefined();
  });

  it('with the shipped photo network and the default halo differs by less than 1e-3 at σ = 0.5', async () => {
    const { manifest, bytes } = await shippedModel('photo');
    const network = await createOnnxNetwork(manifest, bytes, { provider: 'cpu' });
    const shape: Shape = [1, 3, 192, 352];
    const z = normal(shape, 4);
    const x = { shape, data: z.data.map((value, i) => 0.5 * value + 0.5 * Math.sin((i % 352) / 9)) };
    const sigma = Float32Array.of(0.5);
    const whole = await network.denoise(x, sigma);
    const tiled = await tiledNetwork(network, { tilePixels: 200 * 200 }).denoise(x, sigma);
    expect(maxDifference(tiled, whole)).toBeLessThan(1e-3);
    await network.dispose();
  });
});

describe('countingNetwork', () => {
  it('counts calls, not samples, and not failures', async () => {
    const counted = countingNetwork(localNetwork());
    const x = normal([3, 1, 8, 8], 1);
    const sigma = Float32Array.of(1, 1, 1);
    await counted.denoise(x, sigma);
    await counted.denoise(x, sigma);
    await counted.vjp!(x, sigma, x);
    expect([counted.nfe, counted.vjps]).toEqual([3, 1]);
    const failing = countingNetwork({ ...localNetwork(), denoise: () => Promise.reject(new Error('no')) });
    await expect(failing.denoise(x, sigma)).rejects.toThrow('no');
    expect(failing.nfe).toBe(0);
  });
});
