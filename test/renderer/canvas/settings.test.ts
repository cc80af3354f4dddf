import { describe, expect, it } from 'vitest';
import { clampSettings, defaultSettings, nextBrushSize } from '../../../src-renderer/canvas/settings.ts';

describe('settings', () => {
  it('start inside their limits', () => {
    expect(clampSettings(defaultSettings)).toEqual(defaultSettings);
  });

  it('are moved inside their limits, and replaced when they are no numbers', () => {
    const clamped = clampSettings({
      ...defaultSettings,
      brush: { size: 12.4, hardness: 7, pressure: false },
      wand: { tolerance: Number.NaN, contiguous: false },
      growRadius: -3,
      featherSigma: Infinity,
      overlay: { ...defaultSettings.overlay, opacity: 0 },
    });
    expect(clamped.brush).toEqual({ size: 12, hardness: 1, pressure: false });
    expect(clamped.wand).toEqual({ tolerance: defaultSettings.wand.tolerance, contiguous: false });
    expect([clamped.growRadius, clamped.featherSigma]).toEqual([1, defaultSettings.featherSigma]);
    expect(clamped.overlay.opacity).toBe(0.05);
  });
});

describe('brush size', () => {
  it('goes up and down through the same steps, from one pixel to the largest', () => {
    const up = [1];
    while (up[up.length - 1] < 1000) up.push(nextBrushSize(up[up.length - 1], 1));
    const down = [1000];
    while (down[down.length - 1] > 1) down.push(nextBrushSize(down[down.length - 1], -1));
    expect(down.toReversed()).toEqual(up);
    expect(up.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect([nextBrushSize(1000, 1), nextBrushSize(1, -1)]).toEqual([1000, 1]);
  });
});
