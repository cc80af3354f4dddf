import { describe, expect, test } from 'vitest';
import { parseAngles } from '../../../src-renderer/scan/angles.ts';
import { differenceColors, differenceOf } from '../../../src-renderer/scan/difference.ts';
import { panned, WHOLE, zoomedAt } from '../../../src-renderer/scan/linked-zoom.ts';
import { frameValues, valuesOf } from '../../../src-renderer/scan/scan-values.ts';
import { draggedWindow, greyOf, presetOfWindow } from '../../../src-renderer/scan/window-level.ts';

describe('window and level', () => {
  test('map the ends of the window to black and white, and clip beyond', () => {
    const grey = greyOf(Float32Array.of(-160, 40, 240, -1000, 2000, NaN), { centre: 40, width: 400 });
    expect([...grey]).toEqual([0, 128, 255, 0, 255, 0]);
  });

  test('follow a drag: right is wider, up is a higher level, and back undoes it', () => {
    const start = { centre: 40, width: 400 };
    const wide = draggedWindow(start, 150, 0);
    expect(wide.width).toBeCloseTo(400 * Math.E, -1);
    expect(wide.centre).toBe(40);
    expect(draggedWindow(wide, -150, 0).width).toBeCloseTo(400, -1);
    expect(draggedWindow(start, 0, -30).centre).toBe(80);
  });

  test('stay readable and positive for windows of any size', () => {
    expect(draggedWindow({ centre: 0.5, width: 0.4 }, 0, -3).centre).toBe(0.504);
    expect(draggedWindow({ centre: 0, width: 1 }, -10_000, 0).width).toBeGreaterThan(0);
  });

  test('know their preset', () => {
    expect(presetOfWindow({ centre: 400, width: 1800 })).toBe('bone');
    expect(presetOfWindow({ centre: 401, width: 1800 })).toBeUndefined();
  });
});

describe('linked zoom', () => {
  test('keeps the point under the pointer in place', () => {
    const [u, v] = [0.3, 0.6];
    const at = ({ scale, x, y }: typeof WHOLE) => [x + (u - 0.5) / scale, y + (v - 0.5) / scale];
    const once = zoomedAt(WHOLE, 2, u, v);
    const twice = zoomedAt(once, 3, u, v);
    expect(at(once)[0]).toBeCloseTo(0.3, 12);
    expect(at(twice)[1]).toBeCloseTo(0.6, 12);
  });

  test('shows nothing beside the picture', () => {
    expect(panned(WHOLE, 5, -5)).toEqual(WHOLE);
    expect(panned(zoomedAt(WHOLE, 4), 100, 0).x).toBe(0.125);
    expect(zoomedAt(zoomedAt(WHOLE, 4, 0, 0), 0.01)).toEqual(WHOLE);
  });
});

test('differences are taken inside the disk, with their root mean square', () => {
  const corners = [0, 3, 12, 15];
  const estimate = Float32Array.from({ length: 16 }, (_, i) => (corners.includes(i) ? 9 : 3));
  const { values, rms } = differenceOf(estimate, new Float32Array(16), 4);
  expect(corners.map((i) => values[i])).toEqual([0, 0, 0, 0]);
  expect(rms).toBeCloseTo(3, 6);
  const colors = differenceColors(Float32Array.of(0, -50, 50, 500), 100);
  expect([...colors.subarray(0, 3)]).toEqual([247, 247, 247]);
  expect(colors[6]).toBeGreaterThan(colors[4]);
  expect(colors[8]).toBeGreaterThan(colors[10]);
  expect([...colors.subarray(12, 15)]).toEqual([190, 85, 10]);
});

describe('angles from a file', () => {
  test('are numbers apart by anything usual', () => {
    expect(parseAngles('# degrees\n0, 1.5;3\n\t-4e1', 'a.txt')).toEqual([0, 1.5, 3, -40]);
  });

  test('say what is wrong with them', () => {
    expect(() => parseAngles('0 1 two', 'a.txt')).toThrow('a.txt holds "two", which is not a number.');
    expect(() => parseAngles('', 'a.txt')).toThrow('it has 0 numbers');
  });
});

test('numbers are read wherever their bytes begin, and frames in HU', () => {
  const bytes = new Uint8Array(13);
  bytes.set(new Uint8Array(Float32Array.of(1.5, -2, 3).buffer), 1);
  const content = {
    kind: 'slice',
    width: 3,
    height: 1,
    slices: 1,
    unit: 'HU',
    window: { centre: 0, width: 1 },
  } as const;
  expect([...valuesOf({ ...content, values: bytes.subarray(1) })]).toEqual([1.5, -2, 3]);
  const hu = frameValues({ width: 2, height: 1, channels: 1, bytes: Uint8Array.of(0, 255) });
  expect([...hu]).toEqual([-1024, 2000]);
});
