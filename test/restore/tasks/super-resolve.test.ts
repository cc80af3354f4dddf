import { describe, expect, it } from 'vitest';
import { noisyPicture, runRestore } from '../../fixtures/restore-run.ts';
import { whitePrior } from '../../fixtures/white-prior.ts';

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

  it('asks for the scale', async () => {
    await expect(runRestore({ picture: noisyPicture(9, 9) }, { task: 'super-resolve' }, whitePrior(3))).rejects.toThrow(
      /--scale/,
    );
  });
});
