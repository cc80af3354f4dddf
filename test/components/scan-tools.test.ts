import { expect, test } from 'vitest';
import { MIDDLE_LINE, profileOf } from '../../src-renderer/scan/profile-line.ts';

test('a profile follows the line, linear between pixels', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => (i % 4) * 10 + Math.floor(i / 4) * 100);
  const across = profileOf(values, 4, 3, MIDDLE_LINE);
  expect(across.map(({ value }) => Math.round(value))).toEqual([100, 105, 115, 125, 130]);
  const down = profileOf(values, 4, 3, { x0: 0.375, y0: 1 / 6, x1: 0.375, y1: 5 / 6 });
  expect(down).toEqual([
    { distance: 0, value: 10 },
    { distance: 1, value: 110 },
    { distance: 2, value: 210 },
  ]);
});
