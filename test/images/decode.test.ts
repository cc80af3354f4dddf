import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { decodeFloat, encodeFloat } from '../../src-main/images/float-picture.ts';
import {
  fixture,
  HEIGHT,
  paletteEntry,
  pattern16,
  pattern8,
  samples,
  smooth,
  WIDTH,
} from '../fixtures/images/pattern.ts';

const decode = async (name: string) => decodePicture(await fixture(name), name);

/** Colours of a palette file: entry pattern8 & 15. */
const indexed = (x: number, y: number, c: number): number => paletteEntry(pattern8(x, y, 0) & 15, c);

describe('lossless files made by other software decode to the samples they were made from', () => {
  it.each([
    ['rgb16.png', 'png', 'rgb', 16, samples(pattern16, 3)],
    ['gray-alpha16.png', 'png', 'gray-alpha', 16, samples(pattern16, 2)],
    ['rgba8.png', 'png', 'rgb-alpha', 8, samples(pattern8, 4)],
    ['gray8.png', 'png', 'gray', 8, samples(pattern8, 1)],
    ['bits1.png', 'png', 'gray', 8, samples((x, y, c) => (pattern8(x, y, c) & 1) * 255, 1)],
    ['palette4.png', 'png', 'rgb', 8, samples(indexed, 3)],
    [
      'palette-transparent.png',
      'png',
      'rgb-alpha',
      8,
      samples((x, y, c) => (c < 3 ? indexed(x, y, c) : (pattern8(x, y, 0) & 15) * 17), 4),
    ],
    ['interlaced.png', 'png', 'rgb', 8, samples(pattern8, 3)],
    ['tagged.webp', 'webp', 'rgb-alpha', 8, samples(pattern8, 4)],
    ['rgb16-big-endian.tif', 'tiff', 'rgb', 16, samples(pattern16, 3)],
    ['rgb8-tiled.tif', 'tiff', 'rgb', 8, samples(pattern8, 3)],
    ['bigtiff.tif', 'tiff', 'gray', 8, samples(pattern8, 1)],
    ['white-is-zero.tif', 'tiff', 'gray', 8, samples(pattern8, 1)],
    ['palette.gif', 'gif', 'rgb', 8, samples(indexed, 3)],
  ] as const)('%s', async (name, format, mode, bitDepth, expected) => {
    const picture = await decode(name);
    expect(picture).toMatchObject({ format, mode, bitDepth, width: WIDTH, height: HEIGHT, lossy: false, pages: 1 });
    expect(picture.data).toBeInstanceOf(bitDepth === 8 ? Uint8Array : Uint16Array);
    expect(Array.from(picture.data)).toEqual(expected);
    expect(picture.converted).toBeUndefined();
  });
});

describe('lossy files', () => {
  it.each([
    ['progressive.jpg', 'jpeg', 'rgb', 3],
    ['gray.jpg', 'jpeg', 'gray', 1],
    ['lossy.webp', 'webp', 'rgb', 3],
  ] as const)('%s decodes near the samples it was made from', async (name, format, mode, channels) => {
    const picture = await decode(name);
    expect(picture).toMatchObject({ format, mode, bitDepth: 8, width: WIDTH, height: HEIGHT, lossy: true });
    const expected = samples(smooth, channels);
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - picture.data[i])));
    expect(worst).toBeLessThan(12);
  });

  it('says how a JPEG was coded', async () => {
    expect((await decode('tagged.jpg')).metadata.jpeg).toEqual({ quality: 85, chroma: '4:2:0' });
    expect((await decode('progressive.jpg')).metadata.jpeg).toEqual({ quality: 92, chroma: '4:4:4' });
    expect((await decode('gray.jpg')).metadata.jpeg).toEqual({ quality: 95, chroma: '4:4:4' });
  });
});

describe('colour models that a Picture does not have', () => {
  it.each(['cmyk.jpg', 'cmyk.tif'])('%s becomes sRGB without a profile, and says so', async (name) => {
    const picture = await decode(name);
    expect(picture).toMatchObject({
      mode: 'rgb',
      bitDepth: 8,
      converted: expect.stringMatching(/^CMYK colours were converted to sRGB by a generic press profile/) as string,
    });
    expect(picture.metadata.icc).toBeUndefined();
    expect(picture.metadata.jpeg).toBeUndefined();
    // Left half: magenta + yellow ink, a press red; right half: paper.
    const left = [...picture.data.slice(0, 3)];
    const right = [...picture.data.slice(3 * (WIDTH - 1), 3 * WIDTH)];
    expect(left[0]).toBeGreaterThan(180);
    expect(Math.max(left[1], left[2])).toBeLessThan(90);
    expect(Math.min(...right)).toBeGreaterThan(240);
  });

  it('divides out alpha that was multiplied into the colours', async () => {
    const picture = await decode('premultiplied.tif');
    expect(picture.converted).toMatch(/Alpha multiplied/);
    for (let i = 0, at = 0; i < WIDTH * HEIGHT; i++, at += 4) {
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
      const alpha = pattern8(x, y, 3);
      expect(picture.data[at + 3]).toBe(alpha);
      if (alpha === 0) continue;
      // Half a step of the stored product is 255 / (2 alpha) steps of the colour; the library then rounds down.
      const tolerance = 127.5 / alpha + 1;
      expect(Math.abs(picture.data[at] - pattern8(x, y, 0))).toBeLessThanOrEqual(tolerance);
    }
  });

  it('reads the first page of several and says how many there are', async () => {
    const picture = await decode('pages.tif');
    expect(picture.pages).toBe(2);
    expect(Array.from(picture.data)).toEqual(samples(pattern8, 1));
  });
});

describe('measured values', () => {
  it.each([
    ['float32.tif', 'float32', samples((x, y, c) => (pattern16(x, y, c) - 1024) / 8, 1)],
    ['int16.tif', 'int16', samples((x, y, c) => pattern16(x, y, c) - 32768, 1)],
    ['gray8.png', 'uint8', samples(pattern8, 1)],
  ] as const)('%s decodes unscaled', async (name, sampleType, expected) => {
    const values = await decodeFloat(await fixture(name), name);
    expect(values).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 1, sampleType });
    expect(Array.from(values.data)).toEqual(expected);
  });

  it('come back exactly from a float TIFF', async () => {
    const data = Float32Array.from([-1024, 0, 3071, Math.fround(1 / 3), 1e-30, -0]);
    const bytes = await encodeFloat({ width: 3, height: 2, channels: 1, data });
    const values = await decodeFloat(bytes, 'out.tif');
    expect(values).toMatchObject({ width: 3, height: 2, channels: 1, sampleType: 'float32' });
    expect(Array.from(values.data)).toEqual(Array.from(data));
  });

  it('are refused as a picture, and pictures of lossy formats as measured values', async () => {
    await expect(decode('float32.tif')).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/float32\.tif.*type float.*reconstruct/),
    });
    await expect(decode('int16.tif')).rejects.toMatchObject({ code: 'unsupported-format' });
    await expect(decodeFloat(await fixture('gray.jpg'), 'gray.jpg')).rejects.toMatchObject({
      code: 'unsupported-format',
    });
  });
});
