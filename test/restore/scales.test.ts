import { describe, expect, it } from 'vitest';
import { planScales } from '../../src-main/restore/scales.ts';

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
