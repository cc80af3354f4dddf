import { describe, expect, it } from 'vitest';
import { equalAngles, scanSlice } from '../../../src-main/restore/scanner.ts';
import { sliceQuality } from '../../../src-main/restore/slice-quality.ts';
import { hounsfieldOf, networkValue, type Slice } from '../../../src-main/restore/scan.ts';
import { runRestore } from '../../fixtures/restore-run.ts';
import { whitePrior } from '../../fixtures/white-prior.ts';

/** A disk of `hu` and the given radius, off the centre, in air. */
function phantom(side: number, hu: number, radius: number, x = 3, y = -4): Slice {
  const centre = (side - 1) / 2;
  const data = Float32Array.from({ length: side * side }, (_, i) => {
    const distance = Math.hypot((i % side) - centre - x, Math.floor(i / side) - centre - y);
    return -1000 + (hu + 1000) * Math.min(1, Math.max(0, radius + 0.5 - distance));
  });
  return { width: side, height: side, data };
}

describe('a scan', () => {
  it('measures what a ray would travel in water', () => {
    const { data, detectors } = scanSlice(phantom(64, 0, 20, 0, 0), [0, 30, 90], 0, 0);
    for (const view of [0, 1, 2]) {
      const middle = (data[view * detectors + 31] + data[view * detectors + 32]) / 2;
      expect(Math.abs(middle - 40)).toBeLessThan(0.5);
      expect(data[view * detectors + 2]).toBeCloseTo(0, 3);
    }
  });

  it('adds noise of the given size in pixels of water', () => {
    const slice = phantom(64, 40, 25);
    const clean = scanSlice(slice, equalAngles(20), 0, 1);
    const noisy = scanSlice(slice, equalAngles(20), 0.5, 1);
    const squares = noisy.data.reduce((sum, v, i) => sum + (v - clean.data[i]) ** 2, 0);
    expect(Math.sqrt(squares / noisy.data.length)).toBeGreaterThan(0.48);
    expect(Math.sqrt(squares / noisy.data.length)).toBeLessThan(0.52);
  });

  it('refuses slices that are not square', () => {
    expect(() => scanSlice({ width: 3, height: 2, data: new Float32Array(6) }, [0], 0, 0)).toThrow(/square.*3 × 2/);
  });
});

describe('restore, task reconstruct', () => {
  it('finds the Hounsfield units again from many views, and compares with the truth', async () => {
    const truth = phantom(48, 300, 14);
    const scan = scanSlice(truth, equalAngles(72), 0, 0);
    const { events, companions, report } = await runRestore(
      { scan, truth },
      { task: 'reconstruct', solver: 'daps', steps: 12 },
      whitePrior(1),
    );
    const sample = events.find((event) => event.type === 'sample');
    const slice = sample?.type === 'sample' ? sample.slice! : truth;
    const inside = ({ data }: Slice): number => {
      let mean = 0;
      for (let y = 17; y < 22; y++) for (let x = 24; x < 29; x++) mean += data[y * 48 + x] / 25;
      return mean;
    };
    const fbp = events.find((event) => event.type === 'companion');
    expect(Math.abs(inside(fbp?.type === 'companion' ? fbp.slice! : truth) - 300)).toBeLessThan(10);
    // The prior of the test draws towards 488 HU.
    expect(Math.abs(inside(slice) - 300)).toBeLessThan(50);
    expect(slice.data[0]).toBe(-1000);
    expect(Object.keys(companions)).toEqual(['fbp']);
    expect(report.measured['psnr']).toBeGreaterThan(20);
    expect(report.measured['psnr']).toBeCloseTo(sliceQuality(slice, truth).psnr, 6);
    expect(report.measured['fbpPsnr']).toBeGreaterThan(20);
    expect(report.measured['residual']).toBeLessThan(0.5);
  });

  it('gives mean and deviation in HU of several samples', async () => {
    const scan = scanSlice(phantom(32, 0, 8), equalAngles(8), 0, 0);
    const { events, report } = await runRestore(
      { scan },
      { task: 'reconstruct', solver: 'daps', steps: 4, samples: 3 },
      whitePrior(1),
    );
    const slices = events.flatMap((event) => (event.type === 'sample' ? [event.slice!.data] : []));
    const companion = (name: string): Float32Array =>
      events.flatMap((event) => (event.type === 'companion' && event.name === name ? [event.slice!.data] : []))[0];
    const at = 16 * 32 + 14;
    const mean = slices.reduce((sum, data) => sum + data[at], 0) / 3;
    const variance = slices.reduce((sum, data) => sum + (data[at] - mean) ** 2, 0) / 2;
    expect(companion('mean')[at]).toBeCloseTo(mean, 2);
    expect(companion('std')[at]).toBeCloseTo(Math.sqrt(variance), 2);
    expect(companion('std')[0]).toBe(0);
    expect(report.measured).not.toHaveProperty('psnr');
  });

  it('refuses colour networks and a sinogram that does not fit its angles', async () => {
    const scan = scanSlice(phantom(16, 0, 4), equalAngles(4), 0, 0);
    const options = { task: 'reconstruct' };
    await expect(runRestore({ scan }, options, whitePrior(3))).rejects.toThrow(/grey one such as ct/);
    await expect(runRestore({ scan: { ...scan, angles: [0, 1, 2] } }, options, whitePrior(1))).rejects.toThrow(
      /4 rows but there are 3 angles/,
    );
  });
});

describe('slice quality', () => {
  it('is perfect for the same slice and as computed by hand for a shift of all values', () => {
    const truth = phantom(32, 100, 9);
    expect(sliceQuality(truth, truth)).toEqual({ psnr: Infinity, ssim: 1 });
    const shifted = { ...truth, data: truth.data.map((v) => v + 302.4) };
    expect(sliceQuality(shifted, truth).psnr).toBeCloseTo(20, 3);
    expect(sliceQuality(shifted, truth).ssim).toBeLessThan(0.9);
  });

  it('maps HU to the network and back', () => {
    expect(networkValue(-1024)).toBe(-1);
    expect(networkValue(2000)).toBe(1);
    expect(hounsfieldOf(networkValue(123))).toBeCloseTo(123, 6);
  });
});
