import { expect, test } from 'vitest';
import { countFitting } from '../../../src-renderer/shell/count-fitting.ts';

test.each([
  [[100, 100, 100], 320, 3],
  // All but one, and no button for it, would fit.
  [[100, 100, 100], 319, 2],
  [[100, 100, 100], 260, 2],
  // The button needs its room, too.
  [[100, 100, 100], 259, 1],
  [[100], 50, 0],
  [[], 0, 0],
  [[100, 100], Infinity, 2],
])('of %j in %i pixels fit %i', (lengths, room, count) => {
  expect(countFitting(lengths, { room, gap: 10, more: 40 })).toBe(count);
});
