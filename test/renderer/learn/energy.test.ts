import { expect, it } from 'vitest';
import { energyAt, integrateEnergy } from '../../../src-renderer/learn/theory/energy.ts';
import { covarianceOf, knowledgeAt, momentsOf } from '../../../src-renderer/learn/theory/mixture.ts';
import { MIXTURES } from '../../../src-renderer/learn/theory/presets.ts';

const point = { x: 0.3, y: -0.7 };

it('has log Z = 0 for the energy −log p, and −c for one with a constant c', () => {
  for (const constant of [0, 3, -7]) {
    const shape = { sigma: 0.25, temperature: 1, constant };
    const { logPartition, moments } = integrateEnergy(MIXTURES.three, shape);
    expect(logPartition).toBeCloseTo(-constant, 3);
    const exact = momentsOf(MIXTURES.three, 0.25);
    expect(moments.mean.x).toBeCloseTo(exact.mean.x, 3);
    expect(moments.covariance.xy).toBeCloseTo(exact.covariance.xy, 3);
    const { logDensity, score } = energyAt(MIXTURES.three, point, shape, logPartition);
    const known = knowledgeAt(MIXTURES.three, point, 0.25);
    expect(logDensity).toBeCloseTo(known.logDensity, 3);
    expect(score).toEqual(known.score);
  }
});

it('a temperature multiplies the covariance of a Gaussian', () => {
  const gaussian = [{ weight: 1, mean: { x: 0.2, y: 0 }, covariance: covarianceOf([0.4, 0.2]) }];
  const { moments } = integrateEnergy(gaussian, { sigma: 0.1, temperature: 2, constant: 0 });
  expect(moments.covariance.xx).toBeCloseTo(2 * (0.16 + 0.01), 3);
  expect(moments.covariance.yy).toBeCloseTo(2 * (0.04 + 0.01), 3);
});
