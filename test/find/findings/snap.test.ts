import { describe, expect, test } from 'vitest';
import type { DamageMaps } from '../../../src-main/contract/find.ts';
import { codeOfProbability } from '../../../src-main/find/findings/logit-codes.ts';
import { snapStroke } from '../../../src-main/find/findings/snap.ts';

const WIDTH = 120;
const HEIGHT = 80;

/** Maps of the surface from probabilities of every pixel. */
function mapsOf(probability: (x: number, y: number) => number): DamageMaps {
  const surface = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    codeOfProbability(probability(i % WIDTH, Math.floor(i / WIDTH))),
  );
  return {
    width: WIDTH,
    height: HEIGHT,
    pictureWidth: WIDTH,
    pictureHeight: HEIGHT,
    surface,
    area: new Uint8Array(surface.length),
    kinds: new Uint8Array(surface.length),
  };
}

/** A filled block as a stroke. */
function block(x: number, y: number, width: number, height: number): Parameters<typeof snapStroke>[1] {
  return { bounds: { x, y, width, height }, data: new Uint8Array(width * height).fill(255) };
}

function pixelsOf(runs: Int32Array): Set<string> {
  const pixels = new Set<string>();
  for (let i = 0; i < runs.length; i += 3) {
    for (let x = runs[i + 1]; x < runs[i + 2]; x++) pixels.add(`${x},${runs[i]}`);
  }
  return pixels;
}

describe('a rough stroke over damage', () => {
  const isScratch = (y: number): boolean => y >= 39 && y <= 41;

  test('means the scratch, not the doubtful texture around it', () => {
    const maps = mapsOf((_, y) => (isScratch(y) ? 0.999 : 0.3));
    const pixels = pixelsOf(snapStroke(maps, block(20, 30, 60, 20)));
    expect(pixels.has('50,40')).toBe(true);
    // The scratch and two pixels of its border on either side, not the 36 rows within reach.
    expect([...pixels].every((place) => Math.abs(Number(place.split(',')[1]) - 40) <= 3)).toBe(true);
  });

  test('takes faint damage where there is nothing surer', () => {
    const maps = mapsOf((_, y) => (isScratch(y) ? 0.25 : 0.01));
    const pixels = pixelsOf(snapStroke(maps, block(20, 30, 60, 20)));
    expect(pixels.has('50,40')).toBe(true);
    expect(pixels.has('50,47')).toBe(false);
  });

  test('leaves damage alone that the stroke does not touch', () => {
    const maps = mapsOf((x, y) => (isScratch(y) || (x >= 100 && x <= 102) ? 0.99 : 0.01));
    const pixels = pixelsOf(snapStroke(maps, block(20, 30, 40, 20)));
    expect(pixels.has('101,10')).toBe(false);
    expect(pixels.has('40,40')).toBe(true);
  });

  test('is nothing where there is no sign of damage, and beyond the picture', () => {
    const maps = mapsOf(() => 0.01);
    expect(snapStroke(maps, block(20, 30, 40, 20))).toHaveLength(0);
    expect(snapStroke(maps, block(500, 30, 40, 20))).toHaveLength(0);
  });

  test('reaches a little beyond the stroke, not further', () => {
    const maps = mapsOf((_, y) => (isScratch(y) ? 0.99 : 0.01));
    const pixels = pixelsOf(snapStroke(maps, block(50, 35, 10, 10)));
    expect(pixels.has('44,40')).toBe(true);
    expect(pixels.has('35,40')).toBe(false);
  });
});
