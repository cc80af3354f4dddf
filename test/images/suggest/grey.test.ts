import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blackness,
  extremeAround,
  halved,
  meanAround,
  topHat,
  whiteness,
  type GreyPicture,
} from '../../../src-main/images/suggest/grey.ts';

const pictures: fc.Arbitrary<GreyPicture> = fc
  .record({ width: fc.integer({ min: 1, max: 13 }), height: fc.integer({ min: 1, max: 11 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((data) => ({ width, height, data: Uint8Array.from(data) })),
  );
const radii = fc.integer({ min: 1, max: 7 });

/** All values within `radius` pixels across and down. */
function around({ width, height, data }: GreyPicture, index: number, radius: number): number[] {
  const [x, y] = [index % width, Math.floor(index / width)];
  return [...data].filter((_, i) => {
    return i < width * height && Math.abs((i % width) - x) <= radius && Math.abs(Math.floor(i / width) - y) <= radius;
  });
}

describe('grey pictures', () => {
  it('are the least channel for white and the distance from the greatest for black', () => {
    const picture = { width: 2, height: 1, data: Uint8Array.of(10, 200, 90, 255, 250, 240, 245, 255) };
    expect([...whiteness(picture).data]).toEqual([10, 240]);
    expect([...blackness(picture).data]).toEqual([55, 5]);
  });

  it('have the least and greatest value of every square', () => {
    fc.assert(
      fc.property(pictures, radii, (picture, radius) => {
        const least = picture.data.map((_, i) => Math.min(...around(picture, i, radius)));
        const greatest = picture.data.map((_, i) => Math.max(...around(picture, i, radius)));
        expect(extremeAround(picture, radius, 'least')).toEqual(least);
        expect(extremeAround(picture, radius, 'greatest')).toEqual(greatest);
      }),
      { numRuns: 40 },
    );
  });

  it('have the mean of every square, in sixteenths', () => {
    fc.assert(
      fc.property(pictures, radii, (picture, radius) => {
        meanAround(picture, radius).forEach((mean, i) => {
          const values = around(picture, i, radius);
          expect(mean).toBe(Math.floor((values.reduce((a, b) => a + b, 0) * 16) / values.length));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('keep what is narrow and lose what is wide in the top-hat', () => {
    const data = new Uint8Array(40 * 20).fill(50);
    for (let y = 0; y < 20; y++) {
      data.fill(150, y * 40 + 5, y * 40 + 9);
      data.fill(150, y * 40 + 20, y * 40 + 29);
    }
    const relief = topHat({ width: 40, height: 20, data }, 3).data;
    expect([relief[10 * 40 + 6], relief[10 * 40 + 24], relief[10 * 40 + 1]]).toEqual([100, 0, 0]);
  });

  it('are halved by means, also with odd sides', () => {
    const half = halved({ width: 3, height: 3, data: Uint8Array.of(0, 4, 9, 8, 12, 9, 20, 40, 7) });
    expect(half).toEqual({ width: 2, height: 2, data: Uint8Array.of(6, 9, 30, 7) });
  });
});
