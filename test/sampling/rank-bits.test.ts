import { expect, it } from 'vitest';
import { rankBits } from '../../src-main/sampling/rank-bits.ts';

it('ranks the least likely first, in robust standard deviations from the median', () => {
  const bits = [3, 3.1, 2.9, 6, 3.05];
  const ranked = rankBits(bits.map((bitsPerDimension, i) => ({ name: `${i}`, bitsPerDimension })));
  expect(ranked.map(({ name }) => name)).toEqual(['3', '1', '4', '0', '2']);
  // Median 3.05; distances .05 .05 .15 2.95 0, whose median is .05.
  expect(ranked[0].deviation).toBeCloseTo(2.95 / (1.4826 * 0.05), 6);
  expect(ranked[4].deviation).toBeCloseTo(-0.15 / (1.4826 * 0.05), 6);
});

it('does not divide by nothing', () => {
  const ranked = rankBits([2, 2, 2].map((bitsPerDimension, i) => ({ name: `${i}`, bitsPerDimension })));
  expect(ranked.map(({ name, deviation }) => [name, deviation])).toEqual([
    ['0', 0],
    ['1', 0],
    ['2', 0],
  ]);
});
