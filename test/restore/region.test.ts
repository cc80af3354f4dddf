import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWindows, type Rect } from '../../src-main/restore/region.ts';

const options = { context: 64, stride: 16, maxArea: 512 * 512 };

function maskWith(width: number, height: number, rects: Rect[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const { x, y, width: w, height: h } of rects) {
    for (let i = y; i < y + h; i++) mask.fill(1, i * width + x, i * width + x + w);
  }
  return mask;
}

describe('planWindows', () => {
  it('finds nothing in an empty mask', () => {
    expect(planWindows(new Uint8Array(100), 10, 10, options)).toEqual([]);
  });

  it('frames a spot with context, on the stride', () => {
    const [window, ...others] = planWindows(
      maskWith(1000, 800, [{ x: 500, y: 400, width: 10, height: 4 }]),
      1000,
      800,
      options,
    );
    expect(others).toEqual([]);
    expect(window.core).toEqual({ x: 500, y: 400, width: 10, height: 4 });
    const { frame, core } = window;
    expect(frame.width % 16).toBe(0);
    expect(frame.height % 16).toBe(0);
    for (const margin of [
      core.x - frame.x,
      core.y - frame.y,
      frame.x + frame.width - core.x - core.width,
      frame.y + frame.height - core.y - core.height,
    ]) {
      expect(margin).toBeGreaterThanOrEqual(64);
      expect(margin).toBeLessThan(64 + 16);
    }
  });

  it('gives far spots windows of their own and near ones a common one', () => {
    const spot = (x: number, y: number): Rect => ({ x, y, width: 4, height: 4 });
    expect(planWindows(maskWith(2000, 500, [spot(200, 200), spot(1700, 200)]), 2000, 500, options)).toHaveLength(2);
    expect(planWindows(maskWith(2000, 500, [spot(200, 200), spot(230, 210)]), 2000, 500, options)).toHaveLength(1);
  });

  it('costs the same for the same scratch in a larger picture', () => {
    const area = (width: number, height: number): number =>
      planWindows(maskWith(width, height, [{ x: 300, y: 300, width: 200, height: 4 }]), width, height, options).reduce(
        (sum, { frame }) => sum + frame.width * frame.height,
        0,
      );
    expect(area(6000, 4000)).toBe(area(1200, 800));
  });

  it('cuts a painted area that is too large into cores that cover it once', () => {
    const width = 2000;
    const height = 1500;
    const mask = maskWith(width, height, [{ x: 0, y: 0, width, height }]);
    const windows = planWindows(mask, width, height, options);
    const covered = new Uint8Array(mask.length);
    for (const { core, frame } of windows) {
      expect(frame.width * frame.height).toBeLessThanOrEqual(options.maxArea);
      for (let y = core.y; y < core.y + core.height; y++) {
        for (let x = core.x; x < core.x + core.width; x++) covered[y * width + x]++;
      }
    }
    expect(covered.every((count) => count === 1)).toBe(true);
  });

  it.each([
    [1, 1],
    [1, 5000],
    [5000, 1],
    [17, 33],
  ])('stays inside a picture of %i × %i', (width, height) => {
    const mask = new Uint8Array(width * height);
    mask[mask.length - 1] = 1;
    for (const { frame, core } of planWindows(mask, width, height, options)) {
      for (const rect of [frame, core]) {
        expect(rect.x).toBeGreaterThanOrEqual(0);
        expect(rect.y).toBeGreaterThanOrEqual(0);
        expect(rect.x + rect.width).toBeLessThanOrEqual(width);
        expect(rect.y + rect.height).toBeLessThanOrEqual(height);
      }
    }
  });

  it('follows a scratch where it is asked to, and leaves a solid area whole', () => {
    const [width, height] = [500, 500];
    const scratch = new Uint8Array(width * height);
    for (let i = 0; i < 497; i++) scratch.fill(1, i * width + i, i * width + i + 3);
    const pixels = (mask: Uint8Array, follow: boolean): number =>
      planWindows(mask, width, height, { context: 32, stride: 16, maxArea: 512 * 512, follow }).reduce(
        (sum, { frame }) => sum + frame.width * frame.height,
        0,
      );
    expect(pixels(scratch, true)).toBeLessThan(0.6 * pixels(scratch, false));
    const solid = maskWith(width, height, [{ x: 100, y: 100, width: 300, height: 300 }]);
    expect(pixels(solid, true)).toBe(pixels(solid, false));
  });

  it('puts every painted pixel into exactly one core, inside its frame', () => {
    const spot = fc.record({ x: fc.nat(395), y: fc.nat(295), size: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(
        fc.array(spot, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 80 }),
        fc.boolean(),
        (spots, context, follow) => {
          const [width, height] = [400, 300];
          const mask = maskWith(
            width,
            height,
            spots.map(({ x, y, size }) => ({
              x,
              y,
              width: Math.min(size, width - x),
              height: Math.min(size, height - y),
            })),
          );
          const windows = planWindows(mask, width, height, { context, stride: 16, maxArea: 150 * 150, follow });
          const covered = new Uint8Array(mask.length);
          for (const { core, frame } of windows) {
            expect(core.x >= frame.x && core.x + core.width <= frame.x + frame.width).toBe(true);
            expect(core.y >= frame.y && core.y + core.height <= frame.y + frame.height).toBe(true);
            for (let y = core.y; y < core.y + core.height; y++) {
              for (let x = core.x; x < core.x + core.width; x++) covered[y * width + x]++;
            }
          }
          expect(mask.every((painted, i) => painted === 0 || covered[i] === 1)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
