import { describe, expect, it } from 'vitest';
import type { Rect } from '../../../src-main/images/suggest/geometry.ts';
import { forEachComponent } from '../../../src-main/images/suggest/components.ts';

function componentsOf(...rows: string[]): { pixels: number[]; bounds: Rect }[] {
  const [width, height] = [rows[0].length, rows.length];
  const data = Uint8Array.from([...rows.join('')], (mark) => (mark === '#' ? 7 : 0));
  const found: { pixels: number[]; bounds: Rect }[] = [];
  forEachComponent({ width, height, data }, ({ pixels, bounds }) => {
    found.push({ pixels: [...pixels].sort((a, b) => a - b), bounds });
  });
  return found;
}

describe('components', () => {
  it('hang together by edges and corners, and not around the edge of the picture', () => {
    const found = componentsOf('#..#', '.#..', '#..#');
    expect(found.map(({ pixels }) => pixels)).toEqual([[0, 5, 8], [3], [11]]);
    expect(found[0].bounds).toEqual({ x: 0, y: 0, width: 2, height: 3 });
  });

  it('are found whatever their size', () => {
    const found = componentsOf(...new Array<string>(60).fill('#'.repeat(60)));
    expect(found).toHaveLength(1);
    expect(found[0].pixels).toEqual(Array.from({ length: 3600 }, (_, i) => i));
    expect(componentsOf('...')).toEqual([]);
  });
});
