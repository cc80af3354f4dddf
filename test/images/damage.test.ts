import { describe, expect, it } from 'vitest';
import { decodePicture, type DecodeOptions } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { fixture, smooth } from '../fixtures/images/pattern.ts';
import { tiffFile } from '../fixtures/images/tiff-file.ts';

const WIDTH = 96;
const HEIGHT = 128;

/** Noise keeps the data of each row long, so that cuts fall where they are meant to. */
function photo(height = HEIGHT): Picture {
  const random = new RandomGenerator(3, 0, 0, 0);
  const data = Uint8Array.from({ length: WIDTH * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return Math.max(0, Math.min(255, smooth(pixel % WIDTH, Math.floor(pixel / WIDTH), i % 3) + 20 * random.normal()));
  });
  return { width: WIDTH, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

const outcome = (bytes: Uint8Array, options: DecodeOptions = {}) =>
  decodePicture(bytes, 'scan.img', options).then(
    (picture) => ({ picture, message: picture.notices.join(' '), code: undefined }),
    (error: { message: string; code: string }) => ({ picture: undefined, ...error, message: error.message }),
  );

const cut = (bytes: Uint8Array, share: number): Uint8Array => bytes.slice(0, Math.floor(bytes.length * share));
const zeroed = (bytes: Uint8Array): Uint8Array => bytes.slice().fill(0, bytes.length >> 1, (bytes.length >> 1) + 40);

/** Rows from the top that are as in the sound file. */
function equalRows(a: Picture, b: Picture): number {
  for (let row = 0; row < HEIGHT; row++) {
    const [from, to] = [row * WIDTH * 3, (row + 1) * WIDTH * 3];
    if (!Buffer.from(a.data.subarray(from, to)).equals(Buffer.from(b.data.subarray(from, to)))) return row;
  }
  return HEIGHT;
}

describe('a truncated scan', () => {
  it.each(['jpeg', 'png'] as const)('%s: refused, with the rows that can be read; read on demand', async (format) => {
    const bytes = await encodePicture(photo(), { format });
    const sound = await decodePicture(bytes, 'sound');
    const damaged = cut(bytes, 0.6);
    expect(await outcome(damaged)).toMatchObject({ code: 'picture-damaged' });
    const offer = await outcome(damaged, { damage: 'offer' });
    expect(offer.code).toBe('picture-damaged');
    expect(offer.message).toMatch(/only rows 0 to \d+ of 128.*--accept-damage/);
    const accepted = await outcome(damaged, { damage: 'accept' });
    const rows = Number(/only rows 0 to (\d+) of 128/.exec(accepted.message)![1]) + 1;
    expect(rows).toBeGreaterThan(HEIGHT * 0.35);
    expect(rows).toBeLessThan(HEIGHT * 0.8);
    expect(equalRows(accepted.picture!, sound)).toBeGreaterThanOrEqual(rows);
    expect(equalRows(accepted.picture!, sound)).toBeLessThan(HEIGHT);
  });

  it('of progressive JPEG is read coarsely', async () => {
    const bytes = await fixture('progressive.jpg');
    const accepted = await outcome(cut(bytes, 0.8), { damage: 'accept' });
    expect(accepted.picture).toMatchObject({ width: 37, height: 23 });
    expect(accepted.message).toMatch(/is damaged: it ends before its end mark; what can be read is coarse/);
  });

  it('of a TIFF whose strips are stored as they are, to the row', async () => {
    const samples = Uint8Array.from({ length: 40 * 30 }, (_, i) => 1 + (i % 200));
    const whole = tiffFile([{ width: 40, height: 30, samples }]);
    const directory = whole.slice(8 + samples.length);
    // The directory first, the samples last, as libtiff writes while a scanner scans.
    const head = tiffFile([{ width: 40, height: 30, samples: new Uint8Array(0) }]);
    expect(directory.length).toBeGreaterThan(0);
    const view = new DataView(head.buffer);
    const at = view.getUint32(4, true);
    for (let i = 0; i < view.getUint16(at, true); i++) {
      const entry = at + 2 + 12 * i;
      if (view.getUint16(entry, true) === 273) view.setUint32(entry + 8, head.length, true);
      if (view.getUint16(entry, true) === 279) view.setUint32(entry + 8, samples.length, true);
    }
    const file = Uint8Array.from([...head, ...samples.subarray(0, 40 * 20 + 7)]);
    const { picture, message } = await outcome(file, { damage: 'accept' });
    expect(message).toMatch(/only rows 0 to 19 of 30/);
    expect([...picture!.data.subarray(0, 800)]).toEqual([...samples.subarray(0, 800)]);
  });
});

describe('damage in the middle', () => {
  it('of baseline JPEG data is found by counting blocks, which the decoder does not', async () => {
    const bytes = await encodePicture(photo(), { format: 'jpeg' });
    expect(await outcome(zeroed(bytes))).toMatchObject({ code: 'picture-damaged' });
    const padded = bytes.slice().fill(0, Math.floor(bytes.length * 0.7));
    expect(await outcome(padded)).toMatchObject({ code: 'picture-damaged' });
  });

  it('of a GIF', async () => {
    const bytes = await fixture('palette.gif');
    const damaged = bytes.slice().fill(255, bytes.length - 90, bytes.length - 50);
    const { code, picture } = await outcome(damaged);
    expect(picture).toBeUndefined();
    expect(code).toBe('picture-damaged');
  });

  it('of deflate data in a TIFF is found by their checksums, strip by strip', async () => {
    // Strips of 128 rows.
    const bytes = await encodePicture(photo(3 * HEIGHT), { format: 'tiff' });
    const sound = await decodePicture(bytes, 'sound');
    // A flipped bit of a literal is another literal: nothing but the checksum tells.
    for (const share of [0.45, 0.5, 0.55]) {
      const wrong = bytes.slice();
      wrong[Math.floor(bytes.length * share)] ^= 1;
      expect(await outcome(wrong)).toMatchObject({ code: 'picture-damaged' });
      const { picture, message } = await outcome(wrong, { damage: 'accept' });
      expect(message).toMatch(/the checksum of its picture data is wrong; only rows 0 to 127 of 384/);
      expect(equalRows(picture!, sound)).toBe(HEIGHT);
    }
  });

  it('of progressive JPEG, of which the decoder only warns', async () => {
    const bytes = await fixture('progressive.jpg');
    expect((await outcome(bytes)).message).toBe('');
    // Within the data of a scan.
    const wrong = bytes.slice();
    for (let at = 478; at < 486; at++) wrong[at] ^= 0x55;
    expect(await outcome(wrong)).toMatchObject({ code: 'picture-damaged' });
    const accepted = await outcome(wrong, { damage: 'accept' });
    expect(accepted.picture).toMatchObject({ width: 37, height: 23 });
    expect(accepted.message).toMatch(/is damaged: .*coarse or wrong/);
  });

  it('is no damage where bytes are stuffed, restarted or padded', async () => {
    for (const chroma of ['4:4:4', '4:2:0'] as const) {
      const bytes = await encodePicture(photo(), { format: 'jpeg', chroma, quality: 100 });
      expect((await outcome(bytes)).message).toBe('');
      const padded = Uint8Array.from([...bytes.subarray(0, -2), 0, 0, 0, 0xff, 0xd9]);
      expect((await outcome(padded)).message).toBe('');
    }
  });
});

describe('what follows the end of a file', () => {
  it.each(['tagged.jpg', 'tagged.png', 'tagged.webp', 'palette.gif'])('%s: is named', async (name) => {
    const bytes = await fixture(name);
    const before = (await outcome(bytes)).message;
    const tail = Uint8Array.from({ length: 500 }, (_, i) => 1 + (i % 200));
    expect((await outcome(Uint8Array.from([...bytes, ...tail]))).message).toMatch(/500 bytes after its end/);
    expect((await outcome(Uint8Array.from([...bytes, ...new Uint8Array(500)]))).message).toBe(before);
    const second = await fixture('gray.jpg');
    expect((await outcome(Uint8Array.from([...bytes, ...second]))).message).toMatch(/a second picture/);
  });
});

describe('reasons', () => {
  it('are of the file itself, not of one before it', async () => {
    const cmyk = await fixture('cmyk.jpg');
    // A profile that is none: the library falls back to its own and leaves the text of its failure behind.
    const profile = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(200, 'garbage!')]);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0, profile.length + 2]), profile]);
    const garbled = Uint8Array.from(Buffer.concat([cmyk.subarray(0, 2), segment, cmyk.subarray(2)]));
    await outcome(garbled);
    const png = await fixture('rgb16.png');
    const bytes = png.slice();
    bytes[bytes.length - 60] ^= 255;
    const first = (await outcome(bytes)).message;
    await outcome(garbled);
    expect((await outcome(bytes)).message).toBe(first);
    expect(first).not.toMatch(/profile/);
  });
});
