import { describe, expect, it } from 'vitest';
import { enlarge } from '../../src-main/fill/reduce.ts';
import { tensor } from '../../src-main/tensor/tensor.ts';

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
