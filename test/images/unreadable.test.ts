import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { decodeFloat } from '../../src-main/images/float-picture.ts';
import { tiffFile, type TiffEntry } from '../fixtures/images/tiff-file.ts';

const samples = Uint8Array.from({ length: 12 * 8 * 4 }, (_, i) => i % 251);
const grey = { width: 12, height: 8, samples: samples.subarray(0, 96) };
const short = (tag: number, ...values: number[]): TiffEntry => ({ tag, type: 3, values });

const reason = (bytes: Uint8Array, name = 'a.tif') =>
  decodePicture(bytes, name).then(
    () => 'read',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

describe('raw photographs are refused as such, never their preview', () => {
  const sensor = { width: 8, height: 4, samples: samples.subarray(0, 64), bits: [16] };
  const preview = { ...grey, entries: [short(254, 1)] };
  it.each<[string, Uint8Array]>([
    ['a DNG version', tiffFile([{ ...grey, entries: [{ tag: 50706, type: 1, values: [1, 4, 0, 0] }] }])],
    ['a sensor in the next directory', tiffFile([preview, { ...sensor, entries: [short(262, 32803)] }])],
    ['linear raw', tiffFile([preview, { ...sensor, entries: [short(262, 34892)] }])],
    ['compression of Nikon', tiffFile([preview, { ...sensor, entries: [short(259, 34713)] }])],
    ['compression of Sony', tiffFile([{ ...sensor, entries: [short(259, 32767)] }])],
  ])('by %s', async (_name, bytes) => {
    expect(await reason(bytes)).toMatch(/^unsupported-format: a\.tif looks like a raw photograph/);
  });

  it('by a sensor in a directory below the first', async () => {
    const bytes = tiffFile([preview, { ...sensor, entries: [short(262, 32803)] }]);
    // The second directory is hung below the first instead of after it.
    const view = new DataView(bytes.buffer);
    const first = view.getUint32(4, true);
    const end = first + 2 + 12 * view.getUint16(first, true);
    const second = view.getUint32(end, true);
    const nested = tiffFile([{ ...preview, entries: [short(254, 1), { tag: 330, type: 4, values: [second] }] }]);
    const shift = nested.length;
    const moved = tiffFile([{ ...preview, entries: [short(254, 1), { tag: 330, type: 4, values: [shift] }] }]);
    const directory = bytes.slice(second);
    expect(await reason(Uint8Array.from([...moved, ...directory]))).toMatch(/raw photograph/);
  });

  it.each(['dng', 'NEF', 'arw', 'pef', 'srw', '3fr', 'iiq', 'dcr'])('by the ending .%s', async (ending) => {
    expect(await reason(tiffFile([grey]), `photo.${ending}`)).toMatch(/raw photograph/);
  });

  it.each([
    ['FUJIFILMCCD-RAW 0201', 'Fujifilm'],
    ['IIRO\b\0\0\0', 'Olympus'],
    ['IIU\0\x18\0\0\0', 'Panasonic'],
    ['\0MRM\0\0\0\0', 'Minolta'],
    ['FOVb\0\0\0\0', 'Sigma'],
    ['II\x1a\0\0\0HEAPCCDR', 'Canon'],
    ['\0\0\0\x18ftypcrx \0\0\0\x01', 'Canon'],
  ])('by the mark %j', async (mark, maker) => {
    const bytes = Uint8Array.from(Buffer.concat([Buffer.from(mark, 'latin1'), Buffer.alloc(300, 7)]));
    expect(await reason(bytes, 'x.raw')).toMatch(new RegExp(`unsupported-format.*${maker}.* raw photograph`));
  });
});

describe('pictures of other formats are refused by name', () => {
  it.each([
    ['SIMPLE  =                    T', 'a FITS image'],
    ['II\xbc\x01\x08\0\0\0', 'a JPEG XR picture'],
    ['qoif\0\0\0\x10', 'a QOI picture'],
    ['BPG\xfb\0\0', 'a BPG picture'],
    ['\0\0\0\x1cftyphevc\0\0\0\0', 'a HEIC photograph'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1avif', 'an AVIF picture'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1heic', 'a HEIC photograph'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'a JPEG XL picture'],
    ['AT&TFORM\0\0\0\x10DJVU', 'a DjVu document'],
    ['\x97JB2\r\n\x1a\n', 'a JBIG2 picture'],
  ])('%j', async (mark, what) => {
    const bytes = Uint8Array.from(Buffer.concat([Buffer.from(mark, 'latin1'), Buffer.alloc(300, 7)]));
    expect(await reason(bytes, 'x.bin')).toMatch(new RegExp(`^unsupported-format: x\\.bin looks like ${what}`));
  });
});

describe('sound TIFFs that are not decoded are named, not called damaged', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['WebP', tiffFile([{ ...grey, entries: [short(259, 50001)] }]), /compressed as WebP/],
    ['Zstandard', tiffFile([{ ...grey, entries: [short(259, 50000)] }]), /compressed as Zstandard/],
    ['JPEG XL', tiffFile([{ ...grey, entries: [short(259, 50002)] }]), /compressed as JPEG XL/],
    ['LERC', tiffFile([{ ...grey, entries: [short(259, 34887)] }]), /compressed as LERC/],
    ['JPEG 2000', tiffFile([{ ...grey, entries: [short(259, 34712)] }]), /compressed as JPEG 2000/],
    ['old JPEG', tiffFile([{ ...grey, entries: [short(259, 6)] }]), /compressed as old-style JPEG/],
    ['an unknown one', tiffFile([{ ...grey, entries: [short(259, 4711)] }]), /compressed as number 4711/],
    ['12 bits', tiffFile([{ ...grey, bits: [12], samples }]), /unsigned samples of 12 bits/],
    ['14 bits', tiffFile([{ ...grey, bits: [14, 14, 14], samples }]), /samples of 14 bits/],
    ['2 bits in colour', tiffFile([{ ...grey, bits: [2, 2, 2] }]), /samples of 2 bits/],
    ['5, 6 and 5 bits', tiffFile([{ ...grey, bits: [5, 6, 5], samples }]), /samples of 5, 6, 5 bits/],
    ['CIELAB of 8 bits', tiffFile([{ ...grey, bits: [8, 8, 8], samples, entries: [short(262, 8)] }]), /CIELAB/],
    ['float16', tiffFile([{ ...grey, bits: [16], samples, entries: [short(339, 3)] }]), /floating-point samples of 16/],
  ])('%s', async (_name, bytes, what) => {
    const found = await reason(bytes);
    expect(found).toMatch(/^unsupported-format: a\.tif/);
    expect(found).toMatch(what);
  });

  it('doubles', async () => {
    const bytes = tiffFile([
      { width: 4, height: 4, bits: [64], samples: samples.subarray(0, 128), entries: [short(339, 3)] },
    ]);
    await expect(decodeFloat(bytes, 'f64.tif')).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/floating-point samples of 64 bits/) as string,
    });
  });
});

describe('several pages', () => {
  const page = (value: number) => ({ width: 12, height: 8, samples: new Uint8Array(96).fill(value) });

  it('are counted, chosen, and the others named', async () => {
    const bytes = tiffFile([page(10), page(20), page(30)]);
    const first = await decodePicture(bytes, 'pages.tif');
    expect(first.data[0]).toBe(10);
    expect(first.notices).toEqual(['Only the first of 3 pages of pages.tif is read.']);
    const third = await decodePicture(bytes, 'pages.tif', { page: 2 });
    expect(third.data[0]).toBe(30);
    expect(third.notices).toEqual([]);
    await expect(decodePicture(bytes, 'pages.tif', { page: 3 })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: 'pages.tif has 3 pages, but number 4 was asked for.',
    });
  });

  it('that are reduced copies are none', async () => {
    const bytes = tiffFile([page(10), { ...page(20), entries: [short(254, 1)] }]);
    expect((await decodePicture(bytes, 'pyramid.tif')).pages).toBe(1);
  });
});

describe('claims', () => {
  it('of a fax beyond a bit a row are refused', async () => {
    const claim = tiffFile([
      { width: 60_000, height: 6000, samples: samples.subarray(0, 100), bits: [1], entries: [short(259, 4)] },
    ]);
    expect(await reason(claim)).toMatch(/picture-damaged.*60000 × 6000/);
  });

  it('of more than a small file may hold are refused before decoding', async () => {
    const gif = Uint8Array.from(Buffer.from('GIF89a', 'latin1'));
    const canvas = Uint8Array.from([
      ...gif,
      0x52,
      0x48,
      0x2b,
      0x36,
      0,
      0,
      0,
      0x2c,
      0,
      0,
      0,
      0,
      1,
      0,
      1,
      0,
      0,
      2,
      2,
      0x44,
      1,
      0,
      0x3b,
    ]);
    expect(await reason(canvas, 'canvas.gif')).toMatch(/picture-damaged.*canvas claims/);
  });
});
