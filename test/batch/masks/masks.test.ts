import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MaskFinder, type MaskSource } from '../../../src-main/batch/masks/mask-finder.ts';
import { maskPicture } from '../../../src-main/batch/masks/picture-mask.ts';
import { nodeFileSystem } from '../../../src-main/batch/node-file-system.ts';
import type { MaskPolicy } from '../../../src-main/contract/batch.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { put, smallPicture } from '../../fixtures/batch/run.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'langevin-masks-'));
});
afterEach(() => rm(folder, { recursive: true }));

const finder = (policy: MaskPolicy): MaskFinder => new MaskFinder(nodeFileSystem, policy);
const nothing = { name: 'empty', bytes: new Uint8Array(0) };

describe('a folder of masks', () => {
  const policy = (): MaskPolicy => ({ kind: 'folder', path: folder });
  /** The mask of a picture elsewhere, or in the same folder. */
  const maskOf = async (name: string, source = join(folder, '..')): Promise<string | undefined> =>
    (await finder(policy()).find({ name, path: join(source, name) }, nothing)).fingerprint?.path.slice(
      folder.length + 1,
    );

  it('has them by the name of the picture, in the same place of the tree', async () => {
    for (const name of ['a.png', 'sub/a.tif', 'b_mask.webp', 'c-mask.png', 'd.jpg.png', 'd.png', 'a.txt']) {
      await put(folder, name, 'x');
    }
    expect(await maskOf('a.jpg')).toBe('a.png');
    expect(await maskOf('sub/a.jpg')).toBe('sub/a.tif');
    expect(await maskOf('b.jpg')).toBe('b_mask.webp');
    expect(await maskOf('c.jpg')).toBe('c-mask.png');
    expect(await maskOf('d.jpg')).toBe('d.jpg.png');
    expect(await maskOf('d.tif')).toBe('d.png');
  });

  it('that is the folder of the pictures has them by their suffix only', async () => {
    for (const name of ['a.png', 'a_mask.png', 'b.png', 'c.png', 'c.png_mask.png', 'c_mask.png']) {
      await put(folder, name, 'x');
    }
    expect(await maskOf('a.png', folder)).toBe('a_mask.png');
    expect(await maskOf('c.png', folder)).toBe('c.png_mask.png');
    expect(await maskOf('b.png')).toBe('b.png');
    await expect(maskOf('b.png', folder)).rejects.toMatchObject({ code: 'mask-missing' });
  });

  it('names what is missing, and does not guess between two', async () => {
    await put(folder, 'a.png', 'x');
    await put(folder, 'a.tif', 'x');
    await expect(maskOf('x/a.jpg')).rejects.toMatchObject({
      code: 'mask-missing',
      message: expect.stringMatching(/no mask for x\/a\.jpg.*a\.jpg\.png, a\.png or a_mask\.png/),
    });
    await expect(maskOf('a.jpg')).rejects.toMatchObject({
      code: 'mask-missing',
      message: expect.stringMatching(/a\.png, a\.tif/),
    });
  });

  it('tells changed masks from copied ones', async () => {
    const path = await put(folder, 'a.png', 'one');
    const input = { name: 'a.jpg', path: '/elsewhere/a.jpg' };
    const used = (await finder(policy()).find(input, nothing)).fingerprint;
    expect(await finder(policy()).isUnchanged(input, used)).toBe(true);
    await utimes(path, 1, 1);
    expect(await finder(policy()).isUnchanged(input, used)).toBe(true);
    await put(folder, 'a.png', 'two');
    expect(await finder(policy()).isUnchanged(input, used)).toBe(false);
    await rm(path);
    expect(await finder(policy()).isUnchanged(input, used)).toBe(false);
    expect(await finder(policy()).isUnchanged(input, undefined)).toBe(false);
  });
});

describe('masks for all pictures', () => {
  it('are chosen by the size of the picture as displayed', async () => {
    const wide = await put(folder, 'wide.png', smallPicture(1, 'gray', 20, 10));
    const high = await put(folder, 'high.png', smallPicture(2, 'gray', 10, 20));
    const masks = finder({ kind: 'files', paths: [wide, high] });
    const maskFor = async (picture: Picture): Promise<string | undefined> =>
      (
        await masks.find(
          { name: 'p.jpg', path: '/p.jpg' },
          { name: 'p.jpg', bytes: await encodePicture(picture, { format: 'jpeg' }) },
        )
      ).fingerprint?.path;
    expect(await maskFor(smallPicture(3, 'rgb', 20, 10))).toBe(wide);
    expect(await maskFor(smallPicture(3, 'rgb', 10, 20))).toBe(high);
    expect(await maskFor({ ...smallPicture(3, 'rgb', 20, 10), metadata: { orientation: 6 } })).toBe(high);
    await expect(maskFor(smallPicture(3, 'rgb', 11, 20))).rejects.toMatchObject({
      code: 'mask-size',
      message: expect.stringMatching(/p\.jpg, 11 × 20: .*wide\.png \(20 × 10\), .*high\.png \(10 × 20\)/),
    });
  });

  it('that do not exist or are folders are named', async () => {
    await mkdir(join(folder, 'm.png'));
    for (const name of ['gone.png', 'm.png']) {
      const path = join(folder, name);
      await expect(finder({ kind: 'files', paths: [path] }).find({ name: 'a', path: '/a' }, nothing)).rejects.toThrow(
        path,
      );
    }
  });
});

describe('the mask of a picture', () => {
  const picture = (mode: Picture['mode'], data: number[], bitDepth: 8 | 16 = 8): Picture => {
    const channels = { gray: 1, 'gray-alpha': 2, rgb: 3, 'rgb-alpha': 4 }[mode];
    const Samples = bitDepth === 8 ? Uint8Array : Uint16Array;
    return {
      width: data.length / channels,
      height: 1,
      mode,
      bitDepth,
      data: Samples.from(data),
      metadata: { orientation: 1 },
    };
  };

  it('by its alpha is where it is less than half opaque; that becomes opaque', async () => {
    const given = picture('gray-alpha', [10, 255, 20, 127, 30, 128, 40, 0]);
    const { picture: filled, mask } = await maskPicture(given, 'p', { kind: 'alpha' });
    expect([...mask!]).toEqual([0, 1, 0, 1]);
    expect([...filled.data]).toEqual([10, 255, 20, 255, 30, 128, 40, 255]);
    expect([...given.data]).toEqual([10, 255, 20, 127, 30, 128, 40, 0]);
    const deep = await maskPicture(picture('rgb-alpha', [1, 2, 3, 32767, 4, 5, 6, 32768], 16), 'p', { kind: 'alpha' });
    expect([...deep.mask!]).toEqual([1, 0]);
    expect(deep.picture.data[3]).toBe(65535);
    await expect(maskPicture(picture('rgb', [1, 2, 3]), 'p', { kind: 'alpha' })).rejects.toMatchObject({
      code: 'mask-missing',
    });
    await expect(maskPicture(picture('gray-alpha', [1, 200]), 'p', { kind: 'alpha' })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
  });

  it('by a colour is where every channel is within the tolerance', async () => {
    const source: MaskSource = { kind: 'color', color: [250, 0, 100], tolerance: 5 };
    const pixels = [250, 0, 100, 255, 5, 95, 244, 0, 100, 250, 6, 100, 250, 0, 106];
    const { mask } = await maskPicture(picture('rgb', pixels), 'p', source);
    expect([...mask!]).toEqual([1, 1, 0, 0, 0]);
    const deep = picture('rgb', [250 * 257 + 5 * 257, 0, 100 * 257, 250 * 257 + 5 * 257 + 1, 0, 100 * 257], 16);
    expect([...(await maskPicture(deep, 'p', source)).mask!]).toEqual([1, 0]);
    await expect(maskPicture(picture('gray', [250, 0, 100]), 'p', source)).rejects.toMatchObject({
      code: 'nothing-to-do',
      message: expect.stringContaining('#fa0064'),
    });
    const grey: MaskSource = { kind: 'color', color: [7, 7, 7], tolerance: 0 };
    expect([...(await maskPicture(picture('gray-alpha', [7, 0, 8, 255]), 'p', grey)).mask!]).toEqual([1, 0]);
  });
});
