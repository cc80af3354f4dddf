import { inflateSync } from 'node:zlib';
import ExifReader from 'exifreader';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import type { PictureFormat } from '../../src-main/images/formats.ts';
import { displayedPicture } from '../../src-main/images/orientation.ts';
import type { Picture, PictureMetadata } from '../../src-main/tensor/picture.ts';
import { fixture } from '../fixtures/images/pattern.ts';

const formats = ['png', 'jpeg', 'webp', 'tiff'] as const;
/** What exiftool and Pillow wrote into the fixtures. */
const tagged = [
  { name: 'tagged.jpg', orientation: 6, full: true },
  { name: 'tagged.png', orientation: 3, full: true },
  { name: 'tagged.tif', orientation: 5, full: true },
  { name: 'tagged.webp', orientation: 8, full: false },
] as const;

const decode = async (name: string) => decodePicture(await fixture(name), name);

/** Decodes, drops alpha where the format has none, and encodes. */
async function convert(name: string, format: PictureFormat): Promise<{ source: Picture; bytes: Uint8Array }> {
  const decoded = await decode(name);
  const opaque: Picture =
    decoded.mode === 'rgb-alpha' && format === 'jpeg'
      ? { ...decoded, mode: 'rgb', data: decoded.data.filter((_, i) => i % 4 !== 3) }
      : decoded;
  return { source: opaque, bytes: await encodePicture(opaque, { format }) };
}

/** Where `part` lies in `whole`, or -1. */
function find(whole: Uint8Array, part: Uint8Array): number {
  return Buffer.from(whole.buffer, whole.byteOffset, whole.length).indexOf(part);
}

describe('an independent reader finds the metadata in every output format', () => {
  const cases = tagged.flatMap((file) => formats.map((format) => ({ ...file, format })));
  it.each(cases)('$name → $format', async ({ name, format, orientation, full }) => {
    const { bytes } = await convert(name, format);
    const tags = await ExifReader.load(Buffer.from(bytes), { expanded: true, async: true });
    expect(tags.exif?.Orientation?.value).toBe(orientation);
    expect(tags.exif?.Make?.description).toBe('Langevin');
    expect(tags.xmp?.['format']?.value).toBe('langevin/fixture');
    expect(tags.icc?.['ICC Description']?.description).toBe('sRGB built-in');
    if (!full) return;
    expect(tags.exif?.ExposureTime?.value).toEqual([1, 125]);
    expect(tags.exif?.ISOSpeedRatings?.value).toBe(400);
    expect(tags.exif?.XResolution?.value).toEqual([300, 1]);
    expect(tags.gps?.Latitude).toBeCloseTo(48.5, 6);
  });
});

describe('blocks stay byte for byte', () => {
  const cases = (['tagged.jpg', 'tagged.png', 'tagged.webp'] as const).flatMap((name) =>
    (['png', 'jpeg', 'webp'] as const).map((format) => ({ name, format })),
  );
  it.each(cases)('EXIF, XMP and ICC: $name → $format', async ({ name, format }) => {
    const input = await fixture(name);
    const { source, bytes } = await convert(name, format);
    const { exif, xmp, icc } = source.metadata;
    expect(icc).toEqual(await fixture('srgb.icc'));
    // Found in the input, so it was read as it is there; found in the output, so it was written unchanged.
    for (const block of [exif!, xmp!]) {
      expect(find(input, block)).toBeGreaterThan(0);
      expect(find(bytes, block)).toBeGreaterThan(0);
    }
    if (format !== 'png') expect(find(bytes, icc!)).toBeGreaterThan(0);
    else {
      const at = find(bytes, Buffer.from('iCCP'));
      const length = Buffer.from(bytes).readUInt32BE(at - 4);
      const chunk = bytes.subarray(at + 4, at + 4 + length);
      expect(new Uint8Array(inflateSync(chunk.subarray(chunk.indexOf(0) + 2)))).toEqual(icc);
    }
  });

  it.each(formats)('a second round through %s changes nothing', async (format) => {
    for (const { name } of tagged) {
      const { bytes } = await convert(name, format);
      const once = await decodePicture(bytes, 'once');
      const twice = await decodePicture(await encodePicture(once, { format }), 'twice');
      expect(twice.metadata).toEqual(once.metadata);
    }
  });

  it('reads the values of TIFF entries unchanged, whatever the byte order of the result', async () => {
    const { metadata } = await decode('tagged.tif');
    expect(String.fromCharCode(...metadata.exif!.subarray(0, 2))).toBe('MM');
    const { bytes } = await convert('tagged.tif', 'tiff');
    expect(String.fromCharCode(...bytes.subarray(0, 2))).toBe('II');
    const tags = ExifReader.load(Buffer.from(bytes), { expanded: true });
    expect(tags.exif?.ExposureTime?.value).toEqual([1, 125]);
    const comment = (tags.exif?.['UserComment'] as { value: unknown }).value;
    // The comment's bytes are of type UNDEFINED and must not be swapped: UTF-16 of the big-endian source.
    expect(comment).toEqual([...Buffer.from('UNICODE\0'), ...Buffer.from('héllo', 'utf16le').swap16()]);
  });
});

describe('blocks that one format has stay in that format', () => {
  it('IPTC and comments of a JPEG', async () => {
    const { bytes } = await convert('tagged.jpg', 'jpeg');
    expect(ExifReader.load(Buffer.from(bytes), { expanded: true }).iptc?.Keywords).toMatchObject({
      description: 'scratch',
    });
    expect(find(bytes, Buffer.from('made by hand'))).toBeGreaterThan(0);
    expect(find((await convert('tagged.jpg', 'png')).bytes, Buffer.from('made by hand'))).toBe(-1);
  });

  it('gamma and text chunks of a PNG, gamma before the samples', async () => {
    const { bytes } = await convert('tagged.png', 'png');
    const gamma = find(bytes, Buffer.from('gAMA'));
    expect(gamma).toBeGreaterThan(0);
    expect(gamma).toBeLessThan(find(bytes, Buffer.from('IDAT')));
    expect(find(bytes, Buffer.from('Author\0Langevin'))).toBeGreaterThan(0);
  });

  it('private tags of a TIFF', async () => {
    const { bytes } = await convert('tagged.tif', 'tiff');
    expect(find(bytes, Buffer.from('a private tag'))).toBeGreaterThan(0);
    expect(find((await convert('tagged.tif', 'jpeg')).bytes, Buffer.from('a private tag'))).toBe(-1);
  });
});

describe('resolution', () => {
  it('is read from each format', async () => {
    expect((await decode('tagged.jpg')).metadata.dpi).toEqual({ x: 300, y: 300 });
    expect((await decode('progressive.jpg')).metadata.dpi).toEqual({ x: 72, y: 72 });
    expect((await decode('tagged.tif')).metadata.dpi).toEqual({ x: 300, y: 300 });
    const png = (await decode('tagged.png')).metadata.dpi!;
    expect(png.x).toBeCloseTo(299.9994, 6);
    expect(png.y).toBeCloseTo(150.0124, 6);
    expect((await decode('gray8.png')).metadata.dpi).toBeUndefined();
  });

  it.each(formats)('without EXIF survives in %s', async (format) => {
    const source: Picture = { ...(await decode('progressive.jpg')) };
    const bytes = await encodePicture({ ...source, metadata: { orientation: 1, dpi: { x: 240, y: 120 } } }, { format });
    const { dpi } = (await decodePicture(bytes, 'out')).metadata;
    // A PNG counts whole pixels per metre.
    expect(dpi!.x).toBeCloseTo(240, 1);
    expect(dpi!.y).toBeCloseTo(120, 1);
  });
});

describe('orientation', () => {
  const reading = async (metadata: PictureMetadata, format: PictureFormat): Promise<unknown> => {
    const source = await decode('progressive.jpg');
    const bytes = await encodePicture({ ...source, metadata }, { format });
    expect((await decodePicture(bytes, 'out')).metadata.orientation).toBe(metadata.orientation);
    return ExifReader.load(Buffer.from(bytes), { expanded: true }).exif?.Orientation?.value;
  };

  it.each(formats)('is written to %s for a picture without EXIF', async (format) => {
    expect(await reading({ orientation: 7 }, format)).toBe(7);
  });

  it.each(formats)('replaces that of the EXIF block in %s once the samples were rotated', async (format) => {
    for (const name of ['tagged.jpg', 'tagged.png'] as const) {
      const rotated = displayedPicture(await decode(name));
      // A TIFF says so by no entry at all.
      expect((await reading(rotated.metadata, format)) ?? 1).toBe(1);
    }
  });

  it('changes nothing else in the EXIF block', async () => {
    const head = '49492a0008000000' + '0100' + '1201030001000000' + '06000000' + '1a000000';
    const exif = new Uint8Array(Buffer.concat([Buffer.from(head, 'hex'), Buffer.from('thumbnail directory')]));
    const source = await decode('progressive.jpg');
    const bytes = await encodePicture({ ...source, metadata: { exif, orientation: 1 } }, { format: 'jpeg' });
    const expected = exif.slice();
    expected[18] = 1;
    expect(find(bytes, expected)).toBeGreaterThan(0);
  });

  it('is added to an EXIF block that has none, and leaves the rest of it', async () => {
    const { metadata } = await decode('lossy.webp');
    const withoutOrientation = Buffer.from(
      '49492a00080000000100' + '0f01020003000000' + '41420000' + '00000000',
      'hex',
    );
    const source = { ...metadata, exif: new Uint8Array(withoutOrientation), orientation: 3 };
    expect(await reading(source, 'jpeg')).toBe(3);
    const picture = { ...(await decode('progressive.jpg')), metadata: source };
    const tags = ExifReader.load(Buffer.from(await encodePicture(picture, { format: 'jpeg' })), { expanded: true });
    expect(tags.exif?.Make?.description).toBe('AB');
  });
});

describe('a profile that cannot apply to the samples', () => {
  it('is not written: a grey one on RGB', async () => {
    const icc = new Uint8Array(132);
    icc.set(Buffer.from('GRAY'), 16);
    const source = await decode('progressive.jpg');
    const bytes = await encodePicture({ ...source, metadata: { orientation: 1, icc } }, { format: 'png' });
    expect((await decodePicture(bytes, 'out.png')).metadata.icc).toBeUndefined();
    const gray = await decode('gray8.png');
    const kept = await encodePicture({ ...gray, metadata: { orientation: 1, icc } }, { format: 'jpeg' });
    expect((await decodePicture(kept, 'out.jpg')).metadata.icc).toEqual(icc);
  });

  it('large profiles are split over the segments of a JPEG and joined again', async () => {
    const icc = Uint8Array.from({ length: 150_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
    const source = await decode('progressive.jpg');
    const bytes = await encodePicture({ ...source, metadata: { orientation: 1, icc } }, { format: 'jpeg' });
    const back = (await decodePicture(bytes, 'out.jpg')).metadata.icc;
    expect(Buffer.from(back!).equals(icc)).toBe(true);
  });
});
