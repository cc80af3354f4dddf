import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deserializeMask, serializeMask } from '../../../src-renderer/canvas/mask-file.ts';
import { MaskLayer } from '../../../src-renderer/canvas/mask-layer.ts';
import { expectSameCoverage } from './same-coverage.ts';

const layers = fc
  .record({
    width: fc.integer({ min: 1, max: 600 }),
    height: fc.integer({ min: 1, max: 400 }),
    rows: fc.array(fc.tuple(fc.nat(399), fc.nat(599), fc.uint8Array({ maxLength: 300 })), { maxLength: 12 }),
    inverted: fc.boolean(),
  })
  .map(({ width, height, rows, inverted }) => {
    const layer = new MaskLayer(width, height);
    for (const [y, x, values] of rows) layer.blendSpan(y, x, values, 0, values.length, 'add');
    if (inverted) layer.invert();
    return layer;
  });

describe('saved masks', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(layers, (layer) => {
        const restored = deserializeMask(serializeMask(layer));
        expect([restored.width, restored.height]).toEqual([layer.width, layer.height]);
        expectSameCoverage(restored.toCoverage(), layer.toCoverage());
        expect(restored.takeDirty()).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it('are small: nothing for an empty mask, a few kilobytes for a scratch on 24 megapixels', () => {
    const layer = new MaskLayer(6000, 4000);
    expect(serializeMask(layer).length).toBeLessThan(20);
    for (let y = 0; y < 4000; y++) layer.fillSpan(y, 1000 + (y >> 2), 1006 + (y >> 2), 'add');
    expect(serializeMask(layer).length).toBeLessThan(40_000);
    layer.fillRect({ x: 0, y: 0, width: 6000, height: 4000 }, 'add');
    expect(serializeMask(layer).length).toBeLessThan(3000);
  });

  it('are refused when cut off or altered anywhere', () => {
    const layer = new MaskLayer(300, 300);
    layer.fillRect({ x: 200, y: 100, width: 80, height: 50 }, 'add');
    const bytes = serializeMask(layer);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => deserializeMask(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'picture-damaged' }),
      );
    }
    for (let i = 0; i < bytes.length; i++) {
      const altered = bytes.slice();
      altered[i] ^= 0x10;
      expect(() => deserializeMask(altered)).toThrow(expect.objectContaining({ code: 'picture-damaged' }));
    }
  });

  it('are read from the middle of a larger buffer', () => {
    const layer = new MaskLayer(30, 30);
    layer.fillSpan(3, 4, 20, 'add');
    const bytes = serializeMask(layer);
    const buffer = new Uint8Array(bytes.length + 7);
    buffer.set(bytes, 5);
    expect(deserializeMask(buffer.subarray(5, 5 + bytes.length)).toCoverage()).toEqual(layer.toCoverage());
  });
});
