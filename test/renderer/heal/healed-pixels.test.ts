import { describe, expect, test } from 'vitest';
import { HealedPixels } from '../../../src-renderer/heal/healed-pixels.ts';

function pixels(width: number, height: number): { healed: HealedPixels; before: Uint8Array } {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i * 31) % 251);
  return { healed: new HealedPixels({ width, height, data }), before: data.slice() };
}

/** Quicker than `toEqual` for many numbers. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

const white = (x: number, y: number, width: number, height: number) => ({
  ...{ x, y, width, height },
  data: new Uint8Array(width * height * 4).fill(255),
});

describe('the pixels of a healed picture', () => {
  test('change where a block is put, and can be shown as they were', () => {
    const { healed, before } = pixels(300, 260);
    healed.put(white(250, 100, 20, 5));
    expect(healed.data[(100 * 300 + 250) * 4]).toBe(255);
    expect(healed.data[(100 * 300 + 249) * 4]).toBe(before[(100 * 300 + 249) * 4]);
    expect(isSame(healed.original().data, before)).toBe(true);
    // Healed again: the original is still the first one.
    healed.put(white(0, 0, 300, 260));
    expect(isSame(healed.original().data, before)).toBe(true);
    const tiles = healed.originalsIn({ x: 0, y: 0, width: 300, height: 260 });
    expect(tiles.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(tiles[0].pixels.subarray(0, 8)).toEqual(Uint8ClampedArray.from(before.subarray(0, 8)));
  });

  test('keep the originals of the touched tiles only', () => {
    const { healed } = pixels(1000, 600);
    expect(healed.original().data === healed.data).toBe(true);
    healed.put(white(10, 10, 30, 30));
    expect(healed.bytes).toBe(256 * 256 * 4);
  });

  test('tell what has changed once, cut to the picture', () => {
    const { healed } = pixels(100, 50);
    healed.put(white(90, 45, 20, 20));
    healed.put(white(200, 45, 20, 20));
    expect(healed.takeDirty()).toEqual([{ x: 90, y: 45, width: 10, height: 5 }]);
    expect(healed.takeDirty()).toEqual([]);
  });
});

describe('parked pixels', () => {
  test('leave the page and come back, with what was healed meanwhile', async () => {
    const content = { width: 3, height: 2, data: Uint8Array.from({ length: 24 }, (_, i) => i) };
    const before = content.data.slice();
    const pixels = new HealedPixels(content);
    pixels.park();
    expect(pixels.isParked).toBe(true);
    expect(content.data).toHaveLength(0);
    pixels.put({ x: 1, y: 0, width: 1, height: 1, data: Uint8Array.of(9, 9, 9, 9) });
    await Promise.all([pixels.unpark(), pixels.unpark()]);
    expect(pixels.isParked).toBe(false);
    expect(content.data).toBe(pixels.data);
    expect([...content.data.subarray(0, 8)]).toEqual([...before.subarray(0, 4), 9, 9, 9, 9]);
    expect(pixels.original().data).toEqual(before);
    expect(pixels.takeDirty()).toHaveLength(1);
  });
});
