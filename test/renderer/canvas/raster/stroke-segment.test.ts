import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskLayer } from '../../../../src-renderer/canvas/mask-layer.ts';
import { paintSegment, type BrushPoint } from '../../../../src-renderer/canvas/raster/stroke-segment.ts';
import { expectSameCoverage } from '../same-coverage.ts';

const SIDE = 20;

const position = { x: fc.double({ min: -3, max: 23, noNaN: true }), y: fc.double({ min: -3, max: 23, noNaN: true }) };
const brushPoints = fc.record({ ...position, radius: fc.double({ min: 1, max: 7, noNaN: true }) });
const hardnesses = fc.constantFrom(0, 0.3, 0.8, 1);

function painted(a: BrushPoint, b: BrushPoint, hardness: number): Uint8Array {
  const layer = new MaskLayer(SIDE, SIDE);
  paintSegment(layer, a, b, hardness, 'add');
  return layer.toCoverage();
}

/** The largest coverage of many stamps along the way. */
function stamped(a: BrushPoint, b: BrushPoint, hardness: number): Uint8Array {
  const coverage = new Uint8Array(SIDE * SIDE);
  for (let t = 0; t <= 1; t += 1 / 512) {
    const radius = a.radius + (b.radius - a.radius) * t;
    const [cx, cy] = [a.x + (b.x - a.x) * t - 0.5, a.y + (b.y - a.y) * t - 0.5];
    for (let i = 0; i < coverage.length; i++) {
      const distance = Math.sqrt(((i % SIDE) - cx) ** 2 + (Math.floor(i / SIDE) - cy) ** 2);
      const level = Math.round((255 * (radius + 0.5 - distance)) / (radius * (1 - hardness) + 1));
      coverage[i] = Math.max(coverage[i], Math.min(255, level));
    }
  }
  return coverage;
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe('stroke segment', () => {
  it('covers what densely laid stamps of constant width cover', () => {
    fc.assert(
      fc.property(brushPoints, brushPoints, hardnesses, (a, b, hardness) => {
        const end = { ...b, radius: a.radius };
        expect(largestDifference(painted(a, end, hardness), stamped(a, end, hardness))).toBeLessThanOrEqual(6);
      }),
      { numRuns: 25 },
    );
  });

  it('covers what densely laid hard stamps of changing width cover', () => {
    fc.assert(
      fc.property(brushPoints, brushPoints, (a, b) => {
        expect(largestDifference(painted(a, b, 1), stamped(a, b, 1))).toBeLessThanOrEqual(8);
      }),
      { numRuns: 25 },
    );
  });

  it('with a soft brush of changing width stays near the stamps', () => {
    const a = { x: 5, y: 5, radius: 2 };
    const b = { x: 16, y: 14, radius: 5 };
    expect(largestDifference(painted(a, b, 0.4), stamped(a, b, 0.4))).toBeLessThanOrEqual(12);
  });

  it('changes nothing when painted again or backwards', () => {
    fc.assert(
      fc.property(brushPoints, brushPoints, hardnesses, (a, b, hardness) => {
        const layer = new MaskLayer(SIDE, SIDE);
        paintSegment(layer, a, b, hardness, 'add');
        const once = layer.toCoverage();
        paintSegment(layer, a, b, hardness, 'add');
        expectSameCoverage(layer.toCoverage(), once);
        expect(largestDifference(painted(b, a, hardness), once)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 25 },
    );
  });

  it('erases exactly what it painted', () => {
    fc.assert(
      fc.property(brushPoints, brushPoints, (a, b) => {
        const layer = new MaskLayer(SIDE, SIDE);
        layer.invert();
        paintSegment(layer, a, b, 1, 'subtract');
        expectSameCoverage(
          layer.toCoverage(),
          painted(a, b, 1).map((c) => 255 - c),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('has the area of a disc and smooth edges', () => {
    const disc = painted({ x: 9.7, y: 10.2, radius: 8.5 }, { x: 9.7, y: 10.2, radius: 8.5 }, 1);
    const area = disc.reduce((sum, c) => sum + c / 255, 0);
    expect(Math.abs(area - Math.PI * 8.5 ** 2)).toBeLessThan(1.5);
    expect(disc.some((c) => c > 0 && c < 255)).toBe(true);
  });

  it('falls to half at the middle between core and rim', () => {
    const soft = painted({ x: -5.5, y: 4.5, radius: 20 }, { x: -5.5, y: 4.5, radius: 20 }, 0.5);
    expect(soft[4 * SIDE]).toBe(255);
    expect(soft[4 * SIDE + 3]).toBe(255);
    expect(Math.abs(soft[4 * SIDE + 9] - 127.5)).toBeLessThanOrEqual(1);
    expect(soft[4 * SIDE + 15]).toBe(0);
  });
});
