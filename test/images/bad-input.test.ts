import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LangevinError } from '../../src-main/errors.ts';
import { decodePicture } from '../../src-main/images/decode.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { fixture } from '../fixtures/images/pattern.ts';

const NAME = 'Füße 100 %25.img';

async function failure(bytes: Uint8Array): Promise<LangevinError> {
  const outcome = await decodePicture(bytes, NAME).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(LangevinError);
  const error = outcome as LangevinError;
  // Every message names the file and is one line.
  expect(error.message).toContain(NAME);
  expect(error.message).not.toContain('\n');
  return error;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const bytesAt = (size: number, at: number, value: string): Uint8Array => {
  const bytes = new Uint8Array(size).fill(0xaa);
  bytes.set(text(value), at);
  return bytes;
};

/** Changes a field of a TIFF's first directory. */
function setTiffTag(bytes: Uint8Array, tag: number, value: number): void {
  const view = new DataView(bytes.buffer);
  const little = bytes[0] === 0x49;
  const start = view.getUint32(4, little);
  for (let i = 0; i < view.getUint16(start, little); i++) {
    const at = start + 2 + 12 * i;
    if (view.getUint16(at, little) !== tag) continue;
    if (view.getUint16(at + 2, little) === 3) view.setUint16(at + 8, value, little);
    else view.setUint32(at + 8, value, little);
  }
}

describe('files that are no pictures are told apart by their first bytes', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'picture-damaged', /is empty \(0 bytes\)/],
    ['a note', text('Schöne Grüße,\nlook at the scratch!\n'), 'not-a-picture', /plain text/],
    ['text cut within a character', text('a'.repeat(511) + 'é'), 'not-a-picture', /plain text/],
    ['a web page', text('\n<!DOCTYPE html><html>'), 'not-a-picture', /a web page/],
    ['a drawing', text('<?xml version="1.0"?>\n<svg xmlns="x"/>'), 'not-a-picture', /an SVG drawing/],
    ['a document', text('%PDF-1.7'), 'not-a-picture', /a PDF document/],
    ['an archive', text('PK\x03\x04abc'), 'not-a-picture', /a ZIP archive/],
    ['zeros', new Uint8Array(4096), 'not-a-picture', /zero bytes only/],
    ['a film', bytesAt(64, 4, 'ftypisom'), 'not-a-picture', /a video/],
    ['noise', Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 3, 4), 'not-a-picture', /de ad be ef 00 01 02 03/],
    ['HEIC', bytesAt(64, 4, 'ftypheic'), 'unsupported-format', /a HEIC photograph.*Convert/],
    ['AVIF', bytesAt(64, 4, 'ftypavif'), 'unsupported-format', /an AVIF picture/],
    ['BMP', bytesAt(64, 0, 'BM'), 'unsupported-format', /a BMP picture/],
    ['PPM', text('P6 2 2 255\n____________'), 'unsupported-format', /a Netpbm picture/],
    ['DICOM', bytesAt(200, 128, 'DICM'), 'unsupported-format', /a DICOM file/],
    ['Canon raw', text('II*\0\x10\0\0\0CR\x02\0'), 'unsupported-format', /a Canon raw photograph/],
  ])('%s', async (_name, bytes, code, message) => {
    const error = await failure(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('a file whose end is missing is damaged, never half a picture', () => {
  const files = [
    'tagged.jpg',
    'progressive.jpg',
    'gray.jpg',
    'rgb16.png',
    'interlaced.png',
    'palette4.png',
    'tagged.webp',
    'lossy.webp',
    'rgb8-tiled.tif',
    'rgb16-big-endian.tif',
    'white-is-zero.tif',
    'cmyk.tif',
    'palette.gif',
  ];
  it.each(files)('%s, cut anywhere', async (name) => {
    const bytes = await fixture(name);
    const cuts = Array.from({ length: 25 }, (_, i) => Math.ceil(((i + 0.5) / 25) * (bytes.length - 2)));
    // 12 bytes are the end mark of a PNG.
    for (const cut of [...cuts, bytes.length - 2, bytes.length - 12]) {
      const error = await failure(bytes.slice(0, cut));
      // A few bytes may be too few to tell what it is.
      expect(error.code, `cut to ${cut} bytes: ${error.message}`).toBe(cut < 12 ? error.code : 'picture-damaged');
    }
  });

  it('a changed byte of a PNG is found', async () => {
    const bytes = await fixture('rgb16.png');
    bytes[bytes.length >> 1] ^= 1;
    expect((await failure(bytes)).code).toBe('picture-damaged');
  });
});

describe('a header that claims 60 megapixels over little data', () => {
  const WIDTH = 8000;
  const HEIGHT = 7500;

  const enlarge: Record<string, (bytes: Uint8Array, view: DataView) => void> = {
    'gray.jpg': (bytes, view) => {
      const frame = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc0]));
      view.setUint16(frame + 5, HEIGHT);
      view.setUint16(frame + 7, WIDTH);
    },
    'progressive.jpg': (bytes, view) => {
      const frame = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc2]));
      view.setUint16(frame + 5, HEIGHT);
      view.setUint16(frame + 7, WIDTH);
    },
    'rgb16.png': (bytes, view) => {
      view.setUint32(16, WIDTH);
      view.setUint32(20, HEIGHT);
      view.setUint32(29, crc32(bytes.subarray(12, 29)));
    },
    'lossy.webp': (bytes, view) => {
      const frame = Buffer.from(bytes).indexOf('VP8 ') + 8;
      view.setUint16(frame + 6, WIDTH, true);
      view.setUint16(frame + 8, HEIGHT, true);
    },
    'rgb16-big-endian.tif': (bytes) => {
      setTiffTag(bytes, 256, WIDTH);
      setTiffTag(bytes, 257, HEIGHT);
    },
    'white-is-zero.tif': (bytes) => {
      setTiffTag(bytes, 256, WIDTH);
      setTiffTag(bytes, 257, HEIGHT);
      setTiffTag(bytes, 278, HEIGHT);
    },
    'palette.gif': (bytes, view) => {
      const frame = bytes.indexOf(0x2c, 13 + 3 * 16);
      for (const [at, value] of [
        [6, WIDTH],
        [8, HEIGHT],
        [frame + 5, WIDTH],
        [frame + 7, HEIGHT],
      ]) {
        view.setUint16(at, value, true);
      }
    },
  };

  it.each(Object.keys(enlarge))('%s fails before memory is taken for it', async (name) => {
    const bytes = await fixture(name);
    enlarge[name](bytes, new DataView(bytes.buffer));
    // The codec is started before, so that only this file's memory is counted.
    await decodePicture(await fixture('gray8.png'), 'gray8.png');
    const before = process.memoryUsage().rss;
    const error = await failure(bytes);
    expect(error.code).toBe('picture-damaged');
    expect(error.message).toMatch(/8000 × 7500 pixels, but .* only \d+ bytes/);
    // One byte per pixel would be 60 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(40e6);
  });
});

describe('limits', () => {
  it('refuses more pixels than allowed, naming the size', async () => {
    const bytes = await fixture('gray8.png');
    await expect(decodePicture(bytes, NAME, { maxPixels: 37 * 23 - 1 })).rejects.toMatchObject({
      code: 'picture-too-large',
      message: expect.stringMatching(/37 × 23/),
    });
    await expect(decodePicture(bytes, NAME, { maxPixels: 37 * 23 })).resolves.toMatchObject({ width: 37 });
  });

  it('says that a way of compression is not supported', async () => {
    const jpeg = await fixture('gray.jpg');
    // 12 bits a sample.
    jpeg[Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12;
    expect((await failure(jpeg)).code).toBe('unsupported-format');
    const tiff = await fixture('white-is-zero.tif');
    setTiffTag(tiff, 259, 50000);
    expect((await failure(tiff)).code).toBe('unsupported-format');
  });
});

describe('random damage', () => {
  const files = [
    'tagged.jpg',
    'progressive.jpg',
    'cmyk.jpg',
    'tagged.png',
    'palette-transparent.png',
    'interlaced.png',
    'tagged.webp',
    'lossy.webp',
    'tagged.tif',
    'rgb16-big-endian.tif',
    'rgb8-tiled.tif',
    'bigtiff.tif',
    'palette.gif',
  ];
  // LANGEVIN_FUZZ=5000 npx vitest run test/images/bad-input.test.ts for a longer run.
  const mutations = Number(process.env['LANGEVIN_FUZZ'] ?? 25);

  it.each(files)(`${mutations} mutations of %s decode or fail with a clear error`, async (name) => {
    const original = await fixture(name);
    const random = new RandomGenerator(2024, files.indexOf(name));
    const below = (n: number): number => Math.floor(random.uniform() * n);
    let outcomes = 0;
    for (let i = 0; i < mutations; i++) {
      const bytes = original.slice(0, below(5) === 0 ? below(original.length) : original.length);
      for (let k = 1 + below(8); k > 0 && bytes.length > 0; k--) {
        // Headers are near the beginning: half of the changes go there.
        const at = below(2) === 0 ? below(Math.min(200, bytes.length)) : below(bytes.length);
        bytes[at] = below(256);
      }
      try {
        const picture = await decodePicture(bytes, NAME, { maxPixels: 4e6 });
        expect(picture.data.length % (picture.width * picture.height)).toBe(0);
      } catch (error) {
        expect(error).toBeInstanceOf(LangevinError);
        expect((error as LangevinError).code).toMatch(
          /^(picture-damaged|not-a-picture|unsupported-format|picture-too-large)$/,
        );
      }
      outcomes++;
    }
    expect(outcomes).toBe(mutations);
    // The codec still works.
    await expect(decodePicture(original, NAME)).resolves.toMatchObject({ width: 37, height: 23 });
  });
});
