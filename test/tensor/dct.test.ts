import { describe, expect, it } from 'vitest';
import { CosineTransform } from '../../src-main/tensor/dct.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

function basis(k: number, j: number, n: number): number {
  return Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (2 * j + 1) * k) / (2 * n));
}

describe('CosineTransform', () => {
  it.each([
    [1, 1],
    [1, 6],
    [4, 4],
    [7, 10],
    [9, 17],
  ])('equals the definition of the orthonormal DCT-II at %i×%i, and inverts itself', (h, w) => {
    const random = new RandomGenerator(1);
    const x = Float64Array.from({ length: h * w }, () => random.normal());
    const dct = new CosineTransform(h, w);
    const out = x.slice();
    dct.forward(out);
    for (let k = 0; k < h; k++) {
      for (let l = 0; l < w; l++) {
        let sum = 0;
        for (let i = 0; i < h; i++) for (let j = 0; j < w; j++) sum += x[i * w + j] * basis(k, i, h) * basis(l, j, w);
        expect(out[k * w + l]).toBeCloseTo(sum, 12);
      }
    }
    dct.inverse(out);
    out.forEach((v, i) => expect(v).toBeCloseTo(x[i], 12));
  });
});
