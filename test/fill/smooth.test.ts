import { describe, expect, it } from 'vitest';
import { smoothFill } from '../../src-main/fill/smooth.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import type { Tensor } from '../../src-main/tensor/tensor.ts';

const [width, height] = [40, 36];

function surface(value: (x: number, y: number) => number): Tensor {
  const data = Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  return { shape: [1, 1, height, width], data };
}

function hole(left: number, top: number, side: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < left + side && y >= top && y < top + side ? 1 : 0;
  });
}

describe('smoothFill', () => {
  it('continues slopes exactly, and cubic surfaces whose Δ² vanishes', () => {
    for (const value of [
      (x: number, y: number): number => 0.02 * x - 0.015 * y,
      (x: number, y: number): number => 1e-3 * (x * x - 3 * y * x + y * y) - 0.4,
      (x: number, y: number): number => 2e-5 * (x ** 3 - 3 * x * y * y),
    ]) {
      const truth = surface(value);
      const filled = smoothFill(truth, hole(12, 11, 14));
      const worst = filled.data.reduce((most, v, i) => Math.max(most, Math.abs(v - truth.data[i])), 0);
      expect(worst).toBeLessThan(2e-3);
    }
  });

  it('solves Δ²u = 0 inside and leaves known pixels as they are', () => {
    const random = new RandomGenerator(1);
    const x = surface(() => random.uniform() - 0.5);
    const unknown = hole(10, 10, 9);
    const { data } = smoothFill(x, unknown);
    const at = (px: number, py: number): number => data[py * width + px];
    const laplacian = (px: number, py: number): number =>
      at(px - 1, py) + at(px + 1, py) + at(px, py - 1) + at(px, py + 1) - 4 * at(px, py);
    for (let py = 10; py < 19; py++) {
      for (let px = 10; px < 19; px++) {
        const again =
          laplacian(px - 1, py) +
          laplacian(px + 1, py) +
          laplacian(px, py - 1) +
          laplacian(px, py + 1) -
          4 * laplacian(px, py);
        expect(Math.abs(again)).toBeLessThan(1e-3);
      }
    }
    expect(data.filter((value, i) => unknown[i] === 0 && value !== x.data[i])).toHaveLength(0);
  });

  it('fills harmonically within the range of the rim', () => {
    const filled = smoothFill(
      surface((x) => 0.02 * x),
      hole(10, 10, 10),
      'harmonic',
    );
    expect(filled.data[15 * width + 15]).toBeCloseTo(0.3, 3);
  });

  it('is 0 where nothing is known and the picture itself where everything is', () => {
    const x = surface((px) => px / width);
    expect(smoothFill(x, new Uint8Array(width * height).fill(1)).data.every((v) => v === 0)).toBe(true);
    expect(smoothFill(x, new Uint8Array(width * height)).data).toEqual(x.data);
  });
});
