import { describe, expect, it } from 'vitest';
import { REC601 } from '../../../src-main/operators/luma.ts';
import { noisyPicture, runRestore } from '../../fixtures/restore-run.ts';
import { whitePrior } from '../../fixtures/white-prior.ts';

const luma = (data: ArrayLike<number>, at: number): number =>
  REC601.reduce((sum, weight, c) => sum + weight * data[at + c], 0);

describe('restore, task colorize', () => {
  it.each([
    ['gray', 8, 61, 47],
    ['gray-alpha', 16, 61, 47],
    ['rgb', 8, 700, 33],
    ['rgb-alpha', 16, 33, 650],
  ] as const)('gives %s %i-bit of %i × %i new colours under its own luma', async (mode, bitDepth, width, height) => {
    const picture = noisyPicture(width, height, { mode, bitDepth, sigma: 60 });
    const options = { task: 'colorize', solver: 'ddnm', steps: 5 };
    const { pictures, report } = await runRestore({ picture }, options, whitePrior(3));
    const alpha = mode.endsWith('alpha');
    const stride = alpha ? 4 : 3;
    expect(pictures[0]).toMatchObject({ mode: alpha ? 'rgb-alpha' : 'rgb', bitDepth, width, height });
    expect(report.measured['reduction']).toBe(Math.ceil(Math.max(width, height) / 320));
    const channels = picture.data.length / (width * height);
    let colourful = 0;
    for (let i = 0; i < width * height; i++) {
      const before = mode.startsWith('gray') ? picture.data[i * channels] : luma(picture.data, i * channels);
      expect(Math.abs(luma(pictures[0].data, i * stride) - before)).toBeLessThanOrEqual(0.501);
      if (alpha) expect(pictures[0].data[i * 4 + 3]).toBe(picture.data[(i + 1) * channels - 1]);
      if (pictures[0].data[i * stride] !== pictures[0].data[i * stride + 1]) colourful++;
    }
    expect(colourful).toBeGreaterThan(0.5 * width * height);
  });

  it('offers several on a contact sheet', async () => {
    const options = { task: 'colorize', solver: 'ddnm', steps: 2, samples: 3, contactSheet: true };
    const { companions, pictures } = await runRestore(
      { picture: noisyPicture(30, 20, { mode: 'gray' }) },
      options,
      whitePrior(3),
    );
    expect(Object.keys(companions).sort()).toEqual(['interval', 'mean', 'sheet', 'std']);
    const { sheet } = companions;
    expect(sheet).toMatchObject({ mode: 'rgb', width: 2 * 38 + 8, height: 2 * 28 + 8 });
    // The second picture is to the right of the first.
    expect([...sheet.data.slice((8 * sheet.width + 46) * 3, (8 * sheet.width + 46) * 3 + 6)]).toEqual([
      ...pictures[1].data.slice(0, 6),
    ]);
  });

  it('refuses a network without colours', async () => {
    await expect(
      runRestore({ picture: noisyPicture(9, 9, { mode: 'gray' }) }, { task: 'colorize' }, whitePrior(1)),
    ).rejects.toMatchObject({
      code: 'unsupported-combination',
      message: expect.stringContaining('colour model') as string,
    });
  });
});
