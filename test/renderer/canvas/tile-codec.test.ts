import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTile, encodeTile } from '../../../src-renderer/canvas/tile-codec.ts';

/** Bytes with runs of all lengths, as painted masks have them. */
const runs = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom(0, 1, 128, 255)), { minLength: 1, maxLength: 40 })
  .map((parts) => Uint8Array.from(parts.flatMap(([length, value]) => new Array<number>(length).fill(value))));

describe('tile code', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.oneof(runs, fc.uint8Array({ minLength: 2, maxLength: 600 })), (bytes) => {
        const decoded = decodeTile(encodeTile(bytes, bytes.length), bytes.length);
        const expanded = typeof decoded === 'number' ? new Uint8Array(bytes.length).fill(decoded) : decoded;
        expect(expanded).toEqual(bytes);
      }),
    );
  });

  it('keeps uniform tiles as one number in a few bytes', () => {
    for (const value of [0, 77, 255]) {
      expect(decodeTile(encodeTile(value, 65536), 65536)).toBe(value);
      expect(decodeTile(encodeTile(new Uint8Array(65536).fill(value), 65536), 65536)).toBe(value);
      expect(encodeTile(value, 65536).length).toBe(4);
    }
  });

  it('makes painted tiles small and noise hardly larger', () => {
    const disc = Uint8Array.from({ length: 65536 }, (_, i) =>
      Math.hypot((i & 255) - 128, (i >> 8) - 128) < 90 ? 255 : 0,
    );
    expect(encodeTile(disc, disc.length).length).toBeLessThan(1500);
    const noise = Uint8Array.from({ length: 65536 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
    expect(encodeTile(noise, noise.length).length).toBeLessThan(65536 * 1.02);
  });

  it('refuses damaged codes instead of guessing', () => {
    const code = encodeTile(Uint8Array.from([1, 2, 3, 4, 4, 4, 4, 4, 4, 9]), 10);
    const refused = [
      code.subarray(0, code.length - 1),
      code.subarray(0, 1),
      encodeTile(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), 9),
      encodeTile(5, 9),
      new Uint8Array(0),
      Uint8Array.from([...code, 2, 0]),
      Uint8Array.from([255, 255, 255, 255, 255, 255, 1]),
    ];
    for (const damaged of refused) {
      expect(() => decodeTile(damaged, 10)).toThrow(expect.objectContaining({ code: 'picture-damaged' }));
    }
  });
});
