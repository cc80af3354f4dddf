import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';
import { fixture } from '../fixtures/images/pattern.ts';
import { tiffFile } from '../fixtures/images/tiff-file.ts';

/** What people reported to other programs about their readers and writers; the rest is tested beside its subject. */

const grey = (width: number, height: number): Picture => ({
  width,
  height,
  mode: 'gray',
  bitDepth: 8,
  data: Uint8Array.from({ length: width * height }, (_, i) => (i * 7) % 251),
  metadata: { orientation: 1 },
});
/** An ICC profile's header of a colour space, which is all that tells it from others here. */
function profile(colourSpace: string): Uint8Array {
  const icc = new Uint8Array(200);
  icc.set(Buffer.from(colourSpace, 'latin1'), 16);
  icc.set(Buffer.from('acsp', 'latin1'), 36);
  return icc;
}

describe('public reports', () => {
  it('libvips/libvips#1471: five channels are refused, not black', async () => {
    const samples = new Uint8Array(12 * 8 * 5).fill(80);
    const bytes = tiffFile([{ width: 12, height: 8, samples, bits: [8, 8, 8, 8, 8] }]);
    await expect(decodePicture(bytes, 'five.tif')).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/5 channels per pixel/) as string,
    });
  });

  it('lovell/sharp#237, #521: RGBA with a profile of CMYK keeps its samples', async () => {
    const source = await decodePicture(await fixture('rgba8.png'), 'rgba8.png');
    const bytes = await encodePicture(
      { ...source, metadata: { orientation: 1, icc: profile('CMYK') } },
      { format: 'png' },
    );
    expect((await decodePicture(bytes, 'again.png')).data).toEqual(source.data);
  });

  it('libvips/libvips#676, lovell/sharp#2365: CMYK is converted, and the profile that was assumed is named', async () => {
    const { converted, mode } = await decodePicture(await fixture('cmyk.jpg'), 'cmyk.jpg');
    expect(mode).toBe('rgb');
    expect(converted).toMatch(/by a generic press profile, because the file has none/);
  });

  it('upscayl/upscayl#1169, #1065: palettes and bilevel PNGs become JPEGs of the right colours', async () => {
    for (const name of ['palette4.png', 'bits1.png', 'gray8.png']) {
      const source = await decodePicture(await fixture(name), name);
      const again = await decodePicture(await encodePicture(source, { format: 'jpeg', quality: 100 }), 'again.jpg');
      expect(again.mode).toBe(source.mode);
      const differences = Array.from(source.data, (value, i) => Math.abs(value - again.data[i]));
      const error = differences.reduce((sum, value) => sum + value, 0) / differences.length;
      expect(error, name).toBeLessThan(4);
    }
  });

  it('upscayl/upscayl#872: wide pictures keep their rows apart', async () => {
    const wide = grey(3001, 7);
    for (const format of ['png', 'tiff', 'webp'] as const) {
      const again = await decodePicture(await encodePicture(wide, { format }), 'wide');
      const channels = again.data.length / (3001 * 7);
      expect(again.data.filter((_, i) => i % channels === 0)).toEqual(wide.data);
    }
  });

  it('fhanau/Efficient-Compression-Tool#56: a wrong ending is no obstacle', async () => {
    expect((await decodePicture(await fixture('gray8.png'), 'photo.jpg')).format).toBe('png');
    expect((await decodePicture(await fixture('gray.jpg'), 'photo.png')).format).toBe('jpeg');
  });

  it('libvips/vipsdisp#48: a TIFF of a compression that is not decoded is refused, not black', async () => {
    const entries = [{ tag: 259, type: 3, values: [50_000] }] as const;
    const bytes = tiffFile([{ width: 12, height: 8, samples: new Uint8Array(96), entries }]);
    await expect(decodePicture(bytes, 'zstd.tif')).rejects.toThrow(/compressed as Zstandard/);
  });
});
