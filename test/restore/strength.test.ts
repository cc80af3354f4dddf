import { describe, expect, it } from 'vitest';
import { noisyPicture, runRestore } from '../fixtures/restore-run.ts';
import { whitePrior } from '../fixtures/white-prior.ts';

const [width, height] = [24, 18];
const mask = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 8 ? 1 : 0));

describe('the strength of a restoration', () => {
  it.each([
    ['denoise', 8, undefined],
    ['denoise', 16, mask],
    ['inpaint', 8, mask],
  ] as const)('of %s at %i bits is that share of every change', async (task, bitDepth, painted) => {
    const picture = noisyPicture(width, height, { mode: 'rgb-alpha', bitDepth, sigma: 40 });
    const before = picture.data.slice();
    const run = async (strength: number): Promise<Uint8Array | Uint16Array> => {
      const options = { task, preset: task === 'inpaint' ? 'instant' : 'balanced', strength };
      const { pictures, report } = await runRestore({ picture, mask: painted }, options, whitePrior(3));
      expect(report.options.strength).toBe(strength);
      return pictures[0].data as Uint8Array;
    };
    const [full, half, none] = [await run(1), await run(0.25), await run(0)];
    expect(none).toEqual(before);
    expect(full).not.toEqual(before);
    full.forEach((value, i) => {
      expect(half[i]).toBe(value === before[i] ? before[i] : Math.round(before[i] + 0.25 * (value - before[i])));
    });
  });

  it('differs from place to place by a mask, also of an enlargement', async () => {
    const picture = noisyPicture(width, height, { mode: 'gray', sigma: 40 });
    const options = { task: 'super-resolve', scale: 2, solver: 'ddnm', steps: 2 };
    const strengthMap = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 12 ? 255 : 0));
    const { pictures: plain } = await runRestore({ picture }, options, whitePrior(1));
    const { pictures: kept } = await runRestore(
      { picture, strengthMap: new Uint8Array(width * height) },
      options,
      whitePrior(1),
    );
    const { pictures: both } = await runRestore({ picture, strengthMap }, options, whitePrior(1));
    both[0].data.forEach((value, i) => expect(value).toBe((i % (2 * width) < 24 ? plain : kept)[0].data[i]));
    expect(kept[0].data).not.toEqual(plain[0].data);
  });

  it('keeps the luma of a colourized picture', async () => {
    const picture = noisyPicture(20, 20, { mode: 'gray', sigma: 60 });
    const options = { task: 'colorize', solver: 'ddnm', steps: 3, strength: 0.5 };
    const { pictures } = await runRestore({ picture }, options, whitePrior(3));
    const [{ data, mode }] = pictures;
    expect(mode).toBe('rgb');
    picture.data.forEach((value, i) => {
      const luma = 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2];
      expect(Math.abs(luma - value)).toBeLessThan(1.01);
    });
  });

  it('is none of slices', async () => {
    const scan = {
      sinogram: { width: 4, height: 4, data: new Float32Array(16) },
      detectors: 4,
      angles: [0, 45, 90, 135],
    };
    await expect(runRestore({ scan } as never, { task: 'reconstruct', strength: 0.5 }, whitePrior(1))).rejects.toThrow(
      /no picture before to lie nearer to/,
    );
  });
});
