import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjusted } from '../../src-main/adjust/adjust.ts';
import { placedSize, withPlaces } from '../../src-main/adjust/geometry.ts';
import { mapped, rectangleToCorners } from '../../src-main/adjust/homography.ts';
import { reduced } from '../../src-main/adjust/reduce.ts';
import { suggestedTones } from '../../src-main/adjust/suggest.ts';
import { monotoneCurve, toneTable } from '../../src-main/adjust/tone.ts';
import { adjustmentSchema, keepsPlaces, NO_ADJUSTMENT } from '../../src-main/contract/adjustment.ts';
import { channelCount, type Picture } from '../../src-main/tensor/picture.ts';

function picture(
  width: number,
  height: number,
  value: (x: number, y: number, c: number) => number,
  kind: Pick<Picture, 'mode' | 'bitDepth'> = { mode: 'rgb', bitDepth: 8 },
): Picture {
  const channels = channelCount(kind.mode);
  const size = width * height * channels;
  const data = kind.bitDepth === 8 ? new Uint8Array(size) : new Uint16Array(size);
  for (let i = 0; i < size; i++) {
    const pixel = Math.floor(i / channels);
    data[i] = value(pixel % width, Math.floor(pixel / width), i % channels);
  }
  return { width, height, ...kind, data, metadata: { orientation: 1, dpi: { x: 300, y: 200 } } };
}

const adjustment = (changes: unknown): typeof NO_ADJUSTMENT => adjustmentSchema.parse(changes);

describe('adjusting a picture', () => {
  it('changes no sample by default, in any depth', () => {
    const deep = picture(7, 5, (x, y, c) => 9001 * x + 700 * y + c, { mode: 'rgb-alpha', bitDepth: 16 });
    expect(adjusted(deep, NO_ADJUSTMENT).data).toEqual(deep.data);
    expect(keepsPlaces(NO_ADJUSTMENT)).toBe(true);
  });

  it('turns and crops exactly, with the resolution of its sides', () => {
    const numbered = picture(4, 3, (x, y) => 10 * y + x, { mode: 'gray', bitDepth: 16 });
    const turned = withPlaces(numbered, adjustment({ turn: { quarters: 1 } }));
    expect([turned.width, turned.height, turned.metadata.dpi]).toEqual([3, 4, { x: 200, y: 300 }]);
    expect([...turned.data.subarray(0, 3)]).toEqual([20, 10, 0]);
    const mirrored = withPlaces(numbered, adjustment({ turn: { quarters: 3, mirrored: true } }));
    expect([...mirrored.data.subarray(0, 3)]).toEqual([23, 13, 3]);
    const corner = withPlaces(numbered, adjustment({ crop: { x: 0.5, y: 1 / 3, width: 0.5, height: 2 / 3 } }));
    expect([corner.width, corner.height, ...corner.data]).toEqual([2, 2, 12, 13, 22, 23]);
    const four = [0, 1, 2, 3].reduce((p) => withPlaces(p, adjustment({ turn: { quarters: 1 } })), numbered);
    expect(four.data).toEqual(numbered.data);
  });

  it('straightens without empty corners and without shifting: a ramp keeps its slope in the new direction', () => {
    const ramp = picture(80, 60, (x) => 400 * x + 2000, { mode: 'gray', bitDepth: 16 });
    const angle = 10;
    const { data, width, height } = withPlaces(ramp, adjustment({ angle }));
    expect({ width, height }).toEqual(placedSize(ramp, adjustment({ angle })));
    const at = (x: number, y: number): number => data[Math.floor(y) * width + Math.floor(x)];
    const [cx, cy] = [Math.floor(width / 2), Math.floor(height / 2)];
    const slope = 400 * Math.cos((angle * Math.PI) / 180);
    expect(Math.abs(at(cx + 10, cy) - at(cx, cy) - 10 * slope)).toBeLessThan(4);
    expect(Math.abs(at(cx, cy + 10) - at(cx, cy) - 10 * 400 * Math.sin((angle * Math.PI) / 180))).toBeLessThan(4);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(2000);
  });

  it('takes out perspective: the corners that were given become those of the picture', () => {
    const corners = [
      [0.2, 0.1],
      [0.9, 0.2],
      [0.8, 0.9],
      [0.1, 0.7],
    ] as const;
    const map = rectangleToCorners({ width: 50, height: 40 }, corners)!;
    const places = [mapped(map, 0, 0), mapped(map, 50, 0), mapped(map, 50, 40), mapped(map, 0, 40)];
    places.flat().forEach((value, i) => expect(value).toBeCloseTo(corners.flat()[i], 12));
    const flat = withPlaces(
      picture(100, 100, () => 77),
      adjustment({ corners }),
    );
    expect(new Set(flat.data)).toEqual(new Set([77]));
    const crossed = [corners[0], corners[2], corners[1], corners[3]];
    expect(() =>
      withPlaces(
        picture(9, 9, () => 1),
        adjustment({ corners: crossed }),
      ),
    ).toThrow(/enclose the print/);
  });

  it('mixes colours as they are seen where the picture is transparent', () => {
    const half = picture(20, 20, (x, _y, c) => (c === 3 ? (x < 10 ? 0 : 255) : x < 10 ? 255 : 40), {
      mode: 'rgb-alpha',
      bitDepth: 8,
    });
    const { data } = withPlaces(half, adjustment({ angle: 5 }));
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) expect(data[i]).toBeLessThanOrEqual(41);
  });

  it('never leaves the picture empty, whatever is cut off', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, share, share, fc.double({ min: -45, max: 45, noNaN: true }), (w, h, x, y, angle) => {
        const crop = { x: Math.min(x, 0.995), y: Math.min(y, 0.995), width: 0.005, height: 0.005 };
        const { width, height } = withPlaces(
          picture(w, h, () => 3),
          adjustment({ angle, crop }),
        );
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('tones', () => {
  it('stretch between black and white by the depth of the picture, and leave alpha', () => {
    const deep = picture(2, 1, (x, _y, c) => (c === 3 ? 500 : x === 0 ? 13107 : 52428), {
      mode: 'rgb-alpha',
      bitDepth: 16,
    });
    const { data } = adjusted(deep, adjustment({ levels: { black: 0.2, white: 0.8 } }));
    expect([...data]).toEqual([0, 0, 0, 500, 65535, 65535, 65535, 500]);
    const table = toneTable(adjustment({ levels: { gamma: 2 } }), 1, 65535);
    expect(table[16384]).toBe(Math.round(65535 * Math.sqrt(16384 / 65535)));
  });

  it('follow a curve that rises wherever its points do, and goes through them', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(share, { minLength: 2, maxLength: 6 }), (values) => {
        const ys = values.toSorted((a, b) => a - b);
        const points = ys.map((y, i) => [i / (ys.length - 1), y] as const);
        const curve = monotoneCurve(points);
        points.forEach(([x, y]) => expect(curve(x)).toBeCloseTo(y, 9));
        for (let i = 1; i <= 100; i++) expect(curve(i / 100)).toBeGreaterThanOrEqual(curve((i - 1) / 100) - 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('are suggested for a faded, yellowed scan so that it is greyer and full', () => {
    const scan = picture(64, 64, (x, y, c) => [90, 80, 60][c] + ((x + y) % 64));
    const suggested = suggestedTones(scan);
    expect(suggested.balance.temperature).toBeLessThan(0);
    const { data } = adjusted(scan, adjustment(suggested));
    const mean = (c: number): number =>
      [...data].filter((_, i) => i % 3 === c).reduce((sum, v) => sum + v, 0) / (64 * 64);
    // With levels alone.
    const spread = ((90 - 60) * 255) / (153 - 60);
    expect(Math.abs(mean(0) - mean(2))).toBeLessThan(0.75 * spread);
    expect(Math.max(...data)).toBeGreaterThan(240);
    expect(suggestedTones(picture(8, 8, () => 0))).toMatchObject({ levels: { black: 0 } });
  });

  it('shows a film negative as a positive, without the colour of the film', () => {
    const film = [230, 150, 90];
    const negative = (x: number, _y: number, c: number): number => Math.round(film[c] * (1 - 0.6 * (x / 63)));
    const { data } = adjusted(picture(64, 8, negative), adjustment({ negative: true }));
    // Grey from black to white, as light as the negative is dense.
    expect([...data.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...data.subarray(63 * 3, 64 * 3)]).toEqual([255, 255, 255]);
    for (let x = 0; x < 64; x++) {
      const [red, green, blue] = data.subarray(3 * x, 3 * x + 3);
      expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(8);
    }
    const flat = picture(4, 4, () => 7, { mode: 'gray-alpha', bitDepth: 16 });
    expect(adjusted(flat, adjustment({ negative: true })).data).toEqual(flat.data);
  });

  it('reduces by means', () => {
    const small = reduced(
      picture(8, 4, (x) => 10 * x, { mode: 'gray', bitDepth: 8 }),
      4,
    );
    expect([small.width, small.height, ...small.data.subarray(0, 4)]).toEqual([4, 2, 5, 25, 45, 65]);
  });
});
