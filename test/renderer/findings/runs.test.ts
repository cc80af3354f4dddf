import { describe, expect, test } from 'vitest';
import { areaOf, commonArea, distanceTo, firstOfRow, includes } from '../../../src-renderer/findings/runs.ts';

// Two stretches in row 2, one in row 3, none in row 4, one in row 5.
const runs = Int32Array.of(2, 1, 4, 2, 8, 9, 3, 3, 5, 5, 0, 10);

describe('runs', () => {
  test('count their pixels and know which they are', () => {
    expect(areaOf(runs)).toBe(3 + 1 + 2 + 10);
    expect([1, 3, 8].every((x) => includes(runs, { x, y: 2 }))).toBe(true);
    expect([0, 4, 7, 9].some((x) => includes(runs, { x, y: 2 }))).toBe(false);
    expect(includes(runs, { x: 3, y: 4 })).toBe(false);
    expect(includes(runs, { x: 9, y: 5 })).toBe(true);
  });

  test('find the first stretch of a row or below it', () => {
    expect([0, 2, 3, 4, 6].map((y) => firstOfRow(runs, y))).toEqual([0, 0, 6, 9, 12]);
  });

  test('measure from a place to the nearest pixel, up to a limit', () => {
    expect(distanceTo(runs, { x: 3.5, y: 3.5 }, 5)).toBe(0);
    expect(distanceTo(runs, { x: 6.5, y: 2.5 }, 5)).toBe(2);
    expect(distanceTo(runs, { x: 20.5, y: 5.5 }, 5)).toBe(Infinity);
  });

  test('count what two have in common', () => {
    expect(commonArea(runs, Int32Array.of(2, 3, 10, 5, 8, 20))).toBe(1 + 1 + 2);
    expect(commonArea(runs, Int32Array.of(4, 0, 10))).toBe(0);
    expect(commonArea(runs, runs)).toBe(areaOf(runs));
  });
});
