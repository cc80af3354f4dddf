import { describe, expect, it } from 'vitest';
import { encodeFloat } from '../../../src-main/images/float-picture.ts';
import { writeNpy } from '../../../src-main/images/npy.ts';
import { readSinogram } from '../../../src-main/hosts/engine/jobs/sinogram-files.ts';
import { readSlice } from '../../../src-main/hosts/engine/jobs/slice-files.ts';
import { dicomFile, textElement } from '../../fixtures/dicom-file.ts';

const side = 8;
const slice = Float32Array.from({ length: side * side }, (_, i) => i * 20 - 1000);
const npy = (data: Float32Array | Float64Array, shape: number[] = [side, side]): Uint8Array =>
  writeNpy({ shape, data });
const altered = (at: number, value: number): Float32Array => Float32Array.from(slice, (v, i) => (i === at ? value : v));

describe('values that are no numbers are refused with the place of the first', () => {
  it.each([
    ['NaN', NaN, /NaN \(no number\) at row 3, column 6/],
    ['infinity', Infinity, /infinity at row 3, column 6/],
    ['−infinity', -Infinity, /infinity at row 3, column 6/],
  ])('%s in a slice', async (_name, value, message) => {
    const data = altered(30, value);
    const tiff = await encodeFloat({ width: side, height: side, channels: 1, data });
    for (const [bytes, name] of [
      [npy(data), 's.npy'],
      [tiff, 's.tif'],
    ] as const) {
      await expect(readSlice({ bytes, name })).rejects.toMatchObject({ code: 'invalid-argument' });
      await expect(readSlice({ bytes, name })).rejects.toThrow(message);
    }
  });

  it('doubles beyond single precision', async () => {
    const data = Float64Array.from(slice, (v, i) => (i === 5 ? 1e300 : v));
    await expect(readSlice({ bytes: npy(data), name: 's.npy' })).rejects.toThrow(/infinity at row 0, column 5/);
  });

  it('in a sinogram, counted', async () => {
    const data = altered(30, NaN);
    data[50] = NaN;
    const tiff = await encodeFloat({ width: side, height: side, channels: 1, data });
    for (const bytes of [npy(data), tiff]) {
      await expect(readSinogram({ bytes, name: 'sino' })).rejects.toThrow(
        /sino holds NaN \(no number\) at view 3, detector 6 \(counted from 0\), the first of 2 such values/,
      );
    }
  });
});

describe('several slices', () => {
  const stack = Float32Array.from(
    { length: 3 * side * side },
    (_, i) => Math.floor(i / (side * side)) * 1000 + (i % 64),
  );
  const pixels = Int16Array.from({ length: 32 }, (_, i) => i * 10);
  const frames = dicomFile({ width: 4, height: 4, pixels, extra: [textElement(0x00280008, 'IS', '2')] });

  it('get a notice unless one is chosen', async () => {
    const bytes = npy(stack, [3, side, side]);
    const first = await readSlice({ bytes, name: 'stack.npy' });
    expect(first).toMatchObject({ slices: 3, width: side });
    expect(first.notices).toEqual([
      'stack.npy has 3 slices; slice 0 is taken. Choose another by its number (--slice).',
    ]);
    const third = await readSlice({ bytes, name: 'stack.npy' }, 2);
    expect(third.notices).toEqual([]);
    expect(third.data[1]).toBe(2001);
    await expect(readSlice({ bytes, name: 'stack.npy' }, 3)).rejects.toThrow(/slices 0 to 2, but slice 3/);
  });

  it('of DICOM likewise', async () => {
    expect((await readSlice({ bytes: frames, name: 'f.dcm' })).notices.join()).toMatch(/f\.dcm has 2 slices/);
    expect((await readSlice({ bytes: frames, name: 'f.dcm' }, 1)).data[0]).toBe(160);
  });
});

describe('arrays that hold no slice', () => {
  it.each([
    ['no pixels', [0, 0], 0],
    ['a side of 0 beside a huge one', [0, 4_000_000_000], 0],
    ['no slices', [0, side, side], 0],
    ['one dimension', [64], 64],
    ['four dimensions', [1, 1, side, side], 64],
  ])('%s', async (_name, shape, count) => {
    const bytes = npy(new Float32Array(count), shape);
    await expect(readSlice({ bytes, name: 'x.npy' })).rejects.toMatchObject({
      code: expect.stringMatching(/invalid-shape|invalid-argument/) as string,
      message: expect.not.stringMatching(/expected number/) as string,
    });
  });

  it('a hundred thousand dimensions are refused at once', async () => {
    const header = `{'descr': '|u1', 'fortran_order': True, 'shape': (${'1,'.repeat(30_000)}), }`;
    const bytes = Buffer.concat([
      Buffer.from('\x93NUMPY\x02\0', 'latin1'),
      Buffer.from(Uint32Array.of(header.length).buffer),
      Buffer.from(header),
      Buffer.from([1]),
    ]);
    await expect(readSlice({ bytes: new Uint8Array(bytes), name: 'x.npy' })).rejects.toMatchObject({
      code: 'picture-damaged',
    });
  });

  it('values that cannot be HU get a notice', async () => {
    const bytes = npy(Float32Array.from({ length: 64 }, (_, i) => i / 200));
    expect((await readSlice({ bytes, name: 'mu.npy' })).notices.join()).toMatch(/range only from 0 to 0\.315/);
    expect((await readSlice({ bytes: npy(slice), name: 'hu.npy' })).notices).toEqual([]);
  });
});
