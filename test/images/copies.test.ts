import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import type { PictureFormat } from '../../src-main/images/formats.ts';
import { bytesEntry, layOutIfd, longsEntry, makeIfd, shortEntry } from '../../src-main/images/ifd.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';
import { fixture } from '../fixtures/images/pattern.ts';
import { tiffFile } from '../fixtures/images/tiff-file.ts';

const FORMATS: readonly PictureFormat[] = ['png', 'jpeg', 'webp', 'tiff'];

/** What was painted out is in here: wherever bytes of its scan turn up, the original is seen. */
const thumbnail = (): Promise<Uint8Array> => fixture('gray.jpg');
const holds = (file: Uint8Array, part: Uint8Array): boolean => {
  const whole = Buffer.from(file);
  return (
    whole.includes(Buffer.from(part.subarray(part.length - 60, part.length - 20))) ||
    whole.includes(Buffer.from(part).toString('base64', 0, 60))
  );
};

const segment = (marker: number, ...parts: Uint8Array[]): Buffer => {
  const payload = Buffer.concat(parts);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
};
const text = (value: string): Buffer => Buffer.from(value, 'latin1');
/** A JPEG with segments before its own, and bytes behind it. */
async function jpegWith(segments: readonly Buffer[], rest: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
  const own = await fixture('progressive.jpg');
  return new Uint8Array(Buffer.concat([own.subarray(0, 2), ...segments, own.subarray(2), rest]));
}

/** An EXIF block with a thumbnail directory, a maker note of `note` and bytes that nothing refers to. */
function exifBlock(thumb: Uint8Array, note: Uint8Array, loose: Uint8Array): Buffer {
  const children = new Map([[34665, makeIfd([bytesEntry(37500, note, 7)])]]);
  const first = layOutIfd(makeIfd([shortEntry(274, 1, 'II'), bytesEntry(271, text('Maker\0'), 1)], children), 'II', 8);
  const second = 8 + first.length;
  const size = 2 + 12 * 2 + 4;
  const directory = layOutIfd(
    makeIfd([longsEntry(513, [second + size], 'II'), longsEntry(514, [thumb.length], 'II')]),
    'II',
    second,
  );
  const block = Buffer.concat([text('II*\0\x08\0\0\0'), first, directory, thumb, loose]);
  block.writeUInt32LE(second, 8 + 2 + 12 * block.readUInt16LE(8));
  return block;
}

const xmp = (properties: string): Buffer =>
  Buffer.from(
    'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ' +
      'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
      `xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">${properties}` +
      '</rdf:Description></rdf:RDF></x:xmpmeta>',
  );
const resource = (id: number, data: Uint8Array): Buffer => {
  const head = Buffer.alloc(12);
  head.write('8BIM', 'latin1');
  head.writeUInt16BE(id, 4);
  head.writeUInt32BE(data.length, 8);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
};

/** The result of "restoring" the file, in every format. */
async function written(bytes: Uint8Array): Promise<{ picture: Picture; notices: string; files: Uint8Array[] }> {
  const { notices, ...picture } = await decodePicture(bytes, 'photo.img');
  const files: Uint8Array[] = [];
  for (const format of FORMATS) files.push(await encodePicture(picture, { format }));
  return { picture, notices: notices.join(' '), files };
}

describe('no copy of the picture as it was is in the result', () => {
  it('the thumbnail of EXIF, previews in maker notes and bytes that nothing refers to', async () => {
    const thumb = await thumbnail();
    for (const [note, loose] of [
      [text('Camera'), new Uint8Array(0)],
      [Buffer.concat([text('Camera\0\0'), thumb]), new Uint8Array(0)],
      // Minolta's previews lack their first byte.
      [Buffer.concat([text('MLT0\0'), thumb.subarray(1)]), new Uint8Array(0)],
      [text('Camera'), thumb],
    ] as const) {
      const bytes = await jpegWith([segment(0xe1, text('Exif\0\0'), exifBlock(thumb, note, loose))]);
      expect(holds(bytes, thumb)).toBe(true);
      const { files, notices, picture } = await written(bytes);
      for (const file of files) expect(holds(file, thumb)).toBe(false);
      expect(notices).toMatch(/left out of the result: .*the thumbnail/);
      // What is no picture is as it was.
      expect(Buffer.from(picture.metadata.exif!).includes('Camera') || note.includes('MLT0')).toBe(true);
      expect(Buffer.from(picture.metadata.exif!).includes('Maker')).toBe(true);
    }
  });

  it('thumbnails of Photoshop, and what plug-ins keep; IPTC stays', async () => {
    const thumb = await thumbnail();
    const iptc = text('\x1c\x02\x78\0\x05hello');
    for (const id of [1033, 1036, 1058, 4017, 1080]) {
      const resources = Buffer.concat([resource(id, Buffer.concat([Buffer.alloc(28), thumb])), resource(1028, iptc)]);
      const { files } = await written(await jpegWith([segment(0xed, text('Photoshop 3.0\0'), resources)]));
      for (const file of files) expect(holds(file, thumb)).toBe(false);
      expect(Buffer.from(files[1]).includes(iptc)).toBe(true);
      expect(Buffer.from(files[3]).includes(iptc)).toBe(true);
    }
  });

  it('thumbnails and other binary data of XMP', async () => {
    const thumb = await thumbnail();
    const base64 = Buffer.from(thumb)
      .toString('base64')
      .replace(/(.{76})/g, '$1&#xA;');
    const image = `<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/">${base64}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>`;
    for (const property of [image, `<xmp:Anything>${base64}</xmp:Anything>`]) {
      const { files, picture } = await written(
        await jpegWith([segment(0xe1, xmp(`${property}<dc:format>kept</dc:format>`))]),
      );
      for (const file of files) expect(holds(file, thumb)).toBe(false);
      expect(Buffer.from(picture.metadata.xmp!).toString()).toContain('<dc:format>kept</dc:format>');
    }
  });

  it('gain maps and films behind the picture, and what speaks of them', async () => {
    const thumb = await thumbnail();
    const claims =
      '<hdrgm:Version xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/">1.0</hdrgm:Version>' +
      '<GCamera:MicroVideoOffset xmlns:GCamera="http://ns.google.com/photos/1.0/camera/">28</GCamera:MicroVideoOffset>';
    const { files, notices } = await written(
      await jpegWith([segment(0xe1, xmp(claims)), segment(0xe2, text('MPF\0II*\0'))], thumb),
    );
    for (const file of files) {
      expect(holds(file, thumb)).toBe(false);
      expect(Buffer.from(file).includes('hdrgm:Version>')).toBe(false);
      expect(Buffer.from(file).includes('MicroVideoOffset>')).toBe(false);
    }
    expect(notices).toMatch(/a gain map.*a film.*further pictures \(MPF\).*a second picture/);
    const film = await written(await jpegWith([], text('\0\0\0\x1cftypmp42\0\0\0\0mp42isomxxxx')));
    expect(film.notices).toMatch(/a film \(motion photo\)/);
  });

  it('layers of Photoshop and pictures in private fields of a TIFF', async () => {
    const thumb = await thumbnail();
    const samples = new Uint8Array(96).fill(90);
    for (const tag of [37724, 50_000, 34377, 34858]) {
      const bytes = tiffFile([{ width: 12, height: 8, samples, entries: [{ tag, type: 7, values: [...thumb] }] }]);
      const { files } = await written(bytes);
      for (const file of files) expect(holds(file, thumb)).toBe(false);
    }
    const layered = tiffFile([
      {
        width: 12,
        height: 8,
        samples,
        entries: [{ tag: 37724, type: 7, values: [...text('Adobe Photoshop Document Data Block\0LAYR')] }],
      },
    ]);
    const { files, notices } = await written(layered);
    expect(Buffer.from(files[3]).includes('Photoshop Document Data')).toBe(false);
    expect(notices).toMatch(/the layers of Photoshop/);
  });
});
