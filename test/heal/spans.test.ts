import { describe, expect, it } from 'vitest';
import { blocksOf, forRuns, markSpans, spansFrom, spansOf } from '../../src-main/heal/spans.ts';

const coverage = Uint8Array.from([...[0, 128, 255, 0, 200], ...[0, 0, 127, 0, 0], ...[255, 255, 0, 0, 0]]);
const patch = { x: 10, y: 20, width: 5, height: 3, coverage };

describe('spans', () => {
  it('hold the pixels of coverage 50 % and more', () => {
    const spans = spansOf(patch)!;
    expect([...spans.runs]).toEqual([20, 11, 2, 20, 14, 1, 22, 10, 2]);
    expect(spans.count).toBe(5);
    expect(spans.rect).toEqual({ x: 10, y: 20, width: 5, height: 3 });
    expect([...markSpans(spans, { x: 10, y: 20, width: 5, height: 3 })]).toEqual([
      ...[0, 1, 1, 0, 1],
      ...[0, 0, 0, 0, 0],
      ...[1, 1, 0, 0, 0],
    ]);
  });

  it('are none where nothing is painted', () => {
    expect(spansOf({ ...patch, coverage: new Uint8Array(15).fill(127) })).toBeUndefined();
  });

  it('count the pixels before the part that is asked for', () => {
    const seen: number[][] = [];
    forRuns(spansOf(patch)!, { x: 12, y: 20, width: 3, height: 2 }, (...run) => seen.push(run));
    expect(seen).toEqual([
      [20, 12, 1, 1],
      [20, 14, 1, 2],
    ]);
  });

  it('of a long scratch lie in small blocks, not in the one around it', () => {
    const runs = Uint32Array.from(Array.from({ length: 3000 }, (_, i) => [i, i, 2]).flat());
    const blocks = blocksOf([spansFrom(runs)]);
    const area = blocks.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(area).toBeLessThan(0.1 * 3000 * 3000);
    for (let i = 0; i < 3000; i += 37) {
      const holding = blocks.filter(
        ({ x, y, width, height }) => i >= y && i < y + height && i >= x && i + 1 < x + width + 1,
      );
      expect(holding.length).toBeGreaterThan(0);
    }
  });
});
