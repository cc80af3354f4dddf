import { describe, expect, it } from 'vitest';
import { exemplarFill } from '../../src-main/fill/exemplar.ts';
import { smoothFill } from '../../src-main/fill/smooth.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import type { Tensor } from '../../src-main/tensor/tensor.ts';

const side = 96;
const plane = side * side;

/** Diagonal stripes with a period of eight pixels, in three colours. */
function stripes(): Tensor {
  const data = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    const phase = ((i % side) + Math.floor(i / side)) % 8;
    const value = phase < 4 ? 0.6 : -0.6;
    data[i] = value;
    data[plane + i] = value / 2;
    data[2 * plane + i] = -value;
  }
  return { shape: [1, 3, side, side], data };
}

const box = Uint8Array.from({ length: plane }, (_, i) =>
  Math.abs((i % side) - 48) < 12 && Math.abs(Math.floor(i / side) - 48) < 12 ? 1 : 0,
);

function fill(seed: number, source?: Uint8Array) {
  const x = stripes();
  return exemplarFill({ x: smoothFill(x, box), unknown: box, source, random: new RandomGenerator(seed) });
}

describe('exemplarFill', () => {
  it('continues a pattern through a hole of three periods', () => {
    const truth = stripes();
    const filled = fill(1)!;
    let wrong = 0;
    box.forEach((u, i) => {
      if (u !== 0 && Math.abs(filled.x.data[i] - truth.data[i]) > 0.1) wrong++;
    });
    expect(wrong / 23 ** 2).toBeLessThan(0.02);
  });

  it('leaves known pixels alone and is unsure only in the hole', () => {
    const truth = stripes();
    const filled = fill(1)!;
    let touched = 0;
    box.forEach((u, i) => {
      if (u === 0 && (filled.x.data[i] !== truth.data[i] || filled.spread[i] !== 0)) touched++;
    });
    expect(touched).toBe(0);
  });

  it('gives the same values for the same seed', () => {
    expect(fill(7)!.x.data).toEqual(fill(7)!.x.data);
  });

  it('copies only from the source, in the tone of the surroundings', () => {
    const x = stripes();
    // The right third is a checkerboard; the source is in it.
    for (let i = 0; i < 3 * plane; i++) {
      if (i % side >= 64) x.data[i] = ((i % side) + Math.floor(i / side)) % 2 === 0 ? 0.9 : 0.7;
    }
    const source = Uint8Array.from({ length: plane }, (_, i) => (i % side >= 66 ? 1 : 0));
    const filled = exemplarFill({ x: smoothFill(x, box), unknown: box, source, random: new RandomGenerator(1) })!;
    const { data } = filled.x;
    let checks = 0;
    for (let y = 40; y < 56; y++) {
      for (let i = y * side + 40; i < y * side + 56; i++)
        if (Math.abs(Math.abs(data[i] - data[i + 1]) - 0.2) < 0.05) checks++;
    }
    expect(checks / 16 ** 2).toBeGreaterThan(0.8);
    const mean = (from: Float32Array): number => box.reduce((sum, u, i) => sum + (u === 0 ? 0 : from[i]), 0) / 23 ** 2;
    expect(Math.abs(mean(data) - mean(stripes().data))).toBeLessThan(0.3);
  });

  it('says so when there is nothing to copy', () => {
    const unknown = Uint8Array.from({ length: plane }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const x = smoothFill(stripes(), unknown);
    expect(exemplarFill({ x, unknown, random: new RandomGenerator(1) })).toBeUndefined();
  });
});
