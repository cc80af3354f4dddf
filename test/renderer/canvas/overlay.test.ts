import { describe, expect, it } from 'vitest';
import { MaskLayer } from '../../../src-renderer/canvas/mask-layer.ts';
import { composeOverlay, paintOverlay } from '../../../src-renderer/canvas/overlay.ts';

const style = { color: [200, 100, 50], opacity: 0.5 } as const;

function layerWithRamp(): MaskLayer {
  const layer = new MaskLayer(300, 20);
  layer.blendSpan(3, 254, Uint8Array.of(0, 64, 128, 255), 0, 4, 'add');
  return layer;
}

describe('overlay', () => {
  it('is the colour with opacity × coverage, for the block asked for', () => {
    const out = new Uint8ClampedArray(4 * 2 * 4).fill(9);
    paintOverlay(layerWithRamp(), { x: 254, y: 3, width: 4, height: 2 }, style, out);
    expect([...out.subarray(0, 16)]).toEqual([0, 0, 0, 0, 200, 100, 50, 32, 200, 100, 50, 64, 200, 100, 50, 128]);
    expect(out.subarray(16).every((value) => value === 0)).toBe(true);
  });

  it('writes no more than the block', () => {
    const out = new Uint8ClampedArray(3 * 4).fill(7);
    paintOverlay(layerWithRamp(), { x: 255, y: 3, width: 1, height: 2 }, style, out);
    expect([...out]).toEqual([200, 100, 50, 32, 0, 0, 0, 0, 7, 7, 7, 7]);
  });

  it('in stripes has the opposite colour by turns, wherever the block begins', () => {
    const layer = new MaskLayer(300, 20);
    layer.fillRect({ x: 0, y: 0, width: 300, height: 20 }, 'add');
    const striped = (x: number): number[] => {
      const out = new Uint8ClampedArray(4);
      paintOverlay(layer, { x, y: 0, width: 1, height: 1 }, { ...style, pattern: 'stripes' }, out);
      return [...out];
    };
    const [plain, opposite] = [
      [200, 100, 50, 128],
      [55, 155, 205, 128],
    ];
    expect([0, 3, 4, 7, 8, 256, 260].map(striped)).toEqual([plain, plain, opposite, opposite, plain, plain, opposite]);
  });

  it('over the picture blends by the same weights and keeps the alpha', () => {
    const layer = layerWithRamp();
    const data = new Uint8ClampedArray(300 * 20 * 4);
    for (let i = 0; i < data.length; i += 4) data.set([10, 20, 30, 77], i);
    const out = new Uint8ClampedArray(4 * 4);
    composeOverlay({ width: 300, height: 20, data }, layer, { x: 254, y: 3, width: 4, height: 1 }, style, out);
    expect([...out.subarray(0, 4)]).toEqual([10, 20, 30, 77]);
    expect([...out.subarray(12, 16)]).toEqual([105, 60, 40, 77]);
    const part = (128 * 0.5) / 255;
    expect(out[8]).toBe(Math.round(10 + 190 * part));
  });
});
