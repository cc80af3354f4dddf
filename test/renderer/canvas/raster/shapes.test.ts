import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../src-renderer/canvas/geometry.ts';
import { MaskLayer } from '../../../../src-renderer/canvas/mask-layer.ts';
import { fillEllipse, fillPolygon } from '../../../../src-renderer/canvas/raster/shapes.ts';
import { expectSameCoverage } from '../same-coverage.ts';

const SIDE = 40;

const corner = fc.record({
  x: fc.double({ min: -10, max: SIDE + 10, noNaN: true }),
  y: fc.double({ min: -10, max: SIDE + 10, noNaN: true }),
});
const polygons = fc.array(corner, { minLength: 3, maxLength: 9 });

function filled(corners: readonly Point[], smooth: boolean): MaskLayer {
  const layer = new MaskLayer(SIDE, SIDE);
  fillPolygon(layer, corners, { smooth, how: 'add' });
  return layer;
}

/** Even–odd rule by counting the edges that a ray to the right crosses. */
function isInside(corners: readonly Point[], x: number, y: number): boolean {
  return corners.reduce((inside, a, i) => {
    const b = corners[(i + 1) % corners.length];
    const crosses = a.y <= y !== b.y <= y && x < a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y);
    return crosses ? !inside : inside;
  }, false);
}

function areaOf(layer: MaskLayer): number {
  return layer.toCoverage().reduce((sum, c) => sum + c / 255, 0);
}

describe('polygon', () => {
  it('with hard edges holds exactly the pixels whose centre is inside', () => {
    fc.assert(
      fc.property(polygons, (corners) => {
        const layer = filled(corners, false);
        for (let i = 0; i < SIDE * SIDE; i++) {
          const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
          const nearby = [-1e-9, 1e-9].flatMap((dx) => [-1e-9, 1e-9].map((dy) => [x + 0.5 + dx, y + 0.5 + dy]));
          const sides = new Set(nearby.map(([px, py]) => isInside(corners, px, py)));
          // A centre on the outline itself belongs to either side.
          if (sides.size === 1 && layer.coverageAt(x, y) !== (sides.has(true) ? 255 : 0)) {
            expect.unreachable(`pixel ${x}, ${y}`);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('with smooth edges covers each pixel by its area inside', () => {
    fc.assert(
      fc.property(polygons, (corners) => {
        const layer = filled(corners, true);
        for (const [x, y] of [
          [3, 4],
          [20, 20],
          [31, 12],
        ]) {
          let inside = 0;
          for (let i = 0; i < 1600; i++) {
            if (isInside(corners, x + ((i % 40) + 0.5) / 40, y + (Math.floor(i / 40) + 0.5) / 40)) inside++;
          }
          // Sixteen lines a pixel: thin wedges may fall between them.
          expect(Math.abs(layer.coverageAt(x, y) / 255 - inside / 1600)).toBeLessThan(0.1);
        }
      }),
    );
  });

  it('on whole pixels is exact either way', () => {
    const box = [
      { x: 3, y: 5 },
      { x: 12, y: 5 },
      { x: 12, y: 20 },
      { x: 3, y: 20 },
    ];
    const expected = new MaskLayer(SIDE, SIDE);
    expected.fillRect({ x: 3, y: 5, width: 9, height: 15 }, 'add');
    expectSameCoverage(filled(box, true).toCoverage(), expected.toCoverage());
    expectSameCoverage(filled(box, false).toCoverage(), expected.toCoverage());
  });

  it('has half coverage where the edge halves a pixel, which counts as painted', () => {
    const box = [
      { x: 2.5, y: 2 },
      { x: 8, y: 2 },
      { x: 8, y: 8 },
      { x: 2.5, y: 8 },
    ];
    expect(filled(box, true).coverageAt(2, 4)).toBe(128);
    expect(filled(box, true).paintedCount).toBe(36);
  });

  it('leaves the crossed middle of a five-pointed star out', () => {
    const star = [0, 2, 4, 1, 3].map((k) => ({
      x: 20 + 18 * Math.sin((k * 2 * Math.PI) / 5),
      y: 20 - 18 * Math.cos((k * 2 * Math.PI) / 5),
    }));
    expect(filled(star, true).coverageAt(20, 20)).toBe(0);
    expect(filled(star, true).coverageAt(20, 8)).toBe(255);
  });

  it('has the area of the formula', () => {
    const triangle = [
      { x: 1.3, y: 2.2 },
      { x: 37.9, y: 9.6 },
      { x: 11.1, y: 38.4 },
    ];
    const area = Math.abs((37.9 - 1.3) * (38.4 - 2.2) - (11.1 - 1.3) * (9.6 - 2.2)) / 2;
    expect(Math.abs(areaOf(filled(triangle, true)) - area)).toBeLessThan(0.5);
  });

  it('removes what it would add, and fills nothing with fewer than three corners', () => {
    const layer = new MaskLayer(SIDE, SIDE);
    layer.invert();
    const box = [
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 4, y: 4 },
      { x: 0, y: 4 },
    ];
    fillPolygon(layer, box, { smooth: true, how: 'subtract' });
    expect(layer.paintedCount).toBe(SIDE * SIDE - 16);
    expect(filled(box.slice(0, 2), true).bounds).toBeUndefined();
  });
});

describe('ellipse', () => {
  it('has the area π·a·b and touches its box', () => {
    const layer = new MaskLayer(SIDE, SIDE);
    fillEllipse(layer, { x: 2, y: 30 }, { x: 38, y: 4 }, { smooth: true, how: 'add' });
    expect(Math.abs(areaOf(layer) - Math.PI * 18 * 13)).toBeLessThan(1);
    expect(layer.bounds).toEqual({ x: 2, y: 4, width: 36, height: 26 });
  });

  it('is symmetric', () => {
    const layer = new MaskLayer(SIDE, SIDE);
    fillEllipse(layer, { x: 5, y: 7 }, { x: 35, y: 33 }, { smooth: true, how: 'add' });
    const coverage = layer.toCoverage();
    const turned = new Uint8Array(coverage.length);
    for (let i = 0; i < coverage.length; i++) turned[i] = coverage[coverage.length - 1 - i];
    expectSameCoverage(turned, coverage);
  });

  it('with hard edges holds exactly the pixels whose centre is inside', () => {
    const layer = new MaskLayer(SIDE, SIDE);
    fillEllipse(layer, { x: 3, y: 3 }, { x: 34, y: 22 }, { smooth: false, how: 'add' });
    const expected = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [x, y] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
      return ((x - 18.5) / 15.5) ** 2 + ((y - 12.5) / 9.5) ** 2 < 1 ? 255 : 0;
    });
    expectSameCoverage(layer.toCoverage(), expected);
  });

  it('is cut off at the edge of the picture, and empty without extent', () => {
    const layer = new MaskLayer(SIDE, SIDE);
    fillEllipse(layer, { x: -20, y: -20 }, { x: 20, y: 20 }, { smooth: true, how: 'add' });
    expect(layer.coverageAt(0, 0)).toBe(255);
    expect(Math.abs(areaOf(layer) - (Math.PI * 400) / 4)).toBeLessThan(1);
    const empty = new MaskLayer(SIDE, SIDE);
    fillEllipse(empty, { x: 4, y: 4 }, { x: 4, y: 9 }, { smooth: true, how: 'add' });
    expect(empty.bounds).toBeUndefined();
  });
});
