import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tileSpans } from '../../src-main/find/tiles.ts';

describe('tileSpans', () => {
  it('keeps every pixel once, on the grid, with the halo wherever the picture has it', () => {
    const cases = fc.record({
      blocks: fc.integer({ min: 1, max: 500 }),
      side: fc.integer({ min: 100, max: 2000 }),
      halo: fc.integer({ min: 0, max: 160 }),
    });
    fc.assert(
      fc.property(cases, ({ blocks, side, halo }) => {
        const n = 16 * blocks;
        const spans = tileSpans(n, side, halo, 16);
        let next = 0;
        for (const { start, length, from, to } of spans) {
          expect(from).toBe(next);
          expect(start % 16).toBe(0);
          expect(length % 16).toBe(0);
          expect(from - start).toBeGreaterThanOrEqual(Math.min(halo, from));
          expect(start + length - to).toBeGreaterThanOrEqual(Math.min(halo, n - to));
          next = to;
        }
        expect(next).toBe(n);
      }),
    );
  });

  it('stays within the side when the side has room for it', () => {
    for (const { length } of tileSpans(6000, 1536, 144, 16)) expect(length).toBeLessThanOrEqual(1536);
  });
});
