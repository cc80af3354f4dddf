import { describe, expect, it } from 'vitest';
import { noisyPicture, runRestore } from '../../fixtures/restore-run.ts';
import { whitePrior } from '../../fixtures/white-prior.ts';
import { parseRestoreOptions } from '../../../src-main/contract/restore-options.ts';
import { simulateDamage } from '../../../src-main/restore/simulate.ts';
import { quantizationOf } from '../../../src-main/tensor/jpeg-tables.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';

/** Mean square of differences between neighbours. */
function roughness({ data, width }: Picture): number {
  let sum = 0;
  for (let i = 3; i < data.length; i++) if (i % (3 * width) >= 3) sum += (data[i] - data[i - 3]) ** 2;
  return sum / data.length;
}

describe('restore, task super-resolve', () => {
  it.each([
    [2, 33, 17],
    [3, 20, 31],
    [4, 7, 5],
  ] as const)('×%i of %i × %i has exactly the size, and reduces to the picture again', async (scale, width, height) => {
    const picture = noisyPicture(width, height, { sigma: 5 });
    const { pictures, events } = await runRestore(
      { picture },
      { task: 'super-resolve', scale, solver: 'ddnm', steps: 8 },
      whitePrior(3),
    );
    expect(pictures[0]).toMatchObject({ width: width * scale, height: height * scale, mode: 'rgb' });
    const last = events.findLast((event) => event.type === 'step');
    // Root mean square of y − A x̂0 on [−1, 1]: a fraction of a step of 8 bits.
    expect(last?.residual).toBeLessThan(1e-3);
  });

  it('enlarges alpha and keeps metadata', async () => {
    const picture = {
      ...noisyPicture(10, 8, { mode: 'rgb-alpha' }),
      metadata: { orientation: 6, dpi: { x: 72, y: 72 } },
    };
    for (let i = 3; i < picture.data.length; i += 4) picture.data[i] = 200;
    const options = { task: 'super-resolve', scale: 2, solver: 'ddnm', steps: 3 };
    const { pictures } = await runRestore({ picture }, options, whitePrior(3));
    expect(pictures[0]).toMatchObject({ mode: 'rgb-alpha', metadata: picture.metadata });
    for (let i = 3; i < pictures[0].data.length; i += 4) expect(pictures[0].data[i]).toBe(200);
  });

  it('costs what the preset says, and has the presets that it names', async () => {
    const picture = noisyPicture(12, 10);
    const run = (preset: string, task = 'super-resolve') =>
      runRestore({ picture }, { task, preset, ...(task === 'super-resolve' ? { scale: 2 } : {}) }, whitePrior(3));
    const [fast, balanced, faithful, best] = [
      await run('fast'),
      await run('balanced'),
      await run('faithful'),
      await run('best'),
    ];
    expect(fast.report.solver).toBe('dpir');
    expect(2 * fast.report.nfe).toBeLessThanOrEqual(balanced.report.nfe);
    expect(faithful.report.nfe).toBeGreaterThanOrEqual(4 * balanced.report.nfe);
    expect(faithful.pictures[0].data).toEqual(best.pictures[0].data);
    await expect(run('fast', 'denoise')).rejects.toMatchObject({
      code: 'unsupported-combination',
      message: expect.stringMatching(/no preset fast; choose balanced or best/) as string,
    });
  });

  it('takes what a JPEG has lost for noise, and leaves it out', async () => {
    const picture = noisyPicture(24, 16, { sigma: 8 });
    const quantization = quantizationOf({ quality: 10, chroma: '4:2:0' });
    const jpeg = { ...picture, metadata: { ...picture.metadata, quantization } };
    const options = { task: 'super-resolve', scale: 2 };
    const clean = await runRestore({ picture }, options, whitePrior(3));
    const coded = await runRestore({ picture: jpeg }, options, whitePrior(3));
    expect(clean.report.measured).toEqual({});
    expect(coded.report.measured['codingNoise']).toBeGreaterThan(2);
    const again = (made: Picture) =>
      roughness(simulateDamage({ picture: made, options: parseRestoreOptions(options) }));
    expect(again(clean.pictures[0])).toBeGreaterThan(0.95 * roughness(picture));
    expect(again(coded.pictures[0])).toBeLessThan(0.98 * again(clean.pictures[0]));
  });

  it('does not take noise for detail where several samples are asked for', async () => {
    const options = { task: 'super-resolve', scale: 2, noise: 5, samples: 2 };
    const { report } = await runRestore({ picture: noisyPicture(12, 10) }, options, whitePrior(3));
    expect(report.solver).toBe('mmps');
  });

  it('asks for the scale', async () => {
    await expect(runRestore({ picture: noisyPicture(9, 9) }, { task: 'super-resolve' }, whitePrior(3))).rejects.toThrow(
      /--scale/,
    );
  });
});
