import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskLayer } from '../../../../src-renderer/canvas/mask-layer.ts';
import { growMask, shrinkMask } from '../../../../src-renderer/canvas/morphology/grow.ts';
import { expectSameCoverage } from '../same-coverage.ts';

const WIDTH = 24;
const HEIGHT = 18;

const masks = fc
  .array(fc.tuple(fc.nat(WIDTH - 1), fc.nat(HEIGHT - 1), fc.constantFrom(255, 255, 200, 60)), { maxLength: 12 })
  .map((dots) => {
    const layer = new MaskLayer(WIDTH, HEIGHT);
    for (const [x, y, c] of dots) layer.blendSpan(y, x, Uint8Array.of(c), 0, 1, 'add');
    return layer;
  });
const radii = fc.constantFrom(0, 1, 1.5, 2, 3, 4.7, 9);

function copyOf(layer: MaskLayer): MaskLayer {
  return MaskLayer.fromCoverage(layer.width, layer.height, layer.toCoverage());
}

function isNearPainted(coverage: Uint8Array, x: number, y: number, radius: number): boolean {
  return coverage.some(
    (c, i) => c >= 128 && ((i % WIDTH) - x) ** 2 + (Math.floor(i / WIDTH) - y) ** 2 <= radius * radius,
  );
}

describe('grow', () => {
  it('covers exactly what lies within the Euclidean radius of a painted pixel', () => {
    fc.assert(
      fc.property(masks, radii, (layer, radius) => {
        const before = layer.toCoverage();
        growMask(layer, radius);
        const expected = before.map((c, i) =>
          isNearPainted(before, i % WIDTH, Math.floor(i / WIDTH), radius) ? 255 : c,
        );
        expectSameCoverage(layer.toCoverage(), expected);
      }),
    );
  });

  it('never takes away, and grows a larger mask at least as far', () => {
    fc.assert(
      fc.property(masks, masks, radii, (a, b, radius) => {
        const both = copyOf(a);
        both.blendRect({ x: 0, y: 0, width: WIDTH, height: HEIGHT }, b.toCoverage(), 0, WIDTH, 'add');
        const before = a.toCoverage();
        growMask(a, radius);
        growMask(both, radius);
        const [small, large] = [a.toCoverage(), both.toCoverage()];
        expect(small.every((c, i) => c >= before[i])).toBe(true);
        expect(small.every((c, i) => c <= large[i])).toBe(true);
      }),
    );
  });

  it('grows at least as far with a larger radius', () => {
    fc.assert(
      fc.property(masks, fc.nat(8), (layer, radius) => {
        const farther = copyOf(layer);
        growMask(layer, radius);
        growMask(farther, radius + 1);
        const large = farther.toCoverage();
        expect(layer.toCoverage().every((c, i) => c <= large[i])).toBe(true);
      }),
    );
  });

  it('makes a disc of a dot, also across tiles', () => {
    const layer = new MaskLayer(600, 600);
    layer.fillSpan(255, 256, 257, 'add');
    growMask(layer, 20);
    expect(layer.bounds).toEqual({ x: 236, y: 235, width: 41, height: 41 });
    expect(Math.abs(layer.paintedCount - Math.PI * 400)).toBeLessThan(20);
  });
});

describe('shrink', () => {
  it('is growing of what is not painted', () => {
    fc.assert(
      fc.property(masks, radii, (dots, radius) => {
        growMask(dots, 3);
        const shrunk = copyOf(dots);
        shrinkMask(shrunk, radius);
        dots.invert();
        growMask(dots, radius);
        dots.invert();
        expectSameCoverage(shrunk.toCoverage(), dots.toCoverage());
      }),
    );
  });

  it('takes away at most what growing gave: growing then shrinking keeps the mask', () => {
    fc.assert(
      fc.property(masks, radii, (layer, radius) => {
        const before = layer.toCoverage();
        growMask(layer, radius);
        shrinkMask(layer, radius);
        expect(before.every((c, i) => c < 128 || layer.coverageAt(i % WIDTH, Math.floor(i / WIDTH)) >= 128)).toBe(true);
      }),
    );
  });

  it('does not eat in from the edge of the picture', () => {
    const layer = new MaskLayer(50, 50);
    layer.fillRect({ x: 0, y: 0, width: 20, height: 50 }, 'add');
    shrinkMask(layer, 4);
    expect(layer.bounds).toEqual({ x: 0, y: 0, width: 16, height: 50 });
  });

  it('leaves an empty and a full mask alone', () => {
    const layer = new MaskLayer(50, 50);
    growMask(layer, 5);
    shrinkMask(layer, 5);
    expect(layer.bounds).toBeUndefined();
    layer.invert();
    shrinkMask(layer, 5);
    expect(layer.paintedCount).toBe(2500);
  });

  it('refuses a radius that is no radius', () => {
    const layer = new MaskLayer(5, 5);
    for (const radius of [-1, Number.NaN, 1001]) {
      expect(() => growMask(layer, radius)).toThrow(/radius/);
      expect(() => shrinkMask(layer, radius)).toThrow(/radius/);
    }
  });
});
