import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PixelSource } from '../../../../src-renderer/canvas/geometry.ts';
import { pickSimilar } from '../../../../src-renderer/canvas/raster/similar-pixels.ts';
import { expectSameCoverage } from '../same-coverage.ts';

/** A picture of grey levels, one character a pixel: 0–9 are levels 0, 20 … 180. */
function greys(...rows: string[]): PixelSource {
  const data = rows.flatMap((row) => [...row].flatMap((digit) => [0, 0, 0].fill(Number(digit) * 20).concat(255)));
  return { width: rows[0].length, height: rows.length, data: Uint8ClampedArray.from(data) };
}

function picked(picture: PixelSource, x: number, y: number, tolerance: number, contiguous: boolean): string[] {
  const { coverage } = pickSimilar(picture, { x, y }, tolerance, contiguous);
  return Array.from({ length: picture.height }, (_, row) =>
    Array.from(coverage.subarray(row * picture.width, (row + 1) * picture.width), (c) => (c === 255 ? '#' : '.')).join(
      '',
    ),
  );
}

const islands = greys('1101', '0001', '1111', '0010');

describe('magic wand', () => {
  it('takes what is joined to the seed by edges', () => {
    expect(picked(islands, 0, 0, 0, true)).toEqual(['##..', '....', '....', '....']);
    expect(picked(islands, 3, 0, 0, true)).toEqual(['...#', '...#', '####', '..#.']);
  });

  it('takes all pixels of the colour when told so', () => {
    expect(picked(islands, 0, 0, 0, false)).toEqual(['##.#', '...#', '####', '..#.']);
  });

  it('takes differences up to the tolerance in every channel, counted from the seed', () => {
    expect(picked(greys('12345'), 0, 0, 40, true)).toEqual(['###..']);
    const picture: PixelSource = {
      width: 4,
      height: 1,
      data: Uint8Array.from([9, 9, 9, 255, 19, 9, 9, 255, 9, 9, 20, 255, 9, 9, 9, 244]),
    };
    expect(picked(picture, 0, 0, 10, false)).toEqual(['##..']);
    expect(picked(picture, 0, 0, 11, false)).toEqual(['####']);
  });

  it('agrees with a plain search, pixel by pixel, and reports the bounds', () => {
    const pictures = fc
      .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          levels: fc.array(fc.constantFrom(0, 10, 30), { minLength: width * height, maxLength: width * height }),
          seed: fc.nat(width * height - 1),
        }),
      );
    fc.assert(
      fc.property(pictures, ({ width, height, levels, seed }) => {
        const data = Uint8Array.from(levels.flatMap((level) => [level, level, level, 255]));
        const [x, y] = [seed % width, Math.floor(seed / width)];
        const result = pickSimilar({ width, height, data }, { x, y }, 10, true);
        const expected = new Uint8Array(width * height);
        const pending = [seed];
        for (let i = pending.pop(); i !== undefined; i = pending.pop()) {
          if (expected[i] === 255 || Math.abs(levels[i] - levels[seed]) > 10) continue;
          expected[i] = 255;
          if (i % width > 0) pending.push(i - 1);
          if (i % width < width - 1) pending.push(i + 1);
          if (i >= width) pending.push(i - width);
          if (i + width < expected.length) pending.push(i + width);
        }
        expectSameCoverage(result.coverage, expected);
        const columns = [...expected.keys()].filter((i) => expected[i]).map((i) => i % width);
        expect(result.bounds.x).toBe(Math.min(...columns));
        expect(result.bounds.x + result.bounds.width - 1).toBe(Math.max(...columns));
      }),
    );
  });

  it('names a seed outside the picture and data of the wrong length', () => {
    expect(() => pickSimilar(islands, { x: 4, y: 0 }, 0, true)).toThrow(/4 × 4 picture.*\[4, 0\]/);
    expect(() => pickSimilar({ ...islands, width: 5 }, { x: 0, y: 0 }, 0, true)).toThrow(/80 bytes of RGBA/);
  });
});
