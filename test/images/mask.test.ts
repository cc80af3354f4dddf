import { describe, expect, it } from 'vitest';
import { encodePicture } from '../../src-main/images/encode.ts';
import { decodeMask } from '../../src-main/images/mask.ts';
import { channelCount, type Picture, type PictureMode } from '../../src-main/tensor/picture.ts';
import { fixture, HEIGHT, paletteEntry, pattern16, pattern8, samples, WIDTH } from '../fixtures/images/pattern.ts';

const upright = (width: number, height: number) => ({ width, height, metadata: { orientation: 1 } });
const fixturePicture = upright(WIDTH, HEIGHT);

/** An 8-bit PNG mask of one row of pixels, given as samples. */
async function rowMask(mode: PictureMode, pixels: number[][], orientation = 1): Promise<Uint8Array> {
  const picture: Picture = {
    width: pixels.length,
    height: 1,
    mode,
    bitDepth: 8,
    data: Uint8Array.from(pixels.flat()),
    metadata: { orientation },
  };
  expect(picture.data.length).toBe(pixels.length * channelCount(mode));
  return encodePicture(picture, { format: 'png' });
}

const read = async (mode: PictureMode, pixels: number[][]): Promise<number[]> =>
  Array.from(await decodeMask(await rowMask(mode, pixels), 'mask.png', upright(pixels.length, 1)));

describe('white of at least 50 % is restored', () => {
  it('in grey', async () => {
    expect(await read('gray', [[0], [1], [127], [128], [255]])).toEqual([0, 0, 0, 1, 1]);
  });

  it('in colour, by luma', async () => {
    const colours = [
      [255, 255, 255],
      [0, 255, 0],
      [255, 0, 0],
      [0, 0, 255],
      [128, 128, 128],
      [127, 127, 127],
    ];
    expect(await read('rgb', colours)).toEqual([1, 1, 0, 0, 1, 0]);
  });

  it.each([
    ['16 bits with alpha', 'gray-alpha16.png'],
    ['1-bit', 'bits1.png'],
    ['8-bit grey', 'gray8.png'],
    ['palette', 'palette4.png'],
  ])('in a file of %s', async (_kind, name) => {
    const luma = (x: number, y: number): number => {
      const i = pattern8(x, y, 0) & 15;
      return 0.2126 * paletteEntry(i, 0) + 0.7152 * paletteEntry(i, 1) + 0.0722 * paletteEntry(i, 2);
    };
    const expected: Record<string, (x: number, y: number) => boolean> = {
      'gray-alpha16.png': (x, y) => pattern16(x, y, 0) >= 32768 && pattern16(x, y, 1) >= 32768,
      'bits1.png': (x, y) => (pattern8(x, y, 0) & 1) === 1,
      'gray8.png': (x, y) => pattern8(x, y, 0) >= 128,
      'palette4.png': (x, y) => luma(x, y) >= 127.5,
    };
    const mask = await decodeMask(await fixture(name), name, fixturePicture);
    expect(Array.from(mask)).toEqual(samples((x, y) => (expected[name](x, y) ? 1 : 0), 1));
  });

  it('an all-black mask is empty, an all-white one full', async () => {
    expect(await read('gray', [[0], [0], [0]])).toEqual([0, 0, 0]);
    expect(await read('gray', [[255], [255], [255]])).toEqual([1, 1, 1]);
  });
});

describe('alpha', () => {
  it('that does not vary says nothing', async () => {
    expect(
      await read('gray-alpha', [
        [255, 255],
        [0, 255],
        [200, 255],
      ]),
    ).toEqual([1, 0, 1]);
  });

  it.each([
    ['black', [0, 0, 0]],
    ['red', [255, 0, 0]],
    ['white', [255, 255, 255]],
  ])('of a transparent sheet: %s strokes are restored', async (_name, [r, g, b]) => {
    const pixels = [
      [r, g, b, 255],
      [0, 0, 0, 0],
      [255, 255, 255, 0],
      [r, g, b, 128],
      [r, g, b, 127],
    ];
    expect(await read('rgb-alpha', pixels)).toEqual([1, 0, 0, 1, 0]);
  });

  it('of a black and white mask with transparent parts keeps those', async () => {
    const pixels = [
      [255, 255],
      [0, 255],
      [255, 0],
      [0, 0],
    ];
    expect(await read('gray-alpha', pixels)).toEqual([1, 0, 0, 0]);
  });

  it('of a wholly transparent file restores nothing', async () => {
    expect(
      await read('gray-alpha', [
        [255, 0],
        [255, 10],
      ]),
    ).toEqual([0, 0]);
  });
});

describe('a mask drawn for the picture as shown', () => {
  it('is rotated to the picture as stored', async () => {
    // Stored 1 × 3 (a column), shown turned clockwise as a row: the column's bottom is on the left.
    const picture = { width: 1, height: 3, metadata: { orientation: 6 } };
    const mask = await rowMask('gray', [[255], [0], [0]]);
    expect(Array.from(await decodeMask(mask, 'mask.png', picture))).toEqual([0, 0, 1]);
    const mirrored = { width: 3, height: 1, metadata: { orientation: 2 } };
    expect(Array.from(await decodeMask(mask, 'mask.png', mirrored))).toEqual([0, 0, 1]);
  });

  it('may itself be stored rotated, as when it was painted on a copy of the photograph', async () => {
    const mask = await rowMask('gray', [[255], [0], [0]], 8);
    // Shown, it is a column with the white pixel at the bottom.
    expect(Array.from(await decodeMask(mask, 'mask.png', upright(1, 3)))).toEqual([0, 0, 1]);
    const sameFile = { width: 3, height: 1, metadata: { orientation: 8 } };
    expect(Array.from(await decodeMask(mask, 'mask.png', sameFile))).toEqual([1, 0, 0]);
  });
});

describe('a mask of another size', () => {
  it('is refused, naming both sizes', async () => {
    const mask = await rowMask('gray', [[0], [255]]);
    await expect(decodeMask(mask, 'm%20é.png', upright(640, 480))).rejects.toMatchObject({
      code: 'mask-size',
      message: expect.stringMatching(/m%20é\.png is 2 × 1.*picture is 640 × 480/),
    });
  });

  it('is refused when it fits only the stored size of a picture shown rotated', async () => {
    const mask = await rowMask('gray', [[0], [255], [0]]);
    await expect(
      decodeMask(mask, 'mask.png', { width: 3, height: 1, metadata: { orientation: 6 } }),
    ).rejects.toMatchObject({ code: 'mask-size', message: expect.stringMatching(/3 × 1.*1 × 3.*rotated.*6/) });
  });

  it('is refused as any file is that is no picture', async () => {
    await expect(decodeMask(Buffer.from('hello'), 'mask.txt', upright(1, 1))).rejects.toMatchObject({
      code: 'not-a-picture',
      message: expect.stringContaining('mask.txt'),
    });
  });
});
