import { describe, expect, test } from 'vitest';
import { composedParts, composedPixels } from '../../../src-renderer/repair/composed-parts.ts';
import { patchOf, placesOf } from '../../../src-renderer/repair/place.ts';
import { findingIn } from '../../fixtures/finding.ts';

const size = { width: 60, height: 60 };
const crack = findingIn({ x: 0, y: 10, width: 50, height: 10 });
const specks = [
  findingIn({ x: 2, y: 2, width: 2, height: 2 }, 'speck'),
  findingIn({ x: 5, y: 4, width: 2, height: 2 }, 'speck'),
  findingIn({ x: 50, y: 50, width: 2, height: 2 }, 'speck'),
];

/** One grey everywhere. */
function flat(grey: number): { width: number; height: number; data: Uint8Array } {
  return { ...size, data: new Uint8Array(60 * 60 * 4).fill(grey) };
}

describe('placesOf', () => {
  test('takes a large finding alone and small ones together with their neighbours', () => {
    const places = placesOf([...specks, crack], size);
    expect(places.map(({ kind, count, area }) => [kind, count, area])).toEqual([
      ['crack', 1, 500],
      ['speck', 2, 8],
      ['speck', 1, 4],
    ]);
    expect(places[1].bounds).toEqual({ x: 2, y: 2, width: 5, height: 4 });
    expect(new Set(places.map(({ id }) => id)).size).toBe(3);
  });
});

test('patchOf marks exactly the pixels of its places', () => {
  const [, two] = placesOf([...specks, crack], size);
  const patch = patchOf([two])!;
  expect(patch).toMatchObject({ x: 2, y: 2, width: 5, height: 4 });
  expect(patch.coverage.reduce((sum, c) => sum + c / 255, 0)).toBe(8);
  expect(patch.coverage[0]).toBe(255);
  expect(patch.coverage[4]).toBe(0);
  expect(patchOf([])).toBeUndefined();
});

describe('what was decided', () => {
  const over = findingIn({ x: 40, y: 5, width: 10, height: 50 }, 'loss');
  const [a, b] = placesOf([crack, over], size);
  const sources = { anew: flat(3) };

  test('needs nothing of the host where all stays as the run filled it', () => {
    expect(composedParts([a, b], { [a.id]: { state: 'accepted' } }, 'base')).toEqual([]);
  });

  test('gives an undone place the original, and a place over it back whole', () => {
    const decisions = { [a.id]: { state: 'undone' as const } };
    const { data } = composedPixels([a, b], decisions, flat(2), flat(1), sources);
    const at = (x: number, y: number): number => data[(y * 60 + x) * 4];
    const [undone, kept] = a.kind === 'crack' ? [at(10, 12), at(45, 30)] : [at(45, 30), at(10, 12)];
    expect([undone, at(45, 12), kept, at(0, 0)]).toEqual([1, 2, 2, 2]);
    expect(composedParts([a, b], decisions, 'base')).toEqual([
      { mask: patchOf([a]) },
      { mask: patchOf([b]), from: 'base' },
    ]);
  });

  test('takes a place that was filled anew from its own result', () => {
    const decisions = { [b.id]: { state: 'filled' as const, source: 'anew' } };
    const { data } = composedPixels([a, b], decisions, flat(2), flat(1), sources);
    const { x, y } = b.bounds;
    expect(data[(y * 60 + x) * 4]).toBe(3);
    expect(composedParts([a, b], decisions, 'base')).toEqual([{ mask: patchOf([b]), from: 'anew' }]);
  });
});
