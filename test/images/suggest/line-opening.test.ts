import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GreyPicture } from '../../../src-main/images/suggest/grey.ts';
import { openByLines } from '../../../src-main/images/suggest/line-opening.ts';

const pieces = { length: 7, least: 6, orientations: 8 };

/** Every window of every digital line, one by one. */
function openPlainly({ width, height, data }: GreyPicture): Uint8Array {
  const kept = new Uint8Array(data.length);
  for (let k = 0; k < pieces.orientations; k++) {
    const angle = (k * Math.PI) / pieces.orientations;
    const isFlat = Math.abs(Math.cos(angle)) >= Math.abs(Math.sin(angle));
    const slope = isFlat ? Math.tan(angle) : 1 / Math.tan(angle);
    const extent = isFlat ? width : height;
    for (let start = -60; start < 60; start++) {
      for (let from = -pieces.length; from < extent; from++) {
        const window = Array.from({ length: pieces.length }, (_, j) => {
          const across = start + Math.round(slope * (from + j));
          const [x, y] = isFlat ? [from + j, across] : [across, from + j];
          return x >= 0 && y >= 0 && x < width && y < height ? y * width + x : -1;
        }).filter((index) => index >= 0 && data[index] !== 0);
        if (window.length >= pieces.least) for (const index of window) kept[index] = 1;
      }
    }
  }
  return kept;
}

describe('opening by lines', () => {
  it('keeps exactly what lies on a well filled straight piece', () => {
    const pictures = fc
      .array(fc.constantFrom(0, 1, 1), { minLength: 15 * 14, maxLength: 15 * 14 })
      .map((set) => ({ width: 15, height: 14, data: Uint8Array.from(set) }));
    fc.assert(
      fc.property(pictures, (picture) => {
        const kept = openByLines(picture, new Uint8Array(15 * 14), pieces).data;
        expect(Buffer.compare(kept, openPlainly(picture))).toBe(0);
      }),
      { numRuns: 6 },
    );
  });

  it('keeps lines in any direction and drops dots', () => {
    for (let degrees = 0; degrees < 180; degrees += 15) {
      const data = new Uint8Array(61 * 61);
      const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      // As wide as a scratch: two pixels.
      for (let t = -25; t <= 25; t += 0.1) {
        for (const side of [-0.6, 0, 0.6]) {
          data[Math.round(30 + t * dy + side * dx) * 61 + Math.round(30 + t * dx - side * dy)] = 1;
        }
      }
      const lineOnly = data.slice();
      for (const dot of [5 * 61 + 5, 55 * 61 + 5, 5 * 61 + 55]) data[dot] = 1;
      const kept = openByLines({ width: 61, height: 61, data }, new Uint8Array(61 * 61), {
        length: 21,
        least: 19,
        orientations: 16,
      }).data;
      // A slanted line's outermost steps belong to no straight piece, but none is farther than a pixel from one.
      const isNearKept = (i: number): boolean =>
        [-62, -61, -60, -1, 0, 1, 60, 61, 62].some((offset) => kept[i + offset] === 1);
      expect(lineOnly.every((value, i) => value === 0 || isNearKept(i))).toBe(true);
      const added = kept.filter((value, i) => value === 1 && lineOnly[i] === 0).length;
      expect(added).toBe(0);
    }
  });

  it('refuses pieces whose middle is texture', () => {
    const data = new Uint8Array(30 * 9);
    data.fill(1, 4 * 30, 5 * 30);
    const refused = new Uint8Array(30 * 9).fill(1);
    expect(openByLines({ width: 30, height: 9, data }, refused, pieces).data.some((value) => value === 1)).toBe(false);
  });
});
