import { describe, expect, it } from 'vitest';
import { restoreOptionsSchema } from '../../src-main/contract/restore-options.ts';
import { estimateNoise } from '../../src-main/restore/noise-level.ts';
import { readTensor } from '../../src-main/restore/picture-tensor.ts';
import { restore } from '../../src-main/restore/restore.ts';
import { sampledRows } from '../../src-main/restore/sampled-rows.ts';
import type { Picture } from '../../src-main/tensor/picture.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

function noisy(width: number, height: number): Picture {
  const random = new RandomGenerator(5);
  const data = Uint8Array.from({ length: 3 * width * height }, () => 118 + (random.uint32() % 21));
  return { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

describe('what is read to estimate noise and compression', () => {
  it('is all of a small picture', () => {
    const picture = noisy(70, 50);
    const { x } = readTensor(picture, undefined, { x: 0, y: 0, width: 70, height: 50 }, 1, 3);
    expect(sampledRows(picture)).toEqual(x);
  });

  it('has a bound for a large one, and tells the same noise', () => {
    const picture = noisy(20_000, 1000);
    const { shape, data } = sampledRows(picture);
    expect(shape).toEqual([1, 3, 576, 20_000]);
    expect(data.length).toBe(3 * 576 * 20_000);
    // The second band begins at the block of the picture that is one ninth down.
    const row = Math.floor(15 / 9) * 64;
    const at = (picture.data[3 * row * 20_000] / 255) * 2 - 1;
    expect(data[64 * 20_000]).toBeCloseTo(at, 5);
    // Uniform on 21 values.
    expect(127.5 * estimateNoise({ shape: [1, 1, 64, 20_000], data: data.subarray(0, 64 * 20_000) })).toBeCloseTo(
      6.06,
      0,
    );
  });
});

describe('a picture that nobody needs afterwards', () => {
  const run = async (picture: Picture, samples: number, ownsPicture: boolean): Promise<Picture[]> => {
    const mask = new Uint8Array(picture.width * picture.height).fill(1, 1000, 1010);
    const options = restoreOptionsSchema.parse({ task: 'inpaint', preset: 'instant', seed: 0, samples });
    const made: Picture[] = [];
    const events = restore({ picture, mask, options }, undefined, { now: () => 0, ownsPicture, companions: false });
    for await (const event of events) if (event.type === 'sample') made.push(event.picture);
    return made;
  };

  it('is written into where one sample is asked for, and only then', async () => {
    const picture = noisy(70, 50);
    const before = picture.data.slice();
    const [copied] = await run(picture, 1, false);
    expect(picture.data).toEqual(before);
    const two = await run(picture, 2, true);
    expect(two[0].data).toEqual(copied.data);
    expect(picture.data).toEqual(before);
    const [owned] = await run(picture, 1, true);
    expect(owned.data).toEqual(copied.data);
    expect(owned.data).toBe(picture.data);
  });
});
