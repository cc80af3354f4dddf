import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDicom } from '../../../src-main/images/dicom.ts';
import { codedSize } from '../../../src-main/images/dicom/coded-size.ts';
import { DicomSyntaxError } from '../../../src-main/images/dicom/data-set.ts';
import { encapsulatedFrame } from '../../../src-main/images/dicom/encapsulated.ts';
import { decodeRle } from '../../../src-main/images/dicom/rle.ts';

/** Written by test/fixtures/images/dicom/make.py with GDCM, another implementation. */
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/images/dicom/${name}.dcm`, import.meta.url)));

describe('compressed slices', () => {
  it.each(['jpeg-lossless', 'jpeg-lossless-sv1', 'jpeg-ls', 'jpeg-2000', 'rle'])(
    '%s is read to the bit',
    async (name) => {
      const plain = await readDicom(fixture('plain'), 'plain.dcm');
      const slice = await readDicom(fixture(name), `${name}.dcm`);
      expect(slice).toMatchObject({ width: plain.width, height: plain.height, pixelSpacing: plain.pixelSpacing });
      expect(slice.data).toEqual(plain.data);
      expect(Math.min(...plain.data)).toBeLessThan(-900);
    },
  );

  it.each(['jpeg-ls-near', 'jpeg-2000-lossy'])('%s is read with its small loss', async (name) => {
    const plain = await readDicom(fixture('plain'), 'plain.dcm');
    const { data } = await readDicom(fixture(name), `${name}.dcm`);
    const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - plain.data[i])), 0);
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(40);
  });

  it('8 bits of baseline JPEG are read', async () => {
    const { data, width } = await readDicom(fixture('jpeg-baseline'), 'j.dcm');
    expect(data[width * 24 + 24]).toBeGreaterThan(60);
    expect(data[0]).toBeLessThan(10);
  });

  it('frames are told apart', async () => {
    for (const name of ['frames-rle', 'frames-jpeg-ls']) {
      const values = await Promise.all([0, 1, 2].map(async (i) => (await readDicom(fixture(name), name, i)).data[0]));
      expect(values).toEqual([0, 100, 200]);
    }
  });

  it('a codestream of another size is refused before it is decoded', async () => {
    for (const name of ['jpeg-lossless', 'jpeg-ls', 'jpeg-2000']) {
      const bytes = fixture(name);
      const rows = Buffer.from(bytes).indexOf(Buffer.from([0x28, 0, 0x11, 0, 0x55, 0x53, 2, 0]));
      bytes[rows + 8] += 1;
      await expect(readDicom(bytes, 'wrong.dcm')).rejects.toThrow(
        /wrong\.dcm is damaged: its compressed pixels are 48 × 48/,
      );
    }
  });

  it('data that end early are damage, and the next file is read', async () => {
    for (const name of ['jpeg-lossless', 'jpeg-ls', 'jpeg-2000', 'rle']) {
      const bytes = fixture(name);
      await expect(readDicom(bytes.subarray(0, bytes.length - 700), 'cut.dcm')).rejects.toMatchObject({
        code: 'picture-damaged',
      });
      expect((await readDicom(bytes, 'whole.dcm')).width).toBe(48);
    }
  });
});

describe('RLE', () => {
  const frame = (...packed: number[]): Uint8Array => {
    const out = new Uint8Array(64 + packed.length);
    new DataView(out.buffer).setUint32(0, 1, true);
    new DataView(out.buffer).setUint32(4, 64, true);
    out.set(packed, 64);
    return out;
  };

  it('knows literals, runs and the code that does nothing', () => {
    expect([...decodeRle(frame(128, 1, 5, 6, 254, 9), 5, 1)]).toEqual([5, 6, 9, 9, 9]);
  });

  it.each([
    ['too few bytes', frame(1, 5, 6), 5],
    ['a literal that is cut', frame(4, 5, 6), 5],
    ['another number of segments', Uint8Array.from({ length: 70 }, () => 3), 5],
    ['nothing', new Uint8Array(3), 1],
  ])('%s is damage', (_name, bytes, pixels) => {
    expect(() => decodeRle(bytes, pixels, 1)).toThrow(DicomSyntaxError);
  });
});

describe('encapsulated pixels', () => {
  const item = (...bytes: number[]): number[] => [0xfe, 0xff, 0, 0xe0, bytes.length, 0, 0, 0, ...bytes];
  const of = (...items: number[][]): Uint8Array => Uint8Array.from(items.flat());

  it('are cut by the offset table, by fragments, or where codestreams begin', () => {
    const [a, b, c] = [item(0xff, 0xd8, 1, 2), item(3, 4), item(0xff, 0xd8, 5, 6)];
    const table = item(0, 0, 0, 0, 22, 0, 0, 0);
    expect([...encapsulatedFrame(of(table, a, b, c), 0, 2)]).toEqual([0xff, 0xd8, 1, 2, 3, 4]);
    expect([...encapsulatedFrame(of(item(), a, b, c), 1, 2)]).toEqual([0xff, 0xd8, 5, 6]);
    expect([...encapsulatedFrame(of(item(), a, b, c), 1, 3)]).toEqual([3, 4]);
    expect([...encapsulatedFrame(of(item(), a, b), 0, 1)]).toEqual([0xff, 0xd8, 1, 2, 3, 4]);
  });

  it.each([
    ['no items', new Uint8Array(0)],
    ['no fragments', of(item())],
    ['something else', of([1, 2, 3, 4, 5, 6, 7, 8])],
    ['an item that is cut', of(item(), item(1, 2, 3, 4)).subarray(0, 18)],
  ])('%s is damage', (_name, bytes) => {
    expect(() => encapsulatedFrame(bytes, 0, 1)).toThrow(DicomSyntaxError);
  });

  it('have no size where there is no head', () => {
    for (const bytes of [[], [0xff, 0xd8], [0xff, 0xd8, 0xff, 0xe0, 0xff], [1, 2, 3]]) {
      expect(codedSize(Uint8Array.from(bytes))).toBeUndefined();
    }
  });
});
