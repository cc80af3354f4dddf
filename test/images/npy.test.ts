import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy, type NpyData } from '../../src-main/images/npy.ts';
import { fixture } from '../fixtures/images/pattern.ts';

const read = async (name: string) => readNpy(await fixture(name), name);
const range = (map: (i: number) => number): number[] => Array.from({ length: 24 }, (_, i) => map(i));

describe('files that NumPy wrote', () => {
  it.each([
    ['u1.npy', Uint8Array, range((i) => i)],
    ['u2.npy', Uint16Array, range((i) => i)],
    ['i2-big.npy', Int16Array, range((i) => i - 12)],
    ['i4.npy', Int32Array, range((i) => i - 12)],
    ['f4.npy', Float32Array, range((i) => i / 8)],
    ['f8-big.npy', Float64Array, range((i) => i / 7)],
    ['i8.npy', Float64Array, range((i) => i - 12)],
    ['f4-fortran.npy', Float32Array, range((i) => i / 8)],
  ] as const)('%s', async (name, type, expected) => {
    const array = await read(name);
    expect(array.shape).toEqual([2, 3, 4]);
    expect(array.data).toBeInstanceOf(type);
    expect(Array.from(array.data)).toEqual(expected);
  });
});

describe('writing', () => {
  it('gives the bytes that NumPy writes', async () => {
    expect(writeNpy({ shape: [2, 3, 4], data: Float32Array.from(range((i) => i / 8)) })).toEqual(
      await fixture('f4.npy'),
    );
    expect(writeNpy({ shape: [2, 3, 4], data: Uint8Array.from(range((i) => i)) })).toEqual(await fixture('u1.npy'));
    expect(writeNpy({ shape: [2, 3, 4], data: Int32Array.from(range((i) => i - 12)) })).toEqual(
      await fixture('i4.npy'),
    );
  });

  it.each<[string, number[], NpyData]>([
    ['a vector', [3], Float64Array.of(0.1, -2, 1e300)],
    ['a scalar', [], Int8Array.of(-5)],
    ['nothing', [0, 7], new Uint32Array(0)],
    ['a part of a buffer', [2], new Uint16Array([1, 2, 3, 65535]).subarray(2)],
  ])('%s comes back', (_name, shape, data) => {
    expect(readNpy(writeNpy({ shape, data }), 'a.npy')).toEqual({ shape, data: data.slice() });
  });

  it('refuses a shape that the data do not fill', () => {
    expect(() => writeNpy({ shape: [2, 2], data: new Float32Array(3) })).toThrowError(
      expect.objectContaining({ code: 'invalid-shape' }),
    );
  });
});

describe('bad files', () => {
  const good = writeNpy({ shape: [3, 4], data: new Float32Array(12) });
  const altered = (from: string, to: string): Uint8Array =>
    Buffer.from(Buffer.from(good).toString('latin1').replace(from, to), 'latin1');
  it.each([
    ['empty', new Uint8Array(0), 'picture-damaged', /x\.npy.*empty/],
    ['text', Buffer.from('1 2 3'), 'not-a-picture', /x\.npy.*NUMPY/],
    ['cut in its header', good.subarray(0, 40), 'picture-damaged', /header/],
    ['cut in its magic', good.subarray(0, 8), 'picture-damaged', /header/],
    ['cut in its data', good.subarray(0, good.length - 1), 'picture-damaged', /\(3, 4\).*needs 48 bytes, but 47/],
    ['too long', Buffer.concat([good, new Uint8Array(4)]), 'picture-damaged', /but 52 follow/],
    ['claiming a huge shape', altered('(3, 4)', '(300000000000, 4)'), 'picture-damaged', /needs/],
    ['without a shape', altered("'shape'", "'sharp'"), 'picture-damaged', /header/],
    ['of strings', altered('<f4', '<U4'), 'unsupported-format', /<U4.*astype/],
    ['of records', altered("'<f4'", "[('a', '<f4')]"), 'unsupported-format', /records/],
  ])('%s', (_name, bytes, code, message) => {
    expect(() => readNpy(bytes, 'x.npy')).toThrowError(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('complex numbers', async () => {
    await expect(read('complex.npy')).rejects.toMatchObject({ code: 'unsupported-format' });
  });
});
