import { describe, expect, it } from 'vitest';
import { heatMap } from '../../src-main/images/heat-map.ts';

const pixel = (data: Uint8Array | Uint16Array, i: number): number[] => [...data.subarray(3 * i, 3 * i + 3)];

describe('a heat map', () => {
  it('goes from black at the least value to pale yellow at the largest, brighter all the way', () => {
    const patches = Array.from({ length: 9 }, (_, i) => ({ x: i, y: 0, width: 1, height: 2, value: 3 + i / 2 }));
    const { picture, low, high } = heatMap(patches, 9, 2);
    expect([low, high]).toEqual([3, 7]);
    expect(picture).toMatchObject({ width: 9, height: 2, mode: 'rgb', bitDepth: 8 });
    expect(pixel(picture.data, 0)).toEqual([0, 0, 4]);
    expect(pixel(picture.data, 8)).toEqual([252, 255, 164]);
    const lightness = patches.map((_, i) => {
      const [r, g, b] = pixel(picture.data, i);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
    expect(pixel(picture.data, 9)).toEqual(pixel(picture.data, 0));
  });

  it('shows the mean where patches overlap', () => {
    const { picture, high } = heatMap(
      [
        { x: 0, y: 0, width: 2, height: 1, value: 0 },
        { x: 1, y: 0, width: 2, height: 1, value: 1 },
        { x: 2, y: 0, width: 1, height: 1, value: 1 },
      ],
      3,
      1,
    );
    expect(high).toBe(1);
    expect(pixel(picture.data, 1)).toEqual([186, 54, 85]);
  });

  it('is dark where all values are equal', () => {
    const { picture, low, high } = heatMap([{ x: 0, y: 0, width: 2, height: 1, value: 4 }], 2, 1);
    expect([low, high]).toEqual([4, 4]);
    expect([...picture.data]).toEqual([0, 0, 4, 0, 0, 4]);
  });
});
