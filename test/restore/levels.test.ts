import { describe, expect, it } from 'vitest';
import { levelNotices, readLevels } from '../../src-main/restore/levels.ts';
import type { Picture, PictureMode } from '../../src-main/tensor/picture.ts';

function picture(mode: PictureMode, data: number[], bitDepth: 8 | 16 = 8): Picture {
  const values = bitDepth === 8 ? Uint8Array.from(data) : Uint16Array.from(data);
  return { width: 2, height: 2, mode, bitDepth, data: values, metadata: { orientation: 1 } };
}
const whole = { x: 0, y: 0, width: 2, height: 2 };

describe('the levels of a picture', () => {
  it('are its samples, channel by channel, without alpha', () => {
    const rgba = picture('rgb-alpha', [1, 2, 3, 9, 4, 5, 6, 9, 7, 8, 10, 9, 11, 12, 13, 9]);
    expect([...readLevels(rgba, whole, 3)]).toEqual([1, 4, 7, 11, 2, 5, 8, 12, 3, 6, 10, 13]);
    expect([...readLevels(rgba, { x: 1, y: 0, width: 1, height: 2 }, 3)]).toEqual([4, 11, 5, 12, 6, 13]);
    expect(levelNotices(rgba, 3)).toEqual(['Its transparency is left out.']);
  });

  it('of 16 bits are rounded to 8', () => {
    const deep = picture('gray', [0, 65535, 128, 129], 16);
    expect([...readLevels(deep, whole, 1)]).toEqual([0, 255, 0, 1]);
    expect(levelNotices(deep, 1).join()).toMatch(/rounded to 8/);
  });

  it('of a grey picture fill three channels', () => {
    const grey = picture('gray', [1, 2, 3, 4]);
    expect([...readLevels(grey, whole, 3)]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
    expect(levelNotices(grey, 3).join()).toMatch(/equal channels/);
    expect(levelNotices(grey, 1)).toEqual([]);
  });

  it('of a colour picture are no grey ones', () => {
    expect(() => readLevels(picture('rgb', Array<number>(12).fill(0)), whole, 1)).toThrow(/takes grey pictures/);
  });
});
