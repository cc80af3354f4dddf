import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { findOptionsSchema, type DamageMaps } from '../../src-main/contract/find.ts';
import type { DamageDetector } from '../../src-main/find/detector.ts';
import {
  findDamage,
  reductionsOf,
  type FindDamageEvent,
  type FindDamageOptions,
} from '../../src-main/find/find-damage.ts';
import { findingsOf, maskOf } from '../../src-main/find/findings/findings.ts';
import { PROBABILITY_OF_CODE } from '../../src-main/find/findings/logit-codes.ts';
import { createOnnxDetector } from '../../src-main/find/onnx-detector.ts';
import { decodePicture } from '../../src-main/images/decode.ts';
import { channelCount, type Picture, type PictureMode } from '../../src-main/tensor/picture.ts';
import { shippedDetector } from './shipped-detector.ts';

let detector: DamageDetector;
beforeAll(async () => {
  const { manifest, bytes } = await shippedDetector();
  detector = await createOnnxDetector(manifest, bytes, 1);
});

/** The scratched cat, 451 × 300, and which of its pixels are scratched. */
let cat: Picture;
let scratches: Uint8Array;
beforeAll(async () => {
  const read = async (name: string): Promise<Picture> =>
    decodePicture(await readFile(new URL(`../../resources/samples/${name}`, import.meta.url)), name);
  cat = await read('chelsea-scratched.png');
  const mask = await read('chelsea-mask.png');
  scratches = Uint8Array.from(mask.data).map((value) => (value > 127 ? 1 : 0));
});

/** A part of the cat in samples of another kind. */
function part(width: number, height: number, mode: PictureMode = 'rgb', bitDepth: 8 | 16 = 8): Picture {
  const channels = channelCount(mode);
  const gain = bitDepth === 8 ? 1 : 257;
  const data = bitDepth === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const from = (Math.floor(i / width) % cat.height) * cat.width + ((i % width) % cat.width);
    for (let c = 0; c < channels; c++) {
      const isAlpha = c === 3 || (channels === 2 && c === 1);
      data[i * channels + c] = isAlpha ? 255 * gain : cat.data[from * 3 + (channels < 3 ? 2 : c)] * gain;
    }
  }
  return { width, height, mode, bitDepth, data, metadata: { orientation: 1 } };
}

async function search(
  picture: Picture,
  options: FindDamageOptions = {},
): Promise<{ maps: DamageMaps; events: FindDamageEvent[] }> {
  const events: FindDamageEvent[] = [];
  const steps = findDamage(picture, detector, options);
  for (;;) {
    const step = await steps.next();
    if (step.done) return { maps: step.value, events };
    events.push(step.value);
  }
}

const options = findOptionsSchema.parse({});
/** Share of the scratched pixels of a part of the cat that are marked, and of the others. */
function shares(maps: DamageMaps): { found: number; wrong: number } {
  const { width, height } = maps;
  const mask = maskOf(findingsOf(maps, options), width, height);
  const count = { found: 0, damaged: 0, wrong: 0, sound: 0 };
  for (let i = 0; i < mask.length; i++) {
    const isDamaged = scratches[Math.floor(i / width) * cat.width + (i % width)] === 1;
    count[isDamaged ? 'damaged' : 'sound']++;
    if (mask[i] === 1) count[isDamaged ? 'found' : 'wrong']++;
  }
  return { found: count.found / count.damaged, wrong: count.wrong / count.sound };
}

describe('findDamage', () => {
  it('finds scratches and leaves the rest', async () => {
    const { maps, events } = await search(part(400, 288));
    const { found, wrong } = shares(maps);
    expect(found).toBeGreaterThan(0.6);
    // The border that is filled with the damage is as wide as the thinnest scratches.
    expect(wrong).toBeLessThan(0.08);
    expect(events.at(-1)).toMatchObject({ type: 'progress', fraction: 1, etaMs: 0 });
  }, 240_000);

  it('sees the same in samples of other kinds', async () => {
    const grey = part(208, 160, 'gray');
    const { maps } = await search(grey);
    for (const mode of ['gray-alpha', 'rgb', 'rgb-alpha'] as const) {
      for (const bitDepth of [8, 16] as const) {
        const picture = part(208, 160, mode, bitDepth);
        const channels = channelCount(mode);
        for (let i = 0; i < grey.data.length; i++) {
          const value = grey.data[i] * (bitDepth === 8 ? 1 : 257);
          for (let c = 0; c < Math.min(3, channels - (channels === 2 ? 1 : 0)); c++)
            picture.data[i * channels + c] = value;
        }
        const same = (await search(picture)).maps;
        // Samples of 16 bits are scaled by another number, whose last bit may round otherwise.
        expect(same.surface.every((code, i) => Math.abs(code - maps.surface[i]) <= 1)).toBe(true);
      }
    }
  }, 240_000);

  it('answers the same for any size of tile', async () => {
    const picture = part(496, 208);
    const whole = (await search(picture)).maps;
    const tiled = (await search(picture, { tile: 400 })).maps;
    let worst = 0;
    for (const map of ['surface', 'area'] as const) {
      // One code is at most .016: whatever differs by more was not rounding.
      for (let i = 0; i < whole[map].length; i++) {
        const difference = Math.abs(whole[map][i] - tiled[map][i]);
        const p = Math.abs(PROBABILITY_OF_CODE[whole[map][i]] - PROBABILITY_OF_CODE[tiled[map][i]]);
        if (difference > 1) worst = Math.max(worst, p);
      }
    }
    expect(worst).toBeLessThanOrEqual(0.001);
  }, 240_000);

  it('is deterministic', async () => {
    const picture = part(208, 160);
    expect((await search(picture)).maps).toEqual((await search(picture)).maps);
  });

  it('finds on a negative what it finds on the picture', async () => {
    const picture = part(208, 160);
    const negative = { ...picture, data: picture.data.map((value) => 255 - value) };
    expect((await search(negative, { isNegative: true })).maps).toEqual((await search(picture)).maps);
  });

  it('never marks what is transparent', async () => {
    const whole = (await search(part(400, 288, 'rgb-alpha'))).maps;
    const picture = part(400, 288, 'rgb-alpha');
    const isHidden = Uint8Array.from(whole.surface).map((code) => (code > 200 ? 1 : 0));
    expect(isHidden.includes(1)).toBe(true);
    for (let i = 0; i < isHidden.length; i++) if (isHidden[i] === 1) picture.data[i * 4 + 3] = 0;
    const { surface } = (await search(picture)).maps;
    expect(surface.every((code, i) => isHidden[i] === 0 || code === 0)).toBe(true);
  });

  it('gives a first answer of a large picture at a reduced scale', async () => {
    const { events, maps } = await search(part(1616, 96), { tile: 512 });
    const first = events.findIndex(({ type }) => type === 'maps');
    expect(first).toBe(-1);
    expect(maps.width).toBe(1616);
    const large = await search(part(1616, 208), { tile: 1616 });
    const [answer] = large.events.filter((event) => event.type === 'maps');
    expect(answer).toMatchObject({ maps: { width: 808, height: 104, pictureWidth: 1616, pictureHeight: 208 } });
    expect(large.events.indexOf(answer)).toBeLessThan(large.events.length - 1);
  }, 240_000);

  it('stops within a tile', async () => {
    const controller = new AbortController();
    const steps = findDamage(part(496, 208), detector, { tile: 400, signal: controller.signal });
    await steps.next();
    controller.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says what it cannot look at', async () => {
    await expect(search(part(40, 15))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/40 × 15 pixels is too small/) as string,
    });
    const { maps } = await search(part(16, 16));
    expect(maps.width).toBe(16);
  });

  it('looks at scales down to 1,500 pixels, from the finest that has detail', () => {
    expect(reductionsOf(part(6000, 4000, 'gray'))).toEqual([1, 2, 4]);
    expect(reductionsOf(part(3000, 2000, 'gray'))).toEqual([1, 2]);
    expect(reductionsOf(part(400, 288))).toEqual([1, 2]);
    expect(reductionsOf(part(100, 90))).toEqual([1]);
    const small = part(400, 288);
    const enlarged = { ...small, width: 800, height: 576, data: new Uint8Array(800 * 576 * 3) };
    for (let i = 0; i < enlarged.data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % 800, Math.floor(i / 2400)];
      const value = (dx: number, dy: number): number => {
        const [sx, sy] = [Math.min(399, (x + dx) >> 1), Math.min(287, (y + dy) >> 1)];
        return small.data[(sy * 400 + sx) * 3 + (i % 3)];
      };
      enlarged.data[i] = (value(0, 0) + value(1, 0) + value(0, 1) + value(1, 1)) / 4;
    }
    expect(reductionsOf(enlarged)).toEqual([2, 4]);
  });

  it('finds the same on a mirrored picture, mirrored', async () => {
    const picture = part(384, 288);
    const mirrored = { ...picture, data: picture.data.slice() };
    for (let i = 0; i < picture.data.length; i += 3) {
      const pixel = i / 3;
      const other = (Math.floor(pixel / 384) * 384 + 383 - (pixel % 384)) * 3;
      for (let c = 0; c < 3; c++) mirrored.data[other + c] = picture.data[i + c];
    }
    const [one, two] = [(await search(picture)).maps, (await search(mirrored)).maps];
    const same = one.surface.every(
      (code, i) => Math.abs(code - two.surface[Math.floor(i / 384) * 384 + 383 - (i % 384)]) <= 1,
    );
    expect(same).toBe(true);
  }, 240_000);
});
