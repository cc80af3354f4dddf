import { describe, expect, it } from 'vitest';
import type { DamageMaps } from '../../src-main/contract/find.ts';
import { markCrispSpecks } from '../../src-main/find/crisp-specks.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

const SIDE = 200;

type Colour = readonly [number, number, number];

function pictureOf(colour: (x: number, y: number) => Colour): Picture {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++) data.set(colour(i % SIDE, Math.floor(i / SIDE)), 3 * i);
  return { width: SIDE, height: SIDE, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

/** Middles of what is marked, one each 20 × 20 block that spots are drawn in the middle of. */
function marked(picture: Picture, isNegative = false): number {
  const plane = (): Uint8Array => new Uint8Array(SIDE * SIDE);
  const size = { width: SIDE, height: SIDE, pictureWidth: SIDE, pictureHeight: SIDE };
  const maps: DamageMaps = { ...size, surface: plane(), area: plane(), kinds: plane() };
  markCrispSpecks(picture, maps, 1, isNegative);
  const blocks = new Set<number>();
  maps.surface.forEach((code, i) => {
    if (code === 0) return;
    expect(maps.kinds[i] & 15).toBe(1);
    blocks.add(Math.floor(Math.floor(i / SIDE) / 20) * 10 + Math.floor((i % SIDE) / 20));
  });
  return blocks.size;
}

/** A brown slope with a spot in the middle of some blocks. */
function spotted(count: number, spot: (block: number) => Colour, radius = 3): Picture {
  const brown = (x: number): Colour => [110 + x / 10, 80 + x / 10, 50];
  return pictureOf((x, y) => {
    const block = Math.floor(y / 20) * 10 + Math.floor(x / 20);
    return block < count && Math.hypot((x % 20) - 10, (y % 20) - 10) <= radius ? spot(block) : brown(x);
  });
}

const PAPER: Colour = [240, 236, 225];

describe('crisp specks', () => {
  it('are round spots of paper, of radius 1 to 4', () => {
    for (const radius of [1, 2, 3, 4]) expect(marked(spotted(7, () => PAPER, radius)), `${radius}`).toBe(7);
  });

  it('have no colour, are nearly as light as paper, and small', () => {
    expect(marked(spotted(7, () => [250, 210, 90]))).toBe(0);
    expect(marked(spotted(7, () => [160, 158, 150]))).toBe(0);
    expect(marked(spotted(7, () => PAPER, 7))).toBe(0);
  });

  it('are not the brightest lights of a scene that has them in all strengths', () => {
    expect(marked(spotted(40, (block) => (block % 4 === 0 ? PAPER : [150 + block, 120 + block, 90 + block])))).toBe(0);
  });

  it('are not grain, lines or edges', () => {
    const random = new RandomGenerator(1);
    const grain = (): Colour => {
      const value = Math.min(255, Math.max(0, 150 + 30 * random.normal()));
      return [value, value, value];
    };
    expect(marked(pictureOf(grain))).toBe(0);
    expect(marked(pictureOf((x) => (x % 20 === 10 ? PAPER : [60, 60, 60])))).toBe(0);
    expect(marked(pictureOf((x, y) => (x + y > SIDE ? PAPER : [60, 60, 60])))).toBe(0);
  });

  it('are dark in a negative', () => {
    const dark = spotted(5, () => PAPER);
    const inverted = { ...dark, data: dark.data.map((value) => 255 - value) };
    expect(marked(inverted)).toBe(0);
    expect(marked(inverted, true)).toBe(5);
  });
});
