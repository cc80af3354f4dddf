import { describe, expect, it } from 'vitest';
import { parseRestoreOptions } from '../../../src-main/contract/restore-options.ts';
import { simulateDamage } from '../../../src-main/restore/simulate.ts';
import type { KernelWeights } from '../../../src-main/restore/request.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { noisyPicture, runRestore } from '../../fixtures/restore-run.ts';
import { whitePrior } from '../../fixtures/white-prior.ts';

/** Not even, so that it shows a kernel that is flipped or moved; its middle outweighs the rest, so it has an inverse. */
const STREAK: KernelWeights = { width: 5, height: 3, data: [3, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 2, 1] };

function error(a: Picture, b: Picture): number {
  let squares = 0;
  a.data.forEach((v, i) => (squares += (v - b.data[i]) ** 2));
  return Math.sqrt(squares / a.data.length);
}

function damaged(picture: Picture, options: object, kernel?: KernelWeights): Picture {
  return simulateDamage({ picture, kernel, options: parseRestoreOptions({ task: 'deblur', ...options }) });
}

describe('restore, task deblur', () => {
  it.each([
    ['a Gaussian', { blurSigma: 0.5 }, undefined],
    ['a kernel that is not even', {}, STREAK],
  ] as const)('undoes %s', async (_, blur, kernel) => {
    const picture = noisyPicture(48, 40, { sigma: 25 });
    const blurred = damaged(picture, { ...blur, noise: 0.5 }, kernel);
    const options = { task: 'deblur', ...blur, noise: 0.5, solver: 'daps', steps: 8 };
    const { pictures } = await runRestore({ picture: blurred, kernel }, options, whitePrior(3));
    expect(pictures[0]).toMatchObject({ width: 48, height: 40 });
    expect(error(pictures[0], picture)).toBeLessThan(0.65 * error(blurred, picture));
  });

  it('wants one blur and only one', async () => {
    const picture = noisyPicture(9, 9);
    const both = runRestore({ picture, kernel: STREAK }, { task: 'deblur', blurSigma: 1 }, whitePrior(3));
    await expect(both).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(runRestore({ picture }, { task: 'deblur' }, whitePrior(3))).rejects.toThrow(/--blur-sigma.*--kernel/);
  });

  it('draws samples that differ where several are asked for, though one is a point estimate', async () => {
    const picture = damaged(noisyPicture(16, 16), { blurSigma: 0.8, noise: 4 });
    const options = { task: 'deblur', blurSigma: 0.8, noise: 4 };
    const one = await runRestore({ picture }, options, whitePrior(3));
    const two = await runRestore({ picture }, { ...options, samples: 2 }, whitePrior(3));
    expect(one.report.solver).toBe('dpir');
    expect(two.report.solver).not.toBe('dpir');
    expect(error(two.pictures[0], two.pictures[1])).toBeGreaterThan(0.5);
  });

  it('names the solvers that work with a blur', async () => {
    const options = { task: 'deblur', blurSigma: 1, solver: 'repaint' };
    await expect(runRestore({ picture: noisyPicture(9, 9) }, options, whitePrior(3))).rejects.toMatchObject({
      code: 'unsupported-combination',
      message: expect.stringMatching(/repaint .*These solvers work here: .*daps/) as string,
    });
  });
});
