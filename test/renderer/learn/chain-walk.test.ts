import { expect, it } from 'vitest';
import { createSde } from '../../../src-main/sampling/sde.ts';
import { chainEnd } from '../../../src-renderer/learn/theory/chain-walk.ts';

const vp = createSde({ name: 'vp' });
const ve = createSde({ name: 've', sigmaMax: 3 });

it('SMLD is the VE SDE at its links with any number of them', () => {
  for (const links of [3, 30]) {
    const { alpha, std } = chainEnd('smld', ve, links);
    expect(alpha).toBe(1);
    expect(std).toBeCloseTo(ve.sigma(1), 10);
  }
});

it('DDPM becomes the VP SDE as 1/N', () => {
  const errors = [100, 200, 400].map((links) => Math.abs(Math.log(chainEnd('ddpm', vp, links).alpha / vp.alpha(1))));
  expect(errors[1] / errors[0]).toBeCloseTo(0.5, 1);
  expect(errors[2] / errors[1]).toBeCloseTo(0.5, 1);
  // The variance is preserved: noise tends to √(1 − α²) with any N.
  const { alpha, std } = chainEnd('ddpm', vp, 50);
  expect(alpha ** 2 + std ** 2).toBeCloseTo(1, 10);
});
