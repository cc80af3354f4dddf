import { describe, expect, it } from 'vitest';
import { assertWithinLimits } from '../../src-main/images/limits.ts';

const check = (width: number, height: number, pixelBytes: number, fileBytes: number) => () =>
  assertWithinLimits({ width, height, pixelBytes }, fileBytes, 'a.png');

describe('what a file may decode to', () => {
  it('follows its size', () => {
    // The bombs of 389 kB and 1.5 MB that took gigabytes.
    expect(check(19_999, 19_999, 1, 389e3)).toThrow(
      /a\.png has 19999 × 19999 = 400 megapixels; of a file of 389000 bytes/,
    );
    expect(check(15_800, 15_800, 6, 1.46e6)).toThrow(/picture-too-large|megapixels/);
    expect(check(11_500, 11_000, 3, 400e3)).toThrow(/127 megapixels/);
    // Photographs and scans of the same size.
    expect(check(10_000, 10_000, 3, 15e6)).not.toThrow();
    expect(check(7016, 9933, 1, 200e3)).not.toThrow();
    expect(check(6000, 4000, 6, 50e3)).not.toThrow();
  });

  it('is 400 megapixels and 1.5 GB at most', () => {
    expect(check(20_001, 20_001, 1, 1e9)).toThrow(/at most 400/);
    expect(check(16_000, 16_000, 8, 1e9)).toThrow(/at most 1500 MB/);
  });
});
