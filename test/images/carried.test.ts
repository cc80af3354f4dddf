import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import type { PictureFormat } from '../../src-main/images/formats.ts';
import { longsEntry, makeIfd, writeIfdTree } from '../../src-main/images/ifd.ts';
import { carryNotice } from '../../src-main/images/metadata/carry.ts';
import { fixture } from '../fixtures/images/pattern.ts';

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};
/** A PNG with chunks behind its header. */
async function pngWith(...chunks: Buffer[]): Promise<Uint8Array> {
  const own = await fixture('rgba8.png');
  return new Uint8Array(Buffer.concat([own.subarray(0, 33), ...chunks, own.subarray(33)]));
}
const uint32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
};
const to = async (bytes: Uint8Array, format: PictureFormat) => {
  const picture = await decodePicture(bytes, 'in.img');
  const opaque = format === 'jpeg' && picture.mode === 'rgb-alpha';
  const data = opaque ? picture.data.filter((_, i) => i % 4 !== 3) : picture.data;
  const file = await encodePicture({ ...picture, data, mode: opaque ? 'rgb' : picture.mode }, { format });
  return { file, again: await decodePicture(file, 'out.img'), lost: carryNotice(picture.metadata, format) };
};

describe('captions, comments and texts', () => {
  it('of a JPEG: IPTC goes to PNG and TIFF and back, and is named where it has no place', async () => {
    const jpeg = await fixture('tagged.jpg');
    const { metadata } = await decodePicture(jpeg, 'tagged.jpg');
    expect(Buffer.from(metadata.photoshop!).includes('scratch')).toBe(true);
    for (const format of ['png', 'tiff'] as const) {
      const { file, lost } = await to(jpeg, format);
      const back = await to(file, 'jpeg');
      expect(Buffer.from(back.file).includes('scratch'), format).toBe(true);
      expect(lost ?? '').not.toMatch(/IPTC/);
    }
    expect((await to(jpeg, 'webp')).lost).toMatch(/WebP has no place for IPTC captions.*the texts "Comment"/);
  });

  it('of a JPEG: the comment becomes a text of PNG and comes back', async () => {
    const { file } = await to(await fixture('tagged.jpg'), 'png');
    expect(Buffer.from((await to(file, 'jpeg')).file).includes('made by hand')).toBe(true);
  });

  it('of a PNG become XMP, and what XMP has no property for is named', async () => {
    const text = (keyword: string, value: string) => chunk('tEXt', Buffer.from(`${keyword}\0${value}`, 'latin1'));
    const png = await pngWith(text('Title', 'Zoo & <Co>'), text('Author', 'Müller'), text('Weather', 'rain'));
    for (const format of ['jpeg', 'webp', 'tiff'] as const) {
      const { again, lost } = await to(png, format);
      const xmp = Buffer.from(again.metadata.xmp!).toString('utf8');
      expect(xmp).toContain('<rdf:li xml:lang="x-default">Zoo &amp; &lt;Co&gt;</rdf:li>');
      expect(xmp).toContain('<rdf:li>Müller</rdf:li>');
      expect(lost).toMatch(/the texts "Weather"/);
    }
    expect((await to(png, 'png')).lost).toBeUndefined();
  });

  it('extended XMP is put together, and split again where a segment is too small', async () => {
    const packet = (inner: string): Buffer =>
      Buffer.from(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
          `${inner}</rdf:RDF></x:xmpmeta>`,
      );
    const long = `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>${'word '.repeat(16_000)}</dc:description></rdf:Description>`;
    const short = '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/x"/>';
    const source = await decodePicture(await fixture('gray.jpg'), 'gray.jpg');
    const xmp = new Uint8Array(packet(short + long));
    const jpeg = await encodePicture({ ...source, metadata: { orientation: 1, xmp } }, { format: 'jpeg' });
    expect(Buffer.from(jpeg).includes('xmpNote:HasExtendedXMP')).toBe(true);
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      const { again } = await to(jpeg, format);
      const text = Buffer.from(again.metadata.xmp!).toString('utf8');
      expect(text).toContain('dc:format="image/x"');
      expect(text.match(/word /g)).toHaveLength(16_000);
      // It speaks of a part that is no longer there.
      expect(text).not.toContain('HasExtendedXMP');
    }
  });
});

describe('colours mean the same after conversion', () => {
  it.each<[string, Buffer[], RegExp | undefined]>([
    ['gamma 1', [chunk('gAMA', uint32(100_000))], undefined],
    [
      'primaries',
      [chunk('cHRM', uint32(31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)), chunk('gAMA', uint32(45455))],
      undefined,
    ],
    ['Display P3 by cICP', [chunk('cICP', Uint8Array.of(12, 13, 0, 1))], undefined],
  ])('%s becomes a profile', async (_name, chunks) => {
    const png = await pngWith(...chunks);
    for (const format of ['jpeg', 'webp', 'tiff'] as const) {
      const { again, lost } = await to(png, format);
      expect(again.metadata.icc, format).toBeDefined();
      expect(lost).toBeUndefined();
    }
    // PNG keeps the chunks themselves.
    const { file, again } = await to(png, 'png');
    expect(again.metadata.icc).toBeUndefined();
    for (const each of chunks) expect(Buffer.from(file).includes(each)).toBe(true);
  });

  it('the profile of gamma 1 is linear, that of P3 has its red', async () => {
    const linear = (await to(await pngWith(chunk('gAMA', uint32(100_000))), 'tiff')).again.metadata.icc!;
    const tag = (icc: Uint8Array, name: string): Buffer => {
      const at = Buffer.from(icc).indexOf(name, 128, 'latin1');
      const view = Buffer.from(icc);
      return view.subarray(view.readUInt32BE(at + 4), view.readUInt32BE(at + 4) + view.readUInt32BE(at + 8));
    };
    const curve = tag(linear, 'rTRC');
    const points = curve.readUInt32BE(8);
    expect(curve.readUInt16BE(12 + 2 * (((points - 1) / 2) | 0)) / 65535).toBeCloseTo(0.5, 2);
    const p3 = (await to(await pngWith(chunk('cICP', Uint8Array.of(12, 13, 0, 1))), 'tiff')).again.metadata.icc!;
    // Display P3 (SMPTE RP 431-2 primaries, D65) adapted to D50: 0.51512, 0.24120, −0.00105.
    const red = tag(p3, 'rXYZ');
    expect(red.readInt32BE(8) / 65536).toBeCloseTo(0.51512, 3);
    expect(red.readInt32BE(12) / 65536).toBeCloseTo(0.2412, 3);
    expect(red.readInt32BE(16) / 65536).toBeCloseTo(-0.00105, 3);
  });

  it('high dynamic range, which no profile states, is named', async () => {
    const png = await pngWith(chunk('cICP', Uint8Array.of(9, 16, 0, 1)), chunk('cLLI', uint32(1e7, 4e6)));
    expect((await to(png, 'webp')).lost).toMatch(/cICP 9\/16\/0\/1.*the PNG chunks cLLI/);
    expect(Buffer.from((await to(png, 'png')).file).includes('cLLI')).toBe(true);
  });
});

describe('the shape of pixels', () => {
  it('goes from PNG to JPEG, TIFF and WebP and back', async () => {
    const png = await pngWith(chunk('pHYs', Buffer.concat([uint32(2, 1), Buffer.from([0])])));
    for (const format of ['png', 'jpeg', 'tiff', 'webp'] as const) {
      const { again } = await to(png, format);
      const { x, y } = again.metadata.pixelAspect!;
      expect(x / y, format).toBe(2);
      expect(again.metadata.dpi).toBeUndefined();
    }
  });
});

describe('what is left out is named', () => {
  it('private chunks and the frames of an animation', async () => {
    const png = await pngWith(chunk('prVt', Buffer.alloc(8)), chunk('fdAT', Buffer.alloc(30)));
    const { notices } = await decodePicture(png, 'a.png');
    expect(notices.join()).toMatch(/left out of the result: the other frames of an animation, the chunk "prVt"/);
  });
});

describe('fields that other readers refuse', () => {
  it('a resolution unit or kind that TIFF does not know is not written', async () => {
    const source = await decodePicture(await fixture('gray.jpg'), 'gray.jpg');
    const exif = writeIfdTree({
      order: 'II',
      root: makeIfd([longsEntry(282, [300], 'II'), longsEntry(283, [300], 'II'), longsEntry(296, [77], 'II')]),
    });
    const tiff = await encodePicture({ ...source, metadata: { orientation: 1, exif } }, { format: 'tiff' });
    const view = Buffer.from(tiff);
    const start = view.readUInt32LE(4);
    const tags = Array.from({ length: view.readUInt16LE(start) }, (_, i) => view.readUInt16LE(start + 2 + 12 * i));
    expect(tags).not.toContain(296);
    expect(tags).not.toContain(282);
  });
});

describe('8 bits on demand', () => {
  it('rounds 16-bit samples in every format', async () => {
    const source = await decodePicture(await fixture('rgb16.png'), 'rgb16.png');
    await expect(encodePicture(source, { format: 'jpeg' })).rejects.toThrow(/--bits 8/);
    for (const format of ['png', 'tiff', 'webp', 'jpeg'] as const) {
      const again = await decodePicture(await encodePicture(source, { format, bits: 8 }), 'out');
      expect(again.bitDepth).toBe(8);
      if (format !== 'jpeg') expect(again.data[100]).toBe(Math.round(source.data[100] / 257));
    }
  });
});
