import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskLayer } from '../../../../src-renderer/canvas/mask-layer.ts';
import { paintPixelLine } from '../../../../src-renderer/canvas/raster/pixel-line.ts';

describe('pixel line', () => {
  it('has one pixel per step of the longer side, each next to the one before, both ends included', () => {
    const at = fc.nat(39);
    fc.assert(
      fc.property(at, at, at, at, (x0, y0, x1, y1) => {
        const layer = new MaskLayer(40, 40);
        paintPixelLine(layer, x0, y0, x1, y1, 'add');
        expect(layer.paintedCount).toBe(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) + 1);
        expect([layer.coverageAt(x0, y0), layer.coverageAt(x1, y1)]).toEqual([255, 255]);
        expect(new Set(layer.toCoverage()).has(127)).toBe(false);
        // No pixel is farther than half a pixel from the line, measured along the shorter side.
        for (let y = 0; y < 40; y++) {
          for (let x = 0; x < 40; x++) {
            if (layer.coverageAt(x, y) === 0) continue;
            const cross = Math.abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0));
            expect(cross).toBeLessThanOrEqual(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) / 2);
          }
        }
      }),
    );
  });

  it('paints one pixel when both ends are the same, and cuts off what is outside', () => {
    const layer = new MaskLayer(10, 10);
    paintPixelLine(layer, 4, 5, 4, 5, 'add');
    expect(layer.bounds).toEqual({ x: 4, y: 5, width: 1, height: 1 });
    paintPixelLine(layer, -5, 2, 20, 2, 'add');
    expect(layer.paintedCount).toBe(11);
    paintPixelLine(layer, 0, 2, 9, 2, 'subtract');
    expect(layer.paintedCount).toBe(1);
  });
});
