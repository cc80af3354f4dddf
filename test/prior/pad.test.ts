import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPadReflectAdjoint, cropAdjoint, padReflect, paddedSize, setCrop } from '../../src-main/prior/pad.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

function normals(seed: number, length: number): Float32Array {
  const out = new Float32Array(length);
  new RandomGenerator(seed).fillNormal(out);
  return out;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

const sizes = fc.tuple(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 16 }),
);

describe('padding by reflection', () => {
  it('reflects about the last row and column without repeating them', () => {
    const out = new Float32Array(4 * 6);
    padReflect(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 1, [2, 4], out, [4, 6], 1);
    expect([...out]).toEqual([1, 2, 3, 4, 3, 2, 5, 6, 7, 8, 7, 6, 1, 2, 3, 4, 3, 2, 5, 6, 7, 8, 7, 6]);
  });

  it('goes back and forth when the padding is longer than the picture', () => {
    const row = new Float32Array(8);
    padReflect(Float32Array.of(1, 2, 3), 1, [1, 3], row, [1, 8], 1);
    expect([...row]).toEqual([1, 2, 3, 2, 1, 2, 3, 2]);
    const single = new Float32Array(16);
    padReflect(Float32Array.of(7), 1, [1, 1], single, [4, 4], 2);
    expect([...single]).toEqual(Array(16).fill(14));
  });

  it('has multiples of the stride that are as small as possible', () => {
    expect(paddedSize(1, 5000, 16)).toEqual([16, 5008]);
    expect(paddedSize(32, 48, 16)).toEqual([32, 48]);
  });

  it('is undone by cropping, and both have exact adjoints', () => {
    fc.assert(
      fc.property(sizes, ([height, width, stride]) => {
        const size = [height, width] as const;
        const padded = paddedSize(height, width, stride);
        const planes = 2;
        const x = normals(1, planes * height * width);
        const big = normals(2, planes * padded[0] * padded[1]);

        const px = new Float32Array(big.length);
        padReflect(x, planes, size, px, padded, 0.5);
        const ptBig = new Float32Array(x.length);
        addPadReflectAdjoint(big, planes, padded, ptBig, size, 0.5);
        expect(dot(px, big)).toBeCloseTo(dot(x, ptBig), 3);

        const cropped = new Float32Array(x.length);
        setCrop(px, planes, padded, cropped, size, 2, 0, x);
        expect(cropped).toEqual(x);
        setCrop(px, planes, padded, cropped, size, 2, -1, x);
        expect(cropped.every((value) => value === 0)).toBe(true);

        const cBig = new Float32Array(x.length);
        setCrop(big, planes, padded, cBig, size, 3, 0, x);
        const ctX = new Float32Array(big.length).fill(9);
        cropAdjoint(x, planes, size, ctX, padded, 3);
        expect(dot(cBig, x)).toBeCloseTo(dot(big, ctX), 3);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
