import { describe, expect, it } from 'vitest';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import type { RestoreReport } from '../../src-main/contract/restore-events.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import type { GivenFill } from '../../src-main/restore/given-fill.ts';
import { restore, type RestoreEvent } from '../../src-main/restore/restore.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { channelCount, type Picture, type PictureMode } from '../../src-main/tensor/picture.ts';
import { whitePrior } from '../fixtures/white-prior.ts';

function noisePicture(width: number, height: number, mode: PictureMode = 'rgb', bitDepth: 8 | 16 = 8): Picture {
  const length = width * height * channelCount(mode);
  const random = new RandomGenerator(width, height);
  const data = bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) data[i] = random.uint32();
  return { width, height, mode, bitDepth, data, metadata: { orientation: 1 } };
}

function block(width: number, height: number, x: number, y: number, size: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let i = y; i < Math.min(y + size, height); i++)
    mask.fill(1, i * width + x, i * width + Math.min(x + size, width));
  return mask;
}

async function run(
  picture: Picture,
  mask: Uint8Array | undefined,
  { given, ...options }: { readonly given?: GivenFill | undefined; readonly [option: string]: unknown } = {},
  network: ScoreNetwork = whitePrior(picture.mode.startsWith('gray') ? 1 : 3),
  signal?: AbortSignal,
): Promise<{ events: RestoreEvent[]; pictures: Picture[]; report: RestoreReport }> {
  const parsed = parseRestoreOptions({ task: 'inpaint', steps: 4, ...options });
  const generator = restore({ picture, mask, given, options: parsed }, network, {
    now: () => performance.now(),
    signal,
  });
  const events: RestoreEvent[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      const pictures = events.flatMap((event) => (event.type === 'sample' ? [event.picture] : []));
      return { events, pictures, report: next.value };
    }
    events.push(next.value);
  }
}

describe('restore, task inpaint', () => {
  it.each([
    ['rgb', 8],
    ['rgb', 16],
    ['rgb-alpha', 8],
    ['rgb-alpha', 16],
    ['gray', 8],
    ['gray-alpha', 16],
  ] as const)('keeps unpainted pixels and alpha of %s %i-bit to the bit', async (mode, bitDepth) => {
    const picture = noisePicture(90, 70, mode, bitDepth);
    const mask = block(90, 70, 30, 20, 12);
    const { pictures } = await run(picture, mask);
    const channels = channelCount(mode);
    const colours = mode.startsWith('gray') ? 1 : 3;
    let changed = 0;
    for (let i = 0; i < picture.data.length; i++) {
      if (mask[Math.floor(i / channels)] === 0 || i % channels >= colours) {
        if (pictures[0].data[i] !== picture.data[i]) expect.fail(`value ${i} changed`);
      } else if (pictures[0].data[i] !== picture.data[i]) changed++;
    }
    expect(changed).toBeGreaterThan(100);
    expect(pictures[0].data).not.toBe(picture.data);
  });

  it('restores a grey picture with a colour network', async () => {
    const { pictures } = await run(noisePicture(40, 40, 'gray'), block(40, 40, 10, 10, 8), {}, whitePrior(3));
    expect(pictures[0].mode).toBe('gray');
  });

  it('refuses a colour picture for a grey network and says what to do', async () => {
    await expect(run(noisePicture(8, 8), block(8, 8, 1, 1, 2), {}, whitePrior(1))).rejects.toMatchObject({
      code: 'unsupported-combination',
      message: expect.stringContaining('choose a colour model'),
    });
  });

  it('says that there is nothing to do for an empty mask, and that a mask is needed', async () => {
    await expect(run(noisePicture(8, 8), new Uint8Array(64))).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(run(noisePicture(8, 8), undefined)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(run(noisePicture(8, 8), new Uint8Array(63).fill(1))).rejects.toMatchObject({ code: 'mask-size' });
  });

  it.each([
    [1, 1],
    [1, 5000],
    [5000, 1],
    [15, 17],
  ])('restores %i × %i', async (width, height) => {
    const mask = new Uint8Array(width * height);
    mask[Math.floor(mask.length / 2)] = 1;
    const { pictures } = await run(noisePicture(width, height), mask);
    expect(pictures[0].data).toHaveLength(width * height * 3);
  });

  it('restores a picture that is painted all over', async () => {
    const { pictures } = await run(noisePicture(200, 120), new Uint8Array(200 * 120).fill(1));
    expect(pictures).toHaveLength(1);
  });

  it('gives the same bytes for the same seed, others for another, and sample k whatever the count', async () => {
    const picture = noisePicture(100, 80);
    const mask = block(100, 80, 30, 30, 20);
    const options = { solver: 'ddnm', eta: 1 };
    const first = await run(picture, mask, { ...options, seed: 5, samples: 3 });
    const again = await run(picture, mask, { ...options, seed: 5, samples: 1 });
    const other = await run(picture, mask, { ...options, seed: 6 });
    expect(first.pictures[0].data).toEqual(again.pictures[0].data);
    expect(first.pictures[1].data).not.toEqual(first.pictures[0].data);
    expect(other.pictures[0].data).not.toEqual(again.pictures[0].data);
  });

  it('does not let a spot far away change a result', async () => {
    const picture = noisePicture(900, 100);
    const one = block(900, 100, 20, 20, 10);
    const two = block(900, 100, 800, 50, 10);
    const both = one.map((v, i) => v | two[i]);
    const options = { solver: 'ddnm' };
    const alone = (await run(picture, one, options)).pictures[0].data;
    const together = (await run(picture, both, options)).pictures[0].data;
    for (let i = 0; i < one.length; i++) {
      if (one[i] !== 0) for (let c = 0; c < 3; c++) expect(together[3 * i + c]).toBe(alone[3 * i + c]);
    }
  });

  it('puts windows of equal size that do not see each other through the network together', async () => {
    const picture = noisePicture(900, 400);
    const specks = [20, 320, 620].map((x) => block(900, 400, x, 20, 10));
    const all = specks.reduce((sum, speck) => sum.map((v, i) => v | speck[i]));
    const network = whitePrior(3);
    await run(picture, all, { solver: 'ddnm', ensemble: 1 }, network);
    const alone = whitePrior(3);
    await run(picture, specks[0], { solver: 'ddnm', ensemble: 1 }, alone);
    expect(network.asked.calls).toBe(alone.asked.calls);
    expect(network.asked.pixels).toBe(3 * alone.asked.pixels);
  });

  it('restores at half the size where a large picture has no finer detail', async () => {
    const side = 2000;
    const mask = block(side, side, 1200, 800, 6);
    const picture = (detail: number): Picture => {
      const data = new Uint8Array(side * side);
      for (let i = 0; i < data.length; i++) {
        const [x, y] = [i % side, Math.floor(i / side)];
        data[i] = 120 + 90 * Math.sin(x / 17) * Math.cos(y / 11) + detail * ((x + y) % 2);
      }
      return { width: side, height: side, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
    };
    const asked = async (detail: number): Promise<number> => {
      const network = whitePrior(1);
      const before = picture(detail);
      const [after] = (await run(before, mask, { solver: 'ddnm' }, network)).pictures;
      expect(before.data.findIndex((value, i) => mask[i] === 0 && after.data[i] !== value)).toBe(-1);
      return network.asked.pixels;
    };
    expect(await asked(0)).toBeLessThan(0.6 * (await asked(20)));
  });

  it('asks the network only for the surroundings of the paint', async () => {
    const network = whitePrior(3);
    await run(noisePicture(3000, 2000), block(3000, 2000, 1500, 1000, 4), { solver: 'ddnm' }, network);
    expect(network.asked.pixels / network.asked.calls).toBeLessThan(200 * 200);
  });

  it('fills a thick hole coarse to fine and reports progress up to 1', async () => {
    const { events, report } = await run(noisePicture(300, 260), block(300, 260, 80, 60, 110), {
      solver: 'ddnm',
      sigmaMax: 1,
    });
    const steps = events.flatMap((event) => (event.type === 'step' ? [event] : []));
    expect(new Set(steps.map(({ factor }) => factor))).toEqual(new Set([4, 2, 1]));
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, i) => i + 1));
    expect(steps.at(-1)).toMatchObject({ fraction: 1, steps: steps.length, etaMs: 0 });
    expect(steps.every((s, i) => i === 0 || s.fraction > steps[i - 1].fraction)).toBe(true);
    expect(report.nfe).toBe(steps.at(-1)?.nfe);
    expect(report.paintedPixels).toBe(110 * 110);
  });

  it('trusts its fill from a low level: no coarser scales, and the result is near the fill', async () => {
    const { events } = await run(noisePicture(300, 260), block(300, 260, 80, 60, 60));
    expect(new Set(events.flatMap((event) => (event.type === 'step' ? [event.factor] : [])))).toEqual(new Set([1]));
  });

  it('begins at a fill that is given, and trusts it as far as its kind deserves', async () => {
    const picture = noisePicture(80, 80, 'gray');
    const mask = block(80, 80, 30, 30, 24);
    for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) picture.data[i] = 250;
    // The mean of the hole: the grain of a picture of noise is in every pixel of it.
    const level = async (given?: GivenFill): Promise<number> => {
      const { data } = (await run(picture, mask, { preset: 'balanced', given })).pictures[0];
      return mask.reduce((sum, m, i) => sum + (m === 0 ? 0 : data[i]), 0) / 24 ** 2;
    };
    const [copied, smooth, anew] = [await level('copied'), await level('smooth'), await level()];
    expect(copied).toBeGreaterThan(smooth + 5);
    expect(copied).toBeGreaterThan(anew + 5);
    expect(await level('sampled')).toBeLessThan(copied - 5);
  });

  it('fills without a network at the preset instant, and says what else it cannot do', async () => {
    const picture = noisePicture(60, 60);
    const network = whitePrior(3);
    const { pictures, report } = await run(picture, block(60, 60, 20, 20, 8), { preset: 'instant' }, network);
    expect(network.asked.calls).toBe(0);
    expect(report).toMatchObject({ solver: 'fill', nfe: 0, paintedPixels: 64 });
    expect(pictures[0].data).not.toEqual(picture.data);
    await expect(run(picture, undefined, { task: 'denoise', preset: 'instant' })).rejects.toMatchObject({
      code: 'unsupported-combination',
    });
  });

  it('averages an ensemble: as many runs, the first the one without', async () => {
    const picture = noisePicture(60, 60);
    const mask = block(60, 60, 20, 20, 8);
    const one = await run(picture, mask, { solver: 'ddnm', ensemble: 1 });
    const two = await run(picture, mask, { solver: 'ddnm', ensemble: 2 });
    expect(two.report.nfe).toBe(2 * one.report.nfe);
    const steps = two.events.flatMap((event) => (event.type === 'step' ? [event] : []));
    expect(steps.at(-1)).toMatchObject({ fraction: 1, steps: steps.length });
    expect(two.pictures[0].data).not.toEqual(one.pictures[0].data);
    expect((await run(picture, mask, { solver: 'ddnm', ensemble: 2 })).pictures[0].data).toEqual(two.pictures[0].data);
  });

  it('says that nothing is known around the paint', async () => {
    const { events } = await run(noisePicture(40, 40), block(40, 40, 0, 0, 40), { solver: 'ddnm' });
    expect(events.flatMap((event) => (event.type === 'notice' ? [event.message] : []))).toEqual([
      expect.stringContaining('Everything around is painted'),
    ]);
  });

  it('stops within one step of a cancel', async () => {
    const controller = new AbortController();
    const picture = noisePicture(60, 60);
    const generator = restore(
      {
        picture,
        mask: block(60, 60, 20, 20, 8),
        options: parseRestoreOptions({ task: 'inpaint', steps: 50, solver: 'ddnm' }),
      },
      whitePrior(3),
      { now: () => 0, signal: controller.signal },
    );
    await generator.next();
    await generator.next();
    controller.abort();
    await expect(generator.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('believes noisy surroundings as far as their noise allows, and keeps them as they are', async () => {
    const picture = noisePicture(40, 40);
    const mask = block(40, 40, 16, 16, 8);
    const noise = 60;
    const { events, pictures, report } = await run(picture, mask, { solver: 'mmps', noise, sigmaMax: 20, steps: 12 });
    const last = events.findLast((event) => event.type === 'step')!;
    const { x, y, width } = last.frame;
    // On the white prior the posterior mean of a known pixel is its value times σ_d²/(σ_d² + σ_y²).
    let [products, squares] = [0, 0];
    for (let i = 0; i < width * last.frame.height; i++) {
      const at = (y + Math.floor(i / width)) * 40 + x + (i % width);
      if (mask[at] !== 0) continue;
      const value = (2 * picture.data[3 * at]) / 255 - 1;
      products += value * last.denoised.data[i];
      squares += value ** 2;
    }
    expect(products / squares).toBeCloseTo(0.25 / (0.25 + ((2 * noise) / 255) ** 2), 1);
    expect(pictures[0].data.subarray(0, 300)).toEqual(picture.data.subarray(0, 300));
    expect(report.solver).toBe('mmps');
    await expect(run(picture, mask, { solver: 'projection', noise })).rejects.toThrow(/assumes a noiseless/);
  });

  it('names the solvers that work when the asked one cannot', async () => {
    const network = whitePrior(3);
    const { vjp: _vjp, ...withoutGradient } = network;
    await expect(
      run(noisePicture(20, 20), block(20, 20, 4, 4, 4), { solver: 'mmps' }, withoutGradient),
    ).rejects.toMatchObject({
      code: 'unsupported-combination',
      message: expect.stringMatching(/needs gradients.*These solvers work here: .*ddnm/),
    });
    await expect(run(noisePicture(20, 20), block(20, 20, 4, 4, 4), { solver: 'magic' })).rejects.toThrow(
      /no solver named "magic".*ddnm/,
    );
  });

  it('refuses unknown and impossible options', () => {
    expect(() => parseRestoreOptions({ task: 'inpaint', colour: 1 })).toThrow(/colour/);
    expect(() => parseRestoreOptions({ task: 'inpaint', steps: 0 })).toThrow(/steps/);
    expect(() => parseRestoreOptions({ task: 'juggle' })).toThrow(/task/);
  });
});
