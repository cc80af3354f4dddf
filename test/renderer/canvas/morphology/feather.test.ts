import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskLayer } from '../../../../src-renderer/canvas/mask-layer.ts';
import { featherMask } from '../../../../src-renderer/canvas/morphology/feather.ts';
import { expectSameCoverage } from '../same-coverage.ts';

/** Φ(z), the normal distribution function, by numerical integration. */
function normalCdf(z: number): number {
  let sum = 0;
  for (let i = 0; i < 4000; i++) sum += Math.exp(-((-8 + ((z + 8) * (i + 0.5)) / 4000) ** 2) / 2);
  return (sum * (z + 8)) / 4000 / Math.sqrt(2 * Math.PI);
}

describe('feather', () => {
  it('turns a straight edge into the Gaussian distribution function, for any sigma from 1 on', () => {
    for (const sigma of [1, 2.5, 7, 20]) {
      const layer = new MaskLayer(200, 5);
      layer.fillRect({ x: 0, y: 0, width: 100, height: 5 }, 'add');
      featherMask(layer, sigma);
      for (let x = 0; x < 200; x++) {
        const exact = 255 * normalCdf((100 - (x + 0.5)) / sigma);
        expect(Math.abs(layer.coverageAt(x, 2) - exact)).toBeLessThan(6);
      }
    }
  });

  it('has exactly the variance sigma²', () => {
    for (const sigma of [3, 4.4, 9.3]) {
      const layer = new MaskLayer(301, 3);
      layer.fillRect({ x: 120, y: 0, width: 61, height: 3 }, 'add');
      featherMask(layer, sigma);
      let [mass, second] = [0, 0];
      for (let x = 0; x < 301; x++) {
        mass += layer.coverageAt(x, 1);
        second += layer.coverageAt(x, 1) * (x - 150) ** 2;
      }
      const boxVariance = (61 * 61 - 1) / 12;
      expect(second / mass - boxVariance).toBeCloseTo(sigma * sigma, 0);
      expect(mass / 255).toBeCloseTo(61, 0);
    }
  });

  it('is the same across and down', () => {
    const [wide, tall] = [new MaskLayer(150, 130), new MaskLayer(130, 150)];
    wide.fillRect({ x: 40, y: 50, width: 60, height: 9 }, 'add');
    tall.fillRect({ x: 50, y: 40, width: 9, height: 60 }, 'add');
    featherMask(wide, 4);
    featherMask(tall, 4);
    for (let y = 0; y < 130; y++) {
      for (let x = 0; x < 150; x++) {
        expect(Math.abs(wide.coverageAt(x, y) - tall.coverageAt(y, x))).toBeLessThanOrEqual(1);
      }
    }
  });

  it('keeps what is painted as a whole: full stays full, empty stays empty, the edge of the picture does not fade', () => {
    const layer = new MaskLayer(300, 300);
    featherMask(layer, 5);
    expect(layer.bounds).toBeUndefined();
    layer.invert();
    const full = layer.toCoverage();
    featherMask(layer, 5);
    expectSameCoverage(layer.toCoverage(), full);
    const half = new MaskLayer(100, 60);
    half.fillRect({ x: 0, y: 0, width: 50, height: 60 }, 'add');
    featherMask(half, 6);
    expect(half.coverageAt(0, 0)).toBe(255);
    expect(half.coverageAt(49, 0)).toBe(half.coverageAt(49, 30));
  });

  it('does not move a straight edge at 50 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 12, noNaN: true }), (sigma) => {
        const layer = new MaskLayer(120, 10);
        layer.fillRect({ x: 60, y: 0, width: 60, height: 10 }, 'add');
        featherMask(layer, sigma);
        expect(layer.paintedCount).toBe(600);
      }),
      { numRuns: 30 },
    );
  });

  it('changes nothing with sigma 0 and refuses what is no sigma', () => {
    const layer = new MaskLayer(20, 20);
    layer.fillSpan(3, 3, 8, 'add');
    const before = layer.toCoverage();
    featherMask(layer, 0);
    expectSameCoverage(layer.toCoverage(), before);
    for (const sigma of [-1, Number.NaN, 501]) expect(() => featherMask(layer, sigma)).toThrow(/sigma/);
  });
});
