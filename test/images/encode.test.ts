import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { assertEncodable, encodePicture, type EncodeOptions } from '../../src-main/images/encode.ts';
import { channelCount, type Picture, type PictureMode } from '../../src-main/tensor/picture.ts';
import { fixture, HEIGHT, pattern16, pattern8, samples, smooth, WIDTH } from '../fixtures/images/pattern.ts';

function picture(mode: PictureMode, bitDepth: 8 | 16, width = WIDTH, height = HEIGHT): Picture {
  const values = samples(bitDepth === 8 ? pattern8 : pattern16, channelCount(mode), width, height);
  const data = bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  return { width, height, mode, bitDepth, data, metadata: { orientation: 1 } };
}

const modes = ['gray', 'gray-alpha', 'rgb', 'rgb-alpha'] as const;

/** Root mean square difference of samples. */
function rms(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}

describe('lossless formats keep every sample', () => {
  const cases = (['png', 'tiff'] as const).flatMap((format) =>
    modes.flatMap((mode) => ([8, 16] as const).map((bitDepth) => ({ format, mode, bitDepth }))),
  );
  it.each(cases)('$format $mode $bitDepth bit', async ({ format, mode, bitDepth }) => {
    const original = picture(mode, bitDepth);
    const decoded = await decodePicture(await encodePicture(original, { format }), `out.${format}`);
    expect(decoded).toMatchObject({ format, mode, bitDepth, width: WIDTH, height: HEIGHT, lossy: false });
    expect(decoded.data).toEqual(original.data);
  });

  it.each(modes)('webp %s: grey becomes RGB of equal values, transparent pixels keep their colours', async (mode) => {
    const original = picture(mode, 8);
    const decoded = await decodePicture(await encodePicture(original, { format: 'webp' }), 'out.webp');
    const alpha = mode.endsWith('alpha');
    expect(decoded).toMatchObject({ format: 'webp', mode: alpha ? 'rgb-alpha' : 'rgb', lossy: false });
    const source = channelCount(mode);
    const expected = samples((x, y, c) => {
      const isAlpha = c === 3;
      return pattern8(x, y, isAlpha ? source - 1 : mode.startsWith('gray') ? 0 : c);
    }, channelCount(decoded.mode));
    expect(Array.from(decoded.data)).toEqual(expected);
  });

  it.each([
    [1, 1],
    [1, 5000],
    [5000, 1],
  ])('%i × %i pixels', async (width, height) => {
    const original = picture('rgb', 8, width, height);
    for (const format of ['png', 'tiff', 'webp'] as const) {
      const decoded = await decodePicture(await encodePicture(original, { format }), `out.${format}`);
      expect([decoded.width, decoded.height]).toEqual([width, height]);
      expect(decoded.data).toEqual(original.data);
    }
    const jpeg = await decodePicture(await encodePicture(original, { format: 'jpeg' }), 'out.jpg');
    expect([jpeg.width, jpeg.height]).toEqual([width, height]);
  });

  it('gives the same bytes for the same picture', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'tiff'] as const) {
      const once = await encodePicture(picture('rgb', 8), { format });
      expect(await encodePicture(picture('rgb', 8), { format })).toEqual(once);
    }
  });

  it('writes pictures of few colours no larger than the palette file they came from, nearly', async () => {
    const width = 600;
    const values = samples((x, y) => (((x >> 5) + (y >> 4)) % 2 === 0 || (x * y) % 97 === 0 ? 255 : 0), 1, width, 400);
    const drawing: Picture = { ...picture('gray', 8, width, 400), data: Uint8Array.from(values) };
    const bytes = await encodePicture(drawing, { format: 'png' });
    // 1 bit a pixel before compression.
    expect(bytes.length).toBeLessThan((width * 400) / 8);
  });
});

describe('lossy formats', () => {
  const photo: Picture = {
    ...picture('rgb', 8),
    data: Uint8Array.from(samples(smooth, 3)),
  };

  it('writes JPEG at quality 95 without chroma subsampling unless told otherwise', async () => {
    const coding = async (options: EncodeOptions) =>
      (await decodePicture(await encodePicture(photo, options), 'out.jpg')).metadata.jpeg;
    expect(await coding({ format: 'jpeg' })).toEqual({ quality: 95, chroma: '4:4:4' });
    expect(await coding({ format: 'jpeg', quality: 80 })).toEqual({ quality: 80, chroma: '4:4:4' });
    expect(await coding({ format: 'jpeg', quality: 80, chroma: '4:2:0' })).toEqual({ quality: 80, chroma: '4:2:0' });
  });

  it('writes a JPEG again as it was coded: about its size, and nearer to it than at quality 95', async () => {
    const input = await fixture('tagged.jpg');
    const decoded = await decodePicture(input, 'tagged.jpg');
    const again = await encodePicture(decoded, { format: 'jpeg' });
    const finer = await encodePicture(decoded, { format: 'jpeg', quality: 95 });
    const result = await decodePicture(again, 'again.jpg');
    expect(result.metadata.jpeg).toEqual(decoded.metadata.jpeg);
    expect(again.length).toBeLessThan(1.2 * input.length);
    expect(again.length).toBeLessThan(finer.length);
    expect(rms(result.data, decoded.data)).toBeLessThan(3);
  });

  it('writes WebP losslessly, or lossily when a quality is given', async () => {
    const lossy = await decodePicture(await encodePicture(photo, { format: 'webp', quality: 90 }), 'out.webp');
    expect(lossy.lossy).toBe(true);
    expect(rms(lossy.data, photo.data)).toBeLessThan(6);
    const lossless = await encodePicture(photo, { format: 'webp', quality: 90, lossless: true });
    expect((await decodePicture(lossless, 'out.webp')).data).toEqual(photo.data);
  });

  it('keeps alpha in lossy WebP', async () => {
    const original = picture('rgb-alpha', 8);
    const decoded = await decodePicture(await encodePicture(original, { format: 'webp', quality: 90 }), 'out.webp');
    expect(decoded.mode).toBe('rgb-alpha');
    const alpha = (data: ArrayLike<number>) => Array.from(data).filter((_, i) => i % 4 === 3);
    expect(alpha(decoded.data)).toEqual(alpha(original.data));
  });

  it('reduces 16 bits only when asked, by rounding', async () => {
    const deep = picture('rgb', 16);
    await expect(encodePicture(deep, { format: 'webp' })).rejects.toMatchObject({
      code: 'unsupported-combination',
      message: expect.stringMatching(/WebP.*16-bit/),
    });
    const reduced = await encodePicture(deep, { format: 'webp', reduceTo8Bit: true });
    const expected = Uint8Array.from(deep.data, (v) => Math.floor((v * 255) / 65535 + 0.5));
    expect((await decodePicture(reduced, 'out.webp')).data).toEqual(expected);
  });
});

describe('what a format cannot hold is refused before encoding', () => {
  const base = picture('rgb', 8);
  const gray = new Uint8Array(128);
  gray.set(new TextEncoder().encode('GRAY'), 16);
  it.each([
    ['16-bit JPEG', { ...base, bitDepth: 16 }, { format: 'jpeg' }, /JPEG.*16-bit.*PNG or TIFF/],
    ['alpha in JPEG', { ...base, mode: 'rgb-alpha' }, { format: 'jpeg' }, /JPEG.*transparency.*PNG/],
    ['a wide WebP', { ...base, width: 16384 }, { format: 'webp' }, /16384 × 23.*16383/],
    ['a tall JPEG', { ...base, height: 65501 }, { format: 'jpeg' }, /37 × 65501/],
    [
      'a grey profile in WebP',
      { ...base, mode: 'gray', metadata: { orientation: 1, icc: gray } },
      { format: 'webp' },
      /grey ICC/,
    ],
    [
      'a large EXIF block in JPEG',
      { ...base, metadata: { orientation: 1, exif: new Uint8Array(65528) } },
      { format: 'jpeg' },
      /EXIF block.*does not fit/,
    ],
  ] as const)('%s', (_name, what, options, message) => {
    expect(() => assertEncodable(what, options)).toThrowError(
      expect.objectContaining({ code: 'unsupported-combination', message: expect.stringMatching(message) }),
    );
  });

  it('results beyond the codec’s memory, and impossible qualities', () => {
    const huge = { ...base, width: 30_000, height: 30_000 };
    expect(() => assertEncodable(huge, { format: 'png' })).toThrowError(
      expect.objectContaining({ code: 'picture-too-large' }),
    );
    for (const quality of [0, 101, Number.NaN]) {
      expect(() => assertEncodable(base, { format: 'jpeg', quality })).toThrowError(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});
