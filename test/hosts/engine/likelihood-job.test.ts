import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CropBits,
  LikelihoodEvent,
  LikelihoodJob,
  LikelihoodReport,
} from '../../../src-main/contract/likelihood-job.ts';
import { EngineClient } from '../../../src-main/hosts/engine/engine-client.ts';
import type { EngineJobs } from '../../../src-main/hosts/engine/job-types.ts';
import type { Locations } from '../../../src-main/hosts/engine/locations.ts';
import { nodeSpawn } from '../../../src-main/hosts/engine/spawn.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import type { Picture, PictureMode } from '../../../src-main/tensor/picture.ts';
import { gaussianBits, writeGaussianModel } from '../../fixtures/gaussian-model.ts';

const prior = { mean: 0.1, variance: 0.04 };
let root: string;
let engine: EngineClient<EngineJobs>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin-likelihood-'));
  await writeGaussianModel(join(root, 'models'), prior);
  const locations: Locations = {
    models: [{ folder: join(root, 'models'), origin: 'user' }],
    cache: join(root, 'cache'),
  };
  const entry = new URL('../../../out/node/hosts/engine/engine-process.js', import.meta.url);
  engine = new EngineClient<EngineJobs>(nodeSpawn(entry, [JSON.stringify(locations)]));
});
afterAll(async () => {
  await engine.dispose();
  await rm(root, { recursive: true });
});

/** Grey: a ramp on the left half, a far outlier at (40, 4) and below on the right. */
function picture(width: number, height: number, mode: PictureMode = 'gray', orientation = 1): Picture {
  const channels = mode === 'rgb' ? 3 : 1;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = x >= 40 && y >= 4 ? 255 : 110 + ((3 * x + 7 * y) % 60);
      data.fill(value, (y * width + x) * channels, (y * width + x + 1) * channels);
    }
  }
  return { width, height, mode, bitDepth: 8, data, metadata: { orientation } };
}

async function measure(
  source: Picture,
  options: LikelihoodJob['options'] = {},
  map = false,
): Promise<{ events: LikelihoodEvent[]; previews: unknown[]; report: LikelihoodReport }> {
  const bytes = await encodePicture(source, { format: 'png' });
  const job: LikelihoodJob = {
    picture: { name: 'in.png', bytes },
    network: { model: 'gaussian', provider: 'cpu' },
    options: { rtol: 1e-3, atol: 1e-3, ...options },
    map,
  };
  const events: LikelihoodEvent[] = [];
  const previews: unknown[] = [];
  const run = engine.run('likelihood', job, { onPreview: (preview) => void previews.push(preview) });
  for (;;) {
    const step = await run.next();
    if (step.done) return { events, previews, report: step.value };
    events.push(step.value);
  }
}

function exactBits({ data, width }: Picture, crop: Pick<CropBits, 'x' | 'y' | 'width' | 'height'>): number {
  const levels: number[] = [];
  for (let y = crop.y; y < crop.y + crop.height; y++) {
    for (let x = crop.x; x < crop.x + crop.width; x++) levels.push(data[y * width + x]);
  }
  return gaussianBits(levels, prior, 0.002);
}

describe('the job likelihood', () => {
  it('finds the closed form of a Gaussian prior on the whole of a small picture', async () => {
    const source = picture(24, 10);
    const { events, report } = await measure(source, { repeats: 4, roundTrip: true, rtol: 1e-4, atol: 1e-4 });
    const exact = exactBits(source, { x: 0, y: 0, width: 24, height: 10 });
    expect(Math.abs(report.bitsPerDimension - exact)).toBeLessThan(5e-3);
    expect(report.standardError).toBeLessThan(5e-3);
    expect(report).toMatchObject({ model: 'gaussian', provider: 'cpu', whole: true });
    expect(report.crops).toHaveLength(1);
    expect(report.roundTrip?.rms).toBeLessThan(5e-3);
    expect(report.settings).toMatchObject({ sigmaMin: 0.002, sigmaMax: 80, probe: 'rademacher', repeats: 4, seed: 0 });
    expect(report.nfe).toBeGreaterThan(report.vjps);
    expect(events.filter(({ type }) => type === 'crop')).toEqual([
      { type: 'crop', index: 0, count: 1, ...report.crops[0] },
    ]);
  });

  it('measures a grid of crops, each to its closed form, and their mean', async () => {
    const source = picture(50, 20);
    const { report, previews } = await measure(source, { crop: 8, crops: 'grid', repeats: 2 });
    expect(report.crops).toHaveLength(12);
    for (const crop of report.crops) {
      // At the loose tolerances of this test, far outliers (20 bits) are within a percent.
      const exact = exactBits(source, crop);
      expect(Math.abs(crop.bitsPerDimension - exact)).toBeLessThan(0.02 + 0.01 * exact);
    }
    const mean = report.crops.reduce((sum, { bitsPerDimension }) => sum + bitsPerDimension, 0) / 12;
    expect(report.bitsPerDimension).toBeCloseTo(mean, 10);
    expect(report.whole).toBe(false);
    expect(previews.length).toBeGreaterThan(0);
    expect(previews.at(-1)).toMatchObject({ type: 'progress', crops: 12 });
  });

  it('paints a map that covers the picture, turns as it does and is brightest at the anomaly', async () => {
    const source = picture(50, 20, 'gray', 6);
    const { events, report } = await measure(source, { crop: 8, repeats: 1 }, true);
    expect(report.crops).toHaveLength(7 * 3);
    expect(report).not.toHaveProperty('standardError');
    const map = events.find((event) => event.type === 'map');
    if (map === undefined) throw new Error('There is no map.');
    const painted = await decodePicture(map.bytes, 'map.png');
    expect(painted).toMatchObject({ width: 50, height: 20, mode: 'rgb', metadata: { orientation: 6 } });
    const brightness = (x: number, y: number): number => painted.data[3 * (y * 50 + x)];
    expect(brightness(46, 12)).toBeGreaterThan(brightness(10, 10) + 100);
    expect(map.high).toBeGreaterThan(map.low + 1);
    // Where only one patch lies, the map shows its value.
    expect(map.low).toBeCloseTo(Math.min(...report.crops.map((crop) => crop.bitsPerDimension)), 1);
  });

  it('says what of a picture it leaves out', async () => {
    const deep: Picture = { ...picture(6, 6), bitDepth: 16, data: new Uint16Array(36).fill(32768) };
    const { events, report } = await measure(deep, { repeats: 1 });
    expect(events).toContainEqual({
      type: 'notice',
      message: expect.stringMatching(/16 bits; it is rounded to 8/) as string,
    });
    expect(report.bitsPerDimension).toBeCloseTo(gaussianBits([128], prior, 0.002), 1);
  });

  it('refuses a colour picture for a grey model, unknown options and impossible levels', async () => {
    await expect(measure(picture(8, 8, 'rgb'))).rejects.toMatchObject({ code: 'unsupported-combination' });
    await expect(measure(picture(8, 8), { tolerance: 1 } as object)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/tolerance/) as string,
    });
    await expect(measure(picture(8, 8), { sigmaMin: 100 })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('ends between two evaluations when it is cancelled', async () => {
    const bytes = await encodePicture(picture(64, 64), { format: 'png' });
    const controller = new AbortController();
    const payload: LikelihoodJob = {
      picture: { name: 'in.png', bytes },
      network: { model: 'gaussian', provider: 'cpu' },
      options: { repeats: 1000, rtol: 1e-6, atol: 1e-6 },
    };
    const onPreview = (): void => controller.abort();
    await expect(engine.result('likelihood', payload, { signal: controller.signal, onPreview })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
