import { describe, expect, it } from 'vitest';
import { fillPicture, paintFill, type FillRequest } from '../../src-main/restore/fill-picture.ts';
import type { Picture, PictureMode } from '../../src-main/tensor/picture.ts';
import { channelCount } from '../../src-main/tensor/picture.ts';

/** A picture of slanted stripes. */
function striped(width: number, height: number, mode: PictureMode, bitDepth: 8 | 16): Picture {
  const channels = channelCount(mode);
  const top = bitDepth === 8 ? 255 : 65535;
  const values = Array.from({ length: width * height * channels }, (_, k) => {
    const i = Math.floor(k / channels);
    const phase = ((i % width) + 2 * Math.floor(i / width)) % 12;
    return Math.round(top * (0.2 + (0.5 * phase) / 12 + (0.1 * (k % channels)) / channels));
  });
  const data = bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  return { width, height, mode, bitDepth, data, metadata: { orientation: 1 } };
}

function box(width: number, height: number, left: number, top: number, side: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < left + side && y >= top && y < top + side ? 255 : 0;
  });
}

async function filled(request: FillRequest): Promise<Picture> {
  return paintFill(request, await fillPicture(request));
}

/** Indices of the samples that differ by more than `tolerance`. */
function differences(a: Picture, b: Picture, tolerance = 0): number[] {
  const out: number[] = [];
  for (let k = 0; k < a.data.length; k++) if (Math.abs(a.data[k] - b.data[k]) > tolerance) out.push(k);
  return out;
}

describe('fillPicture', () => {
  it('changes painted pixels only, in every mode and depth, and never alpha', async () => {
    for (const mode of ['gray', 'gray-alpha', 'rgb', 'rgb-alpha'] as const) {
      for (const bitDepth of [8, 16] as const) {
        const picture = striped(150, 120, mode, bitDepth);
        const mask = box(150, 120, 60, 50, 14);
        const result = await filled({ picture, mask, seed: 1 });
        const channels = channelCount(mode);
        const alpha = mode.endsWith('alpha') ? channels - 1 : -1;
        const changed = differences(result, picture);
        expect(changed.length).toBeGreaterThan(0);
        const wrong = changed.filter((k) => mask[Math.floor(k / channels)] === 0 || k % channels === alpha);
        expect(wrong).toEqual([]);
      }
    }
  });

  it('does not depend on what is under the paint', async () => {
    const picture = striped(150, 120, 'rgb', 8);
    const mask = box(150, 120, 60, 50, 14);
    const spoilt = { ...picture, data: picture.data.map((v, k) => (mask[Math.floor(k / 3)] !== 0 ? 255 - v : v)) };
    expect((await filled({ picture, mask, seed: 1 })).data).toEqual(
      (await filled({ picture: spoilt, mask, seed: 1 })).data,
    );
  });

  it('gives the same bytes for the same seed', async () => {
    const picture = striped(150, 120, 'rgb', 8);
    const request = { picture, mask: box(150, 120, 60, 50, 20), seed: 5 };
    expect((await filled(request)).data).toEqual((await filled(request)).data);
  });

  it('fills one region, and keeps the rest of the damage out of it', async () => {
    const picture = striped(300, 120, 'rgb', 8);
    const other = box(300, 120, 40, 50, 10);
    const mask = box(300, 120, 20, 50, 10).map((m, i) => m | other[i]);
    const region = { x: 20, y: 50, width: 10, height: 10 };
    const inRegion = (k: number): boolean => {
      const [x, y] = [Math.floor(k / 3) % 300, Math.floor(k / 900)];
      return x >= 20 && x < 30 && y >= 50 && y < 60;
    };
    const result = await filled({ picture, mask, region, seed: 1 });
    expect(differences(result, picture).filter((k) => !inRegion(k))).toEqual([]);
    const spoilt = { ...picture, data: picture.data.map((v, k) => (mask[Math.floor(k / 3)] !== 0 ? 255 - v : v)) };
    const again = await filled({ picture: spoilt, mask, region, seed: 1 });
    expect(differences(again, result).filter(inRegion)).toEqual([]);
  });

  it('samples from an offset that was chosen', async () => {
    const picture = striped(150, 120, 'rgb', 8);
    const mask = box(150, 120, 60, 50, 8);
    const result = await filled({ picture, mask, offset: { x: 24, y: 12 }, seed: 1 });
    // 24 + 2 · 12 is a multiple of the period.
    expect(differences(result, picture, 1)).toEqual([]);
  });

  it('copies only from the source that was chosen', async () => {
    const picture = striped(200, 120, 'rgb', 8);
    for (let k = 0; k < picture.data.length; k++) {
      const [x, y] = [Math.floor(k / 3) % 200, Math.floor(k / 600)];
      if (x >= 150) picture.data[k] = (x + y) % 2 === 0 ? 240 : 200;
    }
    const mask = box(200, 120, 60, 50, 20);
    const source = { x: 152, y: 10, width: 40, height: 90 };
    const result = await filled({ picture, mask, kind: 'exemplar', source, seed: 1 });
    // Its checkerboard, in the tone of what is around the hole.
    let checks = 0;
    for (let y = 56; y < 64; y++) {
      for (let x = 66; x < 74; x++) {
        const at = 3 * (y * 200 + x);
        if (Math.abs(Math.abs(result.data[at] - result.data[at + 3]) - 40) < 10) checks++;
      }
    }
    expect(checks).toBeGreaterThan(50);
  });

  it('joins the windows of a long scratch without a break', async () => {
    const picture = striped(1200, 60, 'gray', 8);
    const flat = { ...picture, data: picture.data.map((_, i) => Math.round(40 + (i % 1200) / 10)) };
    const mask = Uint8Array.from({ length: 1200 * 60 }, (_, i) => (Math.abs(Math.floor(i / 1200) - 30) < 2 ? 1 : 0));
    const request = { picture: flat, mask, seed: 1 };
    const fill = await fillPicture(request);
    const result = paintFill(request, fill);
    expect(differences(result, flat, 2)).toEqual([]);
  });

  it('says what it could not do and fills smoothly', async () => {
    const picture = striped(64, 64, 'rgb', 8);
    const all = await fillPicture({ picture, mask: new Uint8Array(64 * 64).fill(1), seed: 1 });
    expect(all.notices.map(({ code }) => code)).toEqual(['nothing-known']);
    const little = await fillPicture({ picture, mask: box(64, 64, 2, 2, 60), seed: 1 });
    expect(little.notices.map(({ code }) => code)).toEqual(['no-source']);
    const pixel = striped(1, 1, 'rgb', 8);
    const one = await fillPicture({ picture: pixel, mask: Uint8Array.of(1), seed: 1 });
    expect(one.notices.map(({ code }) => code)).toEqual(['nothing-known']);
  });

  it('refuses an empty region, a region outside, a mask of another size', async () => {
    const picture = striped(64, 64, 'rgb', 8);
    const mask = box(64, 64, 10, 10, 5);
    const region = { x: 40, y: 40, width: 10, height: 10 };
    await expect(fillPicture({ picture, mask, region, seed: 1 })).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(fillPicture({ picture, mask, region: { ...region, x: 60 }, seed: 1 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(fillPicture({ picture, mask: mask.slice(1), seed: 1 })).rejects.toMatchObject({ code: 'mask-size' });
  });

  it('ends when it is cancelled', async () => {
    const picture = striped(64, 64, 'rgb', 8);
    const controller = new AbortController();
    controller.abort();
    const run = fillPicture({ picture, mask: box(64, 64, 10, 10, 5), seed: 1 }, { signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });
});
