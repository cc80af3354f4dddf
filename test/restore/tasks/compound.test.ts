import { describe, expect, it } from 'vitest';
import { parseRestoreOptions, type Damage } from '../../../src-main/contract/restore-options.ts';
import { simulateDamage } from '../../../src-main/restore/simulate.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { noisyPicture, runRestore } from '../../fixtures/restore-run.ts';
import { whitePrior } from '../../fixtures/white-prior.ts';

function error(a: Picture, b: Picture): number {
  let squares = 0;
  a.data.forEach((v, i) => (squares += (v - b.data[i]) ** 2));
  return Math.sqrt(squares / a.data.length);
}

const damaged = (picture: Picture, damage: Damage): Picture =>
  simulateDamage({ picture, options: parseRestoreOptions({ task: 'compound', damage }) });

describe('restore, task compound', () => {
  it('enlarges, colours and fills at once', async () => {
    const grey = damaged(noisyPicture(48, 40, { sigma: 25 }), { scale: 2, grey: true, noise: 2 });
    expect(grey).toMatchObject({ width: 24, height: 20, mode: 'gray' });
    const mask = new Uint8Array(24 * 20).fill(1, 100, 130);
    const options = { task: 'compound', damage: { scale: 2, grey: true, noise: 2 } };
    const { pictures } = await runRestore({ picture: grey, mask }, options, whitePrior(3));
    expect(pictures[0]).toMatchObject({ width: 48, height: 40, mode: 'rgb' });
  });

  it('does not take what is missing for measured', async () => {
    const picture = noisyPicture(32, 32, { sigma: 25 });
    const data = picture.data.slice();
    const mask = new Uint8Array(32 * 32);
    for (let row = 10; row < 14; row++) {
      for (let column = 4; column < 28; column++) {
        mask[row * 32 + column] = 1;
        data.fill(255, (row * 32 + column) * 3, (row * 32 + column) * 3 + 3);
      }
    }
    const scratched = { ...picture, data };
    const options = { task: 'compound', damage: { noise: 2 } };
    const { pictures } = await runRestore({ picture: scratched, mask }, options, whitePrior(3));
    expect(error(pictures[0], picture)).toBeLessThan(0.5 * error(scratched, picture));
  });

  it('takes the solver that the chain allows', async () => {
    const picture = noisyPicture(16, 16);
    const solver = async (damage: Damage): Promise<string> => {
      const { report } = await runRestore({ picture }, { task: 'compound', damage }, whitePrior(3));
      return report.solver;
    };
    // Closed systems are solved at every level, those of several parts by the gradient of the network.
    expect(await solver({ noise: 5, blur: 1.2 })).toBe('dpir');
    expect(await solver({ noise: 5, scale: 2 })).toBe('dpir');
    // Told of less noise than there is, it would amplify the rest.
    expect(await solver({ blur: 1.2 })).not.toBe('dpir');
    expect(await solver({ noise: 5, blur: 1.2, fading: { gain: [0.9, 0.8, 0.7], offset: 0 } })).not.toBe('dpir');
    expect(await solver({ noise: 5 })).not.toBe('dpir');
  });

  it('says what it needs', async () => {
    const picture = noisyPicture(16, 16);
    await expect(runRestore({ picture }, { task: 'compound' }, whitePrior(3))).rejects.toThrow(/What is wrong/);
    const auto = { task: 'compound', damage: { jpeg: 'auto' } };
    await expect(runRestore({ picture }, auto, whitePrior(3))).rejects.toThrow(/no JPEG.*jpeg=1…100/);
    const grey = { task: 'compound', damage: { grey: true } };
    const mono = { ...picture, mode: 'gray' as const, data: picture.data.slice(0, 256) };
    await expect(runRestore({ picture: mono }, grey, whitePrior(1))).rejects.toThrow(/knows no colours/);
  });
});
