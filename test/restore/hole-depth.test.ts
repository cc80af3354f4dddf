import { describe, expect, it } from 'vitest';
import { holeDepth } from '../../src-main/restore/hole-depth.ts';

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
