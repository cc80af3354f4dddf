import { describe, expect, it } from 'vitest';
import { displayedHints } from '../../src-main/hosts/engine/jobs/hint-patches.ts';
import { hintedMeasurement } from '../../src-main/restore/colour-hints.ts';
import { noisyPicture, runRestore } from '../fixtures/restore-run.ts';
import { whitePrior } from '../fixtures/white-prior.ts';

const [width, height] = [12, 10];
const coverage = new Uint8Array(16).fill(255);
const rgba = displayedHints([{ color: '#3c78c8', mask: { x: 2, y: 3, width: 4, height: 4, coverage } }], width, height);

describe('colour hints', () => {
  it('are a measurement of colour where they were painted, and of luma everywhere', () => {
    const luma = { shape: [1, 1, height, width] as const, data: new Float32Array(width * height).fill(0.1) };
    const { operator, y } = hintedMeasurement(luma, { width, height, rgba }, 1);
    const blue = [0x3c, 0x78, 0xc8].map((value) => value / 127.5 - 1);
    const own = 0.299 * blue[0] + 0.587 * blue[1] + 0.114 * blue[2];
    // That colour at the luma of the picture explains all of it; grey does not.
    const plane = width * height;
    const picture = (color: readonly number[]) => ({
      shape: [1, 3, height, width] as const,
      data: Float32Array.from({ length: 3 * plane }, (_, i) => color[Math.floor(i / plane)] - own + 0.1),
    });
    const misfit = (color: readonly number[]): number =>
      Math.hypot(...operator.apply(picture(color)).data.map((value, i) => value - y.data[i]));
    expect(misfit(blue)).toBeLessThan(1e-5);
    expect(misfit([own, own, own])).toBeGreaterThan(1);
  });

  it('colour what is painted, under the luma of the picture, and nothing that is not', async () => {
    const picture = noisyPicture(width, height, { mode: 'gray', sigma: 0 });
    const options = { task: 'colorize', solver: 'pigdm', steps: 12 };
    const { pictures } = await runRestore({ picture, hints: { width, height, rgba } }, options, whitePrior(3));
    const { data } = pictures[0];
    const colourOf = (x: number, y: number): number => data[3 * (y * width + x) + 2] - data[3 * (y * width + x)];
    const hinted = [2, 3, 4, 5].flatMap((x) => [3, 4, 5, 6].map((y) => colourOf(x, y)));
    const mean = hinted.reduce((sum, value) => sum + value, 0) / 16;
    expect(mean).toBeGreaterThan(100);
    expect(mean).toBeLessThan(180);
  });

  it('are refused where they have no use, and where they leave the picture', async () => {
    const picture = noisyPicture(width, height);
    await expect(
      runRestore({ picture, hints: { width, height, rgba } }, { task: 'denoise' }, whitePrior(3)),
    ).rejects.toThrow(/no use for them; choose colorize/);
    const mask = { x: 9, y: 3, width: 4, height: 4, coverage };
    expect(() => displayedHints([{ color: '#000000', mask }], width, height)).toThrow(/leaves the picture/);
  });
});
