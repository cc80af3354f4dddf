import { describe, expect, it } from 'vitest';
import {
  displayedPicture,
  displayedSize,
  storedPicture,
  toDisplay,
  toStored,
} from '../../src-main/images/orientation.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';

/**
 * The letter F of the EXIF specification's figure, as stored for each orientation so that it is shown upright:
 * rows of '#' and '.'.
 */
const upright = ['###', '#..', '##.', '#..', '#..'];
const stored: Readonly<Record<number, readonly string[]>> = {
  1: ['###', '#..', '##.', '#..', '#..'],
  2: ['###', '..#', '.##', '..#', '..#'],
  3: ['..#', '..#', '.##', '..#', '###'],
  4: ['#..', '#..', '##.', '#..', '###'],
  5: ['#####', '#.#..', '#....'],
  6: ['#....', '#.#..', '#####'],
  7: ['....#', '..#.#', '#####'],
  8: ['#####', '..#.#', '....#'],
};

const pixels = (rows: readonly string[]): Uint8Array => Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0));
const all = [1, 2, 3, 4, 5, 6, 7, 8];

describe('orientation', () => {
  it.each(all)('%i shows the letter upright', (orientation) => {
    const rows = stored[orientation];
    const [width, height] = [rows[0].length, rows.length];
    expect(toDisplay(pixels(rows), width, height, 1, orientation)).toEqual(pixels(upright));
    expect(toStored(pixels(upright), 3, 5, 1, orientation)).toEqual(pixels(rows));
  });

  it.each(all)('%i and back keeps every sample of every channel', (orientation) => {
    const [width, height, channels] = [4, 3, 4];
    const data = Uint16Array.from({ length: width * height * channels }, (_, i) => i * 257);
    const picture: Picture = {
      width,
      height,
      mode: 'rgb-alpha',
      bitDepth: 16,
      data,
      metadata: { orientation, dpi: { x: 300, y: 150 } },
    };
    const shown = displayedPicture(picture);
    expect({ width: shown.width, height: shown.height }).toEqual(displayedSize(picture));
    expect(shown.width).toBe(orientation >= 5 ? height : width);
    expect(shown.metadata).toEqual({
      orientation: 1,
      dpi: orientation >= 5 ? { x: 150, y: 300 } : { x: 300, y: 150 },
    });
    expect(shown.data).toBeInstanceOf(Uint16Array);
    expect(storedPicture(shown, orientation)).toEqual(picture);
    // The channels of a pixel stay together.
    for (let i = 0; i < shown.data.length; i += 4) {
      expect(Array.from(shown.data.slice(i, i + 4), (v) => v / 257 - shown.data[i] / 257)).toEqual([0, 1, 2, 3]);
    }
  });

  it('leaves the input untouched and treats unknown values as 1', () => {
    const data = pixels(stored[6]);
    const before = data.slice();
    expect(toDisplay(data, 5, 3, 1, 0)).toEqual(before);
    toDisplay(data, 5, 3, 1, 6).fill(9);
    expect(data).toEqual(before);
  });
});
