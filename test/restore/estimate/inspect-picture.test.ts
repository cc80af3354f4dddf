import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRestoreOptions, type Damage } from '../../../src-main/contract/restore-options.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { bicubicEnlargement } from '../../../src-main/restore/bicubic-enlargement.ts';
import { inspectPicture, motionOfLine } from '../../../src-main/restore/estimate/inspect-picture.ts';
import { simulateDamage } from '../../../src-main/restore/simulate.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';

const SIDE = 288;
let sharp: Picture;

beforeAll(async () => {
  const path = new URL('../../../resources/samples/chelsea.png', import.meta.url);
  const { data, width } = await decodePicture(await readFile(path), 'chelsea.png');
  const out = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    const from = ((y + 4) * width + 80) * 3;
    out.set(data.subarray(from, from + SIDE * 3), y * SIDE * 3);
  }
  sharp = { width: SIDE, height: SIDE, mode: 'rgb', bitDepth: 8, data: out, metadata: { orientation: 1 } };
});

/** Enlarged along both axes. @param at  left pixel of a place, and how far on it is to the next. */
function interpolated({ width, data, ...rest }: Picture, side: number, at: (i: number) => [number, number]): Picture {
  const inside = (i: number): number => Math.min(width - 1, Math.max(0, i));
  const out = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const [top, down] = at(y);
    for (let x = 0; x < side; x++) {
      const [left, across] = at(x);
      for (let c = 0; c < 3; c++) {
        const pixel = (row: number, column: number): number => data[(inside(row) * width + inside(column)) * 3 + c];
        const above = pixel(top, left) * (1 - across) + pixel(top, left + 1) * across;
        const below = pixel(top + 1, left) * (1 - across) + pixel(top + 1, left + 1) * across;
        out[(y * side + x) * 3 + c] = Math.round(above * (1 - down) + below * down);
      }
    }
  }
  return { ...rest, width: side, height: side, data: out };
}

const damaged = (damage: Damage): Picture =>
  simulateDamage({ picture: sharp, options: parseRestoreOptions({ task: 'compound', damage }) });

describe('inspectPicture', () => {
  it('proposes nothing for a sharp and clean photograph', () => {
    const found = inspectPicture(sharp);
    expect(found).toMatchObject({
      noise: { verdict: 'no' },
      blur: { verdict: 'no', kind: 'none' },
      enlarged: { verdict: 'no' },
      jpeg: { verdict: 'no' },
    });
    expect(found.damage?.blur).toBeUndefined();
    expect(found.damage?.noise).toBeUndefined();
  });

  it('tells a Gaussian, a motion and a disk apart, and proposes what undoes them', () => {
    const soft = inspectPicture(damaged({ blur: 2, noise: 1 }));
    expect(soft.blur).toMatchObject({ verdict: 'yes', kind: 'gaussian' });
    expect(Math.abs(soft.blur.sigma! - 2)).toBeLessThan(0.5);
    expect(soft.damage?.blur).toBeCloseTo(soft.blur.sigma!, 0);

    const moved = inspectPicture(damaged({ blur: { kind: 'motion', length: 12, angle: 30 }, noise: 1 }));
    expect(moved.blur).toMatchObject({ verdict: 'yes', kind: 'motion' });
    expect(Math.abs(moved.blur.length! - 12)).toBeLessThan(0.6);
    expect(Math.abs(moved.blur.angle! - 30)).toBeLessThan(4);
    expect(moved.damage?.blur).toMatchObject({ kind: 'motion' });

    const defocused = inspectPicture(damaged({ blur: { kind: 'disk', radius: 5 }, noise: 1 }));
    expect(defocused.blur).toMatchObject({ verdict: 'yes', kind: 'disk' });
    expect(Math.abs(defocused.blur.radius! - 5)).toBeLessThan(0.3);
  });

  it('sees that a picture was enlarged, and does not take it for a blur', () => {
    const found = inspectPicture(bicubicEnlargement(damaged({ scale: 3 }), 3));
    expect(found).toMatchObject({ enlarged: { verdict: 'yes', scale: 3 }, blur: { verdict: 'unsure' } });
    expect(found.warnings.join()).toMatch(/enlarged 3×/);
    expect(found.damage?.blur).toBeUndefined();
  });

  it('sees enlargements by 2, 3/2 and repeated pixels, which a blur is not', () => {
    const half = damaged({ scale: 2 });
    expect(inspectPicture(bicubicEnlargement(half, 2)).enlarged).toEqual({ verdict: 'yes', scale: 2 });
    const scaled = (by: number, at: (place: number) => [number, number]): Picture =>
      interpolated(half, Math.floor(half.width * by), (i) => at((i + 0.5) / by - 0.5));
    const linear = (place: number): [number, number] => [Math.floor(place), place - Math.floor(place)];
    expect(inspectPicture(scaled(1.5, linear)).enlarged).toEqual({ verdict: 'yes', scale: 1.5 });
    for (const by of [2, 3]) {
      const repeated = scaled(by, (place) => [Math.round(place), 0]);
      expect(inspectPicture(repeated).enlarged).toEqual({ verdict: 'yes', scale: by });
    }
    expect(inspectPicture(damaged({ blur: 1.5 })).enlarged.verdict).toBe('no');
  });

  it('reads the blur from an edge that is marked, and the motion from a line', () => {
    // The rim of an eye.
    const edge = { x: 60, y: 84, width: 40, height: 40 };
    const { blur } = inspectPicture(damaged({ blur: 2, noise: 1 }), { edge });
    expect(blur).toMatchObject({ verdict: 'yes', kind: 'gaussian' });
    expect(Math.abs(blur.sigma! - 2)).toBeLessThan(0.5);
    const flat = { ...sharp, data: sharp.data.map(() => 90) };
    expect(inspectPicture(flat, { edge })).toMatchObject({ blur: { verdict: 'unsure', kind: 'none' } });
    const moved = damaged({ blur: { kind: 'motion', length: 12, angle: 30 }, noise: 1 });
    const found = inspectPicture(moved, { streak: { x0: 50, y0: 60, x1: 62, y1: 52 } });
    expect(found.blur).toMatchObject({ verdict: 'yes', kind: 'motion' });
    expect(Math.abs(found.blur.length! - 12)).toBeLessThan(1);
    // Where the picture says nothing, the line is believed.
    const drawn = inspectPicture(flat, { streak: { x0: 10, y0: 10, x1: 19, y1: 10 } });
    expect(drawn.damage?.blur).toEqual({ kind: 'motion', length: 9, angle: 0 });
  });

  it('proposes noise by its kind and says when a value is too much', () => {
    expect(inspectPicture(damaged({ noise: 10 })).damage).toMatchObject({ noise: 'auto' });
    expect(inspectPicture(damaged({ noise: { kind: 'grain', sigma: 12, size: 0.9 } })).damage).toMatchObject({
      noise: { kind: 'grain' },
    });
    expect(inspectPicture(damaged({ noise: 110 })).warnings.join()).toMatch(/noise looks like \d+ of 255/);
  });

  it('is unsure of what is too small to tell', () => {
    const tiny = { ...sharp, width: SIDE, height: 16, data: sharp.data.slice(0, SIDE * 16 * 3) };
    expect(inspectPicture(tiny).blur).toEqual({ verdict: 'unsure', confidence: 0, kind: 'none' });
  });

  it('takes a drawn line for a motion', () => {
    expect(motionOfLine({ x0: 10, y0: 20, x1: 20, y1: 10 })).toEqual({ length: Math.hypot(10, 10), angle: 45 });
  });
});
