import { describe, expect, test } from 'vitest';
import {
  cautionNotices,
  mayCoverFace,
  type MarkedPlace,
  type ShownPicture,
} from '../../../src-main/find/findings/caution.ts';

const [WIDTH, HEIGHT] = [360, 300];
const SKIN = [205, 160, 135] as const;
const LEAF = [40, 110, 50] as const;

/** A picture of one colour with filled blocks; `grain` is added to every other pixel. */
function pictureOf(
  ground: readonly [number, number, number],
  blocks: readonly (readonly [MarkedPlace['bounds'], readonly [number, number, number]])[] = [],
  grain = 0,
): ShownPicture {
  const data = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const inside = blocks.findLast(([b]) => x >= b.x && y >= b.y && x < b.x + b.width && y < b.y + b.height);
      const colour = inside?.[1] ?? ground;
      for (let c = 0; c < 3; c++) data[(y * WIDTH + x) * 4 + c] = colour[c] + ((x + y) & 1) * grain;
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}

function placeOf(bounds: MarkedPlace['bounds']): MarkedPlace {
  const { x, y, width, height } = bounds;
  return { bounds, runs: Int32Array.from(Array.from({ length: height }, (_, i) => [y + i, x, x + width]).flat()) };
}

// A face-sized square has a side of 50 pixels here.
const eye = { x: 150, y: 120, width: 12, height: 7 };
const line = { x: 20, y: 140, width: 300, height: 3 };
const band = { x: 20, y: 140, width: 300, height: 9 };

describe('mayCoverFace', () => {
  test('asks where something dark of the size of an eye lies in skin, in colour and in grey', () => {
    expect(mayCoverFace(pictureOf(SKIN, [[eye, [40, 30, 30]]]), placeOf(eye))).toBe(true);
    expect(mayCoverFace(pictureOf([170, 170, 170], [[eye, [40, 40, 40]]]), placeOf(eye))).toBe(true);
  });

  test('does not ask for bright dust, for what is smaller than an eye, or elsewhere', () => {
    const dust = { ...eye, width: 2, height: 2 };
    expect(mayCoverFace(pictureOf(SKIN, [[eye, [250, 250, 250]]]), placeOf(eye))).toBe(false);
    expect(mayCoverFace(pictureOf(SKIN, [[dust, [40, 30, 30]]]), placeOf(dust))).toBe(false);
    expect(mayCoverFace(pictureOf(LEAF, [[eye, [10, 10, 10]]]), placeOf(eye))).toBe(false);
    // Sepia: the wall behind somebody has the chroma of skin too, but is darker than the rest.
    const bright = { x: 0, y: 0, width: 360, height: 100 };
    const sepia = pictureOf(
      [120, 105, 85],
      [
        [bright, [225, 205, 180]],
        [eye, [50, 40, 30]],
      ],
    );
    expect(mayCoverFace(sepia, placeOf(eye))).toBe(false);
    expect(mayCoverFace(pictureOf(SKIN, [[eye, [40, 30, 30]]], 40), placeOf(eye))).toBe(false);
  });

  test('asks where more than a tenth of a face-sized area of skin is covered', () => {
    expect(mayCoverFace(pictureOf(SKIN), placeOf(band))).toBe(true);
    expect(mayCoverFace(pictureOf(SKIN), placeOf(line))).toBe(false);
    expect(mayCoverFace(pictureOf(LEAF), placeOf(band))).toBe(false);
  });

  test('takes places at the border, and ones that fill the picture', () => {
    const corner = { x: WIDTH - 12, y: HEIGHT - 7, width: 12, height: 7 };
    expect(mayCoverFace(pictureOf(SKIN, [[corner, [40, 30, 30]]]), placeOf(corner))).toBe(true);
    expect(mayCoverFace(pictureOf(SKIN), placeOf({ x: 0, y: 0, width: WIDTH, height: HEIGHT }))).toBe(false);
  });
});

describe('cautionNotices', () => {
  test('names the doubtful findings and no others', () => {
    const rest = { area: 60, length: 12, probability: 0.99, outline: [] };
    const findings = [eye, line].map((bounds, id) => ({ id, kind: 'crack' as const, ...rest, ...placeOf(bounds) }));
    expect(cautionNotices(findings, [0])).toEqual([expect.stringMatching(/crack at 150, 120 .* part of a face/)]);
    expect(cautionNotices(findings, [])).toEqual([]);
  });
});
