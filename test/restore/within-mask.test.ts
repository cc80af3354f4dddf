import { describe, expect, it } from 'vitest';
import { bicubicEnlargement } from '../../src-main/restore/bicubic-enlargement.ts';
import { featherInside } from '../../src-main/restore/feather.ts';
import { planWithinMask } from '../../src-main/restore/within-mask.ts';
import { channelCount, type Picture } from '../../src-main/tensor/picture.ts';
import { noisyPicture, runRestore } from '../fixtures/restore-run.ts';
import { whitePrior } from '../fixtures/white-prior.ts';

/** A disk of paint and, far from it, a line one pixel wide. */
function maskOf({ width, height }: Picture): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((x - 20) ** 2 + (y - 18) ** 2 < 12 ** 2 || (x === width - 6 && y > 4 && y < height - 4))
        mask[y * width + x] = 1;
    }
  }
  return mask;
}

const TASKS = [
  { task: 'denoise', noise: 40 },
  { task: 'deblur', blurSigma: 1.5, steps: 3 },
  { task: 'colorize', steps: 3 },
] as const;

describe('a task that is restricted to a mask', () => {
  it.each(TASKS)('$task changes painted pixels and no other, alpha and depth included', async (options) => {
    for (const [mode, bitDepth] of [
      ['rgb', 8],
      ['rgb-alpha', 16],
      ['gray', 8],
    ] as const) {
      const picture = noisyPicture(70, 44, { mode, bitDepth });
      const mask = maskOf(picture);
      const { pictures, report } = await runRestore({ picture, mask }, options, whitePrior(3));
      const [result] = pictures;
      const [from, to] = [channelCount(picture.mode), channelCount(result.mode)];
      let [changed, painted] = [0, 0];
      mask.forEach((isPainted, i) => {
        const before = Array.from({ length: to }, (_, c) => picture.data[i * from + (from === 1 ? 0 : c)]);
        const after = [...result.data.subarray(i * to, (i + 1) * to)];
        if (isPainted === 0) expect(after, `pixel ${i}`).toEqual(before);
        else {
          painted++;
          if (after.some((value, c) => value !== before[c])) changed++;
          if (to === 4) expect(after[3]).toBe(before[3]);
        }
      });
      expect(report.paintedPixels).toBe(painted);
      expect(changed).toBeGreaterThan(0.5 * painted);
    }
  });

  it('takes deep inside of the mask what the whole picture would get', async () => {
    const picture = noisyPicture(70, 44);
    const options = { task: 'denoise', noise: 51 } as const;
    const whole = await runRestore({ picture }, options, whitePrior(3));
    const part = await runRestore({ picture, mask: maskOf(picture) }, options, whitePrior(3));
    const middle = 3 * (18 * 70 + 20);
    expect([...part.pictures[0].data.slice(middle, middle + 3)]).toEqual([
      ...whole.pictures[0].data.slice(middle, middle + 3),
    ]);
  });

  it('super-resolution keeps the plain bicubic enlargement where nothing is painted', async () => {
    const picture = noisyPicture(40, 36, { mode: 'rgb-alpha' });
    const mask = new Uint8Array(40 * 36);
    for (let y = 8; y < 28; y++) mask.fill(1, y * 40 + 10, y * 40 + 30);
    const options = { task: 'super-resolve', scale: 2, steps: 3 } as const;
    const { pictures, report } = await runRestore({ picture, mask }, options, whitePrior(3));
    const plain = bicubicEnlargement(picture, 2);
    expect(pictures[0]).toMatchObject({ width: 80, height: 72, mode: 'rgb-alpha' });
    let changed = 0;
    for (let i = 0; i < 80 * 72; i++) {
      const painted = mask[((i / 160) | 0) * 40 + ((i % 80) >> 1)] !== 0;
      const [after, before] = [pictures[0], plain].map(({ data }) => [...data.subarray(4 * i, 4 * i + 4)]);
      if (!painted) expect(after).toEqual(before);
      else if (after.some((value, c) => value !== before[c])) changed++;
    }
    expect(changed).toBeGreaterThan(400);
    expect(report.paintedPixels).toBe(1600);
  });

  it('estimates the noise from the whole picture and says so', async () => {
    const picture = noisyPicture(120, 90, { sigma: 12 });
    const whole = await runRestore({ picture }, { task: 'denoise' }, whitePrior(3));
    const part = await runRestore({ picture, mask: maskOf(picture) }, { task: 'denoise' }, whitePrior(3));
    expect(part.report.measured).toEqual(whole.report.measured);
  });

  it('computes the painted regions only, each once, with progress over all of them', async () => {
    const picture = noisyPicture(1200, 160);
    const mask = new Uint8Array(1200 * 160);
    for (const x of [30, 1150]) for (let y = 60; y < 80; y++) mask.fill(1, y * 1200 + x, y * 1200 + x + 20);
    const regions = planWithinMask(mask, picture, { task: 'denoise' });
    expect(regions).toHaveLength(2);
    expect(regions.reduce((sum, { rect }) => sum + rect.width * rect.height, 0)).toBeLessThan(0.3 * 1200 * 160);
    const { events, pictures } = await runRestore(
      { picture, mask },
      { task: 'denoise', noise: 20, samples: 2, steps: 4 },
      whitePrior(3),
    );
    const steps = events.filter((event) => event.type === 'step');
    expect(steps.map(({ fraction }) => fraction)).toEqual(
      steps.map(({ fraction }) => fraction).toSorted((a, b) => a - b),
    );
    expect(steps.at(-1)).toMatchObject({ windows: 2, window: 1, fraction: 1 });
    expect(steps.at(-1)!.step).toBe(steps.at(-1)!.steps);
    expect(steps.at(-1)!.frame.x).toBeGreaterThan(1000);
    expect(pictures).toHaveLength(2);
  });

  it('refuses an empty mask and one of another size', async () => {
    const picture = noisyPicture(20, 20);
    const run = (mask: Uint8Array) => runRestore({ picture, mask }, { task: 'denoise' }, whitePrior(3));
    await expect(run(new Uint8Array(400))).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(run(new Uint8Array(10).fill(1))).rejects.toMatchObject({ code: 'mask-size' });
  });
});

describe('the join', () => {
  it('rises from the edge inwards, and replaces thin lines wholly', () => {
    const mask = new Uint8Array(60 * 40);
    for (let y = 5; y < 35; y++) mask.fill(1, y * 60 + 5, y * 60 + 35);
    for (let y = 0; y < 40; y++) mask[y * 60 + 55] = 1;
    const weights = featherInside(mask, 60, 40);
    const row = [...weights.subarray(20 * 60, 21 * 60)].map((weight) => +weight.toFixed(3));
    expect(row.slice(0, 12)).toEqual([0, 0, 0, 0, 0, 0.167, 0.333, 0.5, 0.667, 0.833, 1, 1]);
    expect(row[55]).toBe(1);
    expect(weights.every((weight, i) => weight > 0 === (mask[i] !== 0))).toBe(true);
  });

  it('does not fade at the border of the picture', () => {
    expect([...featherInside(new Uint8Array(900).fill(1), 30, 30)].every((weight) => weight === 1)).toBe(true);
  });
});

describe('the plain enlargement', () => {
  it('keeps flat areas and gives a ramp its values', () => {
    const flat: Picture = { ...noisyPicture(5, 4, { mode: 'gray' }), data: new Uint8Array(20).fill(77) };
    expect([...bicubicEnlargement(flat, 3).data].every((value) => value === 77)).toBe(true);
    const data = Uint8Array.from({ length: 10 }, (_, i) => 20 * i);
    const ramp: Picture = { ...flat, width: 10, height: 1, data };
    // Keys' kernel reproduces lines away from the border.
    expect([...bicubicEnlargement(ramp, 2).data.slice(4, 16)]).toEqual(
      Array.from({ length: 12 }, (_, i) => 20 * ((i + 4 + 0.5) / 2 - 0.5)).map(Math.round),
    );
  });
});
