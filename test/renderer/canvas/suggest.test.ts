import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { MaskLayer } from '../../../src-renderer/canvas/mask-layer.ts';
import { fillPolygon } from '../../../src-renderer/canvas/raster/shapes.ts';
import { paintSegment } from '../../../src-renderer/canvas/raster/stroke-segment.ts';
import { suggestMask, type SuggestOptions } from '../../../src-renderer/canvas/suggest.ts';

const WIDTH = 320;
const HEIGHT = 240;
const nothing: SuggestOptions = { scratches: false, dust: false, text: false };

/** A coloured picture with soft shapes, an even edge and grain, in the middle of the range. */
function texture(width = WIDTH, height = HEIGHT): Uint8ClampedArray {
  const random = new RandomGenerator(7);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const soft = 30 * Math.sin(x / 31) + 25 * Math.cos(y / 23 + x / 70) + (x + y > 380 ? 25 : 0);
    const grain = 4 * random.normal();
    data.set([118 + soft + grain, 108 + soft + grain, 96 + soft + grain, 255], i * 4);
  }
  return data;
}

/** The picture with `level` painted where the damage is, as far as it covers. */
function damaged(data: Uint8ClampedArray, damage: MaskLayer, level: number): Uint8ClampedArray {
  const coverage = damage.toCoverage();
  return data.map((value, i) => (i % 4 === 3 ? value : value + ((level - value) * coverage[i >> 2]) / 255));
}

function scratches(): MaskLayer {
  const layer = new MaskLayer(WIDTH, HEIGHT);
  const stroke = (x0: number, y0: number, x1: number, y1: number, radius: number): void =>
    paintSegment(layer, { x: x0, y: y0, radius }, { x: x1, y: y1, radius }, 1, 'add');
  stroke(20, 15, 300, 90, 1.2);
  stroke(60, 230, 110, 20, 0.8);
  stroke(180, 220, 300, 130, 1.6);
  return layer;
}

function specks(): MaskLayer {
  const layer = new MaskLayer(WIDTH, HEIGHT);
  for (let i = 0; i < 12; i++) {
    const at = { x: 25 + 24 * i, y: 30 + ((i * 73) % 180), radius: 1.6 + (i % 4) * 0.7 };
    paintSegment(layer, at, at, 1, 'add');
  }
  return layer;
}

/** Six block letters in a row, strokes three pixels wide. */
function letters(): MaskLayer {
  const layer = new MaskLayer(WIDTH, HEIGHT);
  const bar = (x: number, y: number, width: number, height: number): void =>
    fillPolygon(
      layer,
      [
        { x, y },
        { x: x + width, y },
        { x: x + width, y: y + height },
        { x, y: y + height },
      ],
      { smooth: true, how: 'add' },
    );
  for (let i = 0; i < 6; i++) {
    const x = 60 + i * 22;
    bar(x, 150, 3, 18);
    bar(x + 9, 150, 3, 18);
    bar(x, i % 2 === 0 ? 150 : 157, 12, 3);
  }
  return layer;
}

/** Part of the damage that is suggested, and part of the suggestion that is damage or within two pixels of it. */
function score(suggested: Uint8Array, damage: MaskLayer): { recall: number; precision: number } {
  const isDamage = (x: number, y: number): boolean => damage.coverageAt(x, y) >= 128;
  let [hits, hurt, right, all] = [0, 0, 0, 0];
  for (let i = 0; i < suggested.length; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    if (isDamage(x, y)) {
      hurt++;
      if (suggested[i] === 255) hits++;
    }
    if (suggested[i] === 0) continue;
    all++;
    const offsets = [-2, -1, 0, 1, 2];
    if (offsets.some((dy) => offsets.some((dx) => isDamage(x + dx, y + dy)))) right++;
  }
  return { recall: hits / hurt, precision: right / all };
}

function suggest(data: Uint8ClampedArray, options?: SuggestOptions): Uint8Array {
  return suggestMask({ width: WIDTH, height: HEIGHT, data }, options);
}

describe('suggestMask', () => {
  const kinds: readonly [keyof SuggestOptions, MaskLayer][] = [
    ['scratches', scratches()],
    ['dust', specks()],
    ['text', letters()],
  ];

  for (const [kind, damage] of kinds) {
    for (const level of [250, 4]) {
      it(`finds ${level > 128 ? 'white' : 'black'} ${kind}, and little else`, () => {
        const { recall, precision } = score(suggest(damaged(texture(), damage, level)), damage);
        expect(recall).toBeGreaterThan(0.95);
        expect(precision).toBeGreaterThan(0.95);
      });
    }

    it(`finds ${kind} by what it does for ${kind} alone`, () => {
      const data = damaged(texture(), damage, 250);
      expect(score(suggest(data, { ...nothing, [kind]: true }), damage).recall).toBeGreaterThan(0.9);
      expect(suggest(data, nothing).every((value) => value === 0)).toBe(true);
    });
  }

  it('proposes nothing on a picture without damage', () => {
    expect(suggest(texture()).filter((value) => value > 0).length).toBe(0);
  });

  it('proposes nothing for coloured lines: damage has no colour', () => {
    const data = texture();
    const coverage = scratches().toCoverage();
    coverage.forEach((c, i) => {
      if (c >= 128) data.set([250, 120, 60], i * 4);
    });
    expect(suggest(data).filter((value) => value > 0).length).toBe(0);
  });

  it('proposes nothing for a pattern of bright lines, a dash or a few lone letters', () => {
    const pattern = texture();
    for (let y = 60; y < 180; y++) {
      for (let x = 80; x < 240; x++) if ((x + y) % 7 < 3) pattern.set([250, 250, 250], (y * WIDTH + x) * 4);
    }
    const dash = new MaskLayer(WIDTH, HEIGHT);
    paintSegment(dash, { x: 100, y: 100, radius: 1 }, { x: 121, y: 106, radius: 1 }, 1, 'add');
    const pair = letters();
    pair.fillRect({ x: 0, y: 0, width: 122, height: HEIGHT }, 'subtract');
    pair.fillRect({ x: 160, y: 0, width: WIDTH, height: HEIGHT }, 'subtract');
    const inside = suggest(pattern).filter((value, i) => {
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
      return value > 0 && x > 100 && x < 220 && y > 80 && y < 160;
    });
    expect(inside.length).toBe(0);
    for (const damage of [dash, pair]) {
      expect(suggest(damaged(texture(), damage, 250)).filter((value) => value > 0).length).toBe(0);
    }
  });

  it('gives the same mask every time, of zeros and 255s', () => {
    const data = damaged(texture(), scratches(), 250);
    const mask = suggest(data);
    expect(Buffer.compare(mask, suggest(data))).toBe(0);
    expect(new Set(mask)).toEqual(new Set([0, 255]));
  });

  it('leaves the picture alone', () => {
    const data = damaged(texture(), letters(), 250);
    const before = data.slice();
    suggest(data);
    expect(data.every((value, i) => value === before[i])).toBe(true);
  });

  it('finds wide scratches on large scans at a smaller scale', () => {
    const [width, height] = [2000, 160];
    const layer = new MaskLayer(width, height);
    paintSegment(layer, { x: 200, y: 20, radius: 5 }, { x: 900, y: 140, radius: 5 }, 1, 'add');
    const data = damaged(texture(width, height), layer, 250);
    const mask = suggestMask({ width, height, data });
    const coverage = layer.toCoverage();
    const hurt = coverage.filter((c) => c >= 128).length;
    expect(coverage.filter((c, i) => c >= 128 && mask[i] === 255).length / hurt).toBeGreaterThan(0.9);
  });

  it('copes with pictures smaller than anything it looks for', () => {
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [1, 40],
    ]) {
      const mask = suggestMask({ width, height, data: new Uint8Array(width * height * 4).fill(255) });
      expect(mask.length).toBe(width * height);
    }
  });

  it('refuses data of another size', () => {
    expect(() => suggestMask({ width: 5, height: 5, data: new Uint8Array(99) })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
