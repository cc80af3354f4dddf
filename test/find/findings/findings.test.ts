import { describe, expect, it } from 'vitest';
import { findOptionsSchema, type DamageMaps, type FindOptionsInput } from '../../../src-main/contract/find.ts';
import { findingsOf, maskOf } from '../../../src-main/find/findings/findings.ts';
import { codeOfProbability } from '../../../src-main/find/findings/logit-codes.ts';

interface Blot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly p: number;
  /** Index of DAMAGE_KINDS. */
  readonly kind: number;
}

function mapsOf(width: number, height: number, blots: readonly Blot[], factor = 1): DamageMaps {
  const maps = {
    width,
    height,
    pictureWidth: width * factor,
    pictureHeight: height * factor,
    surface: new Uint8Array(width * height),
    area: new Uint8Array(width * height),
    kinds: new Uint8Array(width * height),
  };
  for (const { x, y, width: w, height: h, p, kind } of blots) {
    for (let row = y; row < y + h; row++) {
      for (let column = x; column < x + w; column++) {
        const at = row * width + column;
        (kind < 3 ? maps.surface : maps.area)[at] = codeOfProbability(p);
        maps.kinds[at] |= kind < 3 ? kind : kind << 4;
      }
    }
  }
  return maps;
}

const find = (maps: DamageMaps, options: FindOptionsInput = {}): ReturnType<typeof findingsOf> =>
  findingsOf(maps, findOptionsSchema.parse(options));

const crack = { x: 10, y: 20, width: 60, height: 3, kind: 2 };

describe('findingsOf', () => {
  it('keeps what hangs together with something certain, and nothing else', () => {
    const maps = mapsOf(100, 60, [
      { ...crack, p: 0.9 },
      { ...crack, width: 1, p: 0.99 },
      { x: 10, y: 45, width: 60, height: 3, kind: 2, p: 0.9 },
    ]);
    const found = find(maps);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ id: 0, kind: 'crack', area: 180 });
    expect(found[0].probability).toBeCloseTo(0.9, 1);
    expect(found[0].length).toBeGreaterThan(55);
    expect(found[0].length).toBeLessThan(75);
  });

  it('takes a trace of certainty in a cloud of doubt for texture', () => {
    const cloud = { x: 10, y: 10, width: 40, height: 40, kind: 2 };
    const maps = mapsOf(100, 60, [
      { ...cloud, p: 0.6 },
      { ...cloud, width: 3, height: 3, p: 0.995 },
    ]);
    expect(find(maps)).toEqual([]);
    expect(find(maps, { sensitivity: 1 })).toHaveLength(1);
  });

  it('grows over the soft border, and its runs, bounds, outline and mask agree', () => {
    const maps = mapsOf(100, 60, [{ ...crack, p: 0.99 }]);
    const [finding] = find(maps);
    expect(finding.bounds).toEqual({ x: 8, y: 18, width: 64, height: 7 });
    const mask = maskOf([finding], 100, 60);
    for (let x = 10; x < 70; x++) expect(mask[18 * 100 + x]).toBe(1);
    expect(mask[16 * 100 + 30]).toBe(0);
    const area = mask.reduce((sum, value) => sum + value, 0);
    let shoelace = 0;
    for (const polygon of finding.outline) {
      for (let i = 0; i < polygon.length; i += 2) {
        const j = (i + 2) % polygon.length;
        shoelace += polygon[i] * polygon[j + 1] - polygon[j] * polygon[i + 1];
      }
    }
    expect(shoelace / 2).toBe(area);
  });

  it('counts holes in the outline', () => {
    const ring = [
      { x: 20, y: 20, width: 30, height: 2 },
      { x: 20, y: 48, width: 30, height: 2 },
      { x: 20, y: 20, width: 2, height: 30 },
      { x: 48, y: 20, width: 2, height: 30 },
    ].map((side) => ({ ...side, p: 0.99, kind: 2 }));
    const [finding] = find(mapsOf(80, 80, ring));
    expect(finding.outline).toHaveLength(2);
    // The middle line is 112 pixels long, whatever the box says.
    expect(finding.length).toBeGreaterThan(95);
    expect(finding.length).toBeLessThan(130);
  });

  it('acts live on sensitivity, kinds and size', () => {
    const maps = mapsOf(100, 60, [
      { ...crack, p: 0.9 },
      { x: 5, y: 5, width: 3, height: 3, kind: 1, p: 0.999 },
      { x: 50, y: 40, width: 20, height: 8, kind: 4, p: 0.999 },
    ]);
    expect(find(maps, { minSize: 1 }).map(({ kind }) => kind)).toEqual(['speck', 'text']);
    expect(find(maps).map(({ kind }) => kind)).toEqual(['text']);
    expect(find(maps, { sensitivity: 0.9, minSize: 9 }).map(({ kind }) => kind)).toEqual(['speck', 'crack', 'text']);
    expect(find(maps, { sensitivity: 1, kinds: ['crack'] }).map(({ kind }) => kind)).toEqual(['crack']);
    expect(find(maps, { sensitivity: 0 })).toEqual([]);
  });

  it('only gains pixels with sensitivity', () => {
    const blots = Array.from({ length: 40 }, (_, i) => ({
      x: (i % 8) * 12,
      y: Math.floor(i / 8) * 12,
      width: 5,
      height: 5,
      kind: i % 3,
      p: 0.3 + 0.0174 * i,
    }));
    const maps = mapsOf(100, 64, blots);
    let before: Uint8Array = new Uint8Array(6400);
    for (let sensitivity = 0; sensitivity <= 1; sensitivity += 0.1) {
      const mask = maskOf(find(maps, { sensitivity }), 100, 64);
      expect(before.every((value, i) => value <= mask[i])).toBe(true);
      before = mask;
    }
    expect(before.some((value) => value === 1)).toBe(true);
  });

  it('speaks in pixels of the picture when the maps are reduced', () => {
    const maps = mapsOf(50, 30, [{ x: 5, y: 10, width: 30, height: 2, p: 0.99, kind: 2 }], 2);
    const [finding] = find(maps);
    expect(finding.area).toBe(240);
    expect(finding.bounds).toEqual({ x: 6, y: 16, width: 68, height: 12 });
    expect(maskOf([finding], 100, 60)[20 * 100 + 40]).toBe(1);
  });
});
