import { describe, expect, it } from 'vitest';
import { enlarge, holeDepth } from '../../src-main/restore/pyramid.ts';
import { planScales } from '../../src-main/restore/scales.ts';
import { tensor } from '../../src-main/tensor/tensor.ts';

describe('holeDepth', () => {
  const hole = (size: number): Uint8Array => {
    const mask = new Uint8Array(64 * 64);
    for (let y = 20; y < 20 + size; y++) mask.fill(1, y * 64 + 20, y * 64 + 20 + size);
    return mask;
  };

  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [9, 5],
    [30, 15],
  ])('of a square of %i pixels is %i', (size, depth) => {
    expect(holeDepth(hole(size), 64, 64)).toBe(depth);
  });

  it('counts from the one known side of a hole at the border', () => {
    const mask = new Uint8Array(64 * 64);
    for (let y = 0; y < 64; y++) mask.fill(1, y * 64, y * 64 + 10);
    expect(holeDepth(mask, 64, 64)).toBe(10);
  });
});

describe('enlarge', () => {
  it('reproduces a linear ramp, centres aligned, for any frame inside', () => {
    const coarse = tensor(
      [1, 1, 8, 8],
      Float32Array.from({ length: 64 }, (_, i) => (i % 8) + 0.5),
    );
    const fine = enlarge(coarse, { x: 0, y: 0 }, 4, { x: 6, y: 4, width: 16, height: 8 });
    for (let x = 0; x < 16; x++) expect(fine.data[x]).toBeCloseTo((6 + x + 0.5) / 4, 5);
  });

  it('takes the origin of the coarse result into account', () => {
    const coarse = tensor(
      [1, 1, 4, 4],
      Float32Array.from({ length: 16 }, (_, i) => (i % 4) + 10.5),
    );
    const fine = enlarge(coarse, { x: 10, y: 0 }, 2, { x: 22, y: 2, width: 4, height: 2 });
    for (let x = 0; x < 4; x++) expect(fine.data[x]).toBeCloseTo((22 + x + 0.5) / 2, 5);
  });
});

describe('planScales', () => {
  const options = { context: 64, stride: 16, maxArea: 1024 * 1024 };
  const square = (size: number): Uint8Array => {
    const mask = new Uint8Array(800 * 600);
    for (let y = 200; y < 200 + size; y++) mask.fill(1, y * 800 + 200, y * 800 + 200 + size);
    return mask;
  };

  it.each([
    [4, [1]],
    [48, [1]],
    [60, [2, 1]],
    [190, [4, 2, 1]],
  ])('fills a hole of %i pixels at the reductions %j', (size, factors) => {
    const scales = planScales(square(size), 800, 600, 48, options);
    expect(scales.map(({ factor }) => factor)).toEqual(factors);
  });

  it('reduces only the thick hole, not a scratch elsewhere', () => {
    const mask = square(190);
    mask.fill(1, 590 * 800 + 500, 590 * 800 + 790);
    const scales = planScales(mask, 800, 600, 48, options);
    expect(scales.map(({ windows }) => windows.length)).toEqual([1, 1, 2]);
  });

  it('ends for a picture that is painted all over', () => {
    const scales = planScales(new Uint8Array(300 * 200).fill(1), 300, 200, 48, options);
    expect(scales.at(-1)?.factor).toBe(1);
  });
});
