import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import { earlierJpegQuality } from '../../src-main/restore/jpeg-history.ts';
import { readTensor, tensorToPicture } from '../../src-main/restore/picture-tensor.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { zeros } from '../../src-main/tensor/tensor.ts';

let photograph: Picture;
const tensorOf = (picture: Picture, x = 0) =>
  readTensor(picture, undefined, { x, y: 0, width: picture.width - x, height: picture.height }, 1, 3).x;

beforeAll(async () => {
  const path = new URL('../../resources/samples/chelsea.png', import.meta.url);
  photograph = await decodePicture(new Uint8Array(await readFile(path)), 'chelsea.png');
});

describe('the JPEG that a picture was before', () => {
  it.each([10, 40, 85, 95])('is found at quality %i', async (quality) => {
    const jpeg = await encodePicture(photograph, { format: 'jpeg', quality, chroma: '4:2:0' });
    expect(earlierJpegQuality(tensorOf(await decodePicture(jpeg, 'a.jpg')))).toBe(quality);
  });

  it('is not found where blocks begin elsewhere, nor in noise, nor in a flat picture', async () => {
    const jpeg = await encodePicture(photograph, { format: 'jpeg', quality: 40, chroma: '4:2:0' });
    expect(earlierJpegQuality(tensorOf(await decodePicture(jpeg, 'a.jpg'), 3))).toBeUndefined();
    const noise = zeros([1, 3, 64, 64]);
    const random = new RandomGenerator(1);
    noise.data.forEach((_, i) => (noise.data[i] = 0.3 * random.normal()));
    expect(earlierJpegQuality(tensorOf(tensorToPicture(noise)))).toBeUndefined();
    expect(earlierJpegQuality(zeros([1, 1, 64, 64]))).toBeUndefined();
    expect(earlierJpegQuality(zeros([1, 1, 3, 3]))).toBeUndefined();
  });
});
