import { describe, expect, it } from 'vitest';
import { planCrops } from '../../src-main/restore/crops.ts';

describe('crops of a picture', () => {
  it('are the whole picture up to 128² pixels, unless a size is given', () => {
    expect(planCrops(256, 64, 'centre')).toEqual([{ x: 0, y: 0, width: 256, height: 64 }]);
    expect(planCrops(256, 64, 'grid')).toEqual([{ x: 0, y: 0, width: 256, height: 64 }]);
    expect(planCrops(256, 64, 'centre', 32)).toEqual([{ x: 112, y: 16, width: 32, height: 32 }]);
  });

  it('are 64² in the middle of a larger one', () => {
    expect(planCrops(512, 301, 'centre')).toEqual([{ x: 224, y: 118, width: 64, height: 64 }]);
  });

  it('lie side by side with equal margins in a grid', () => {
    const crops = planCrops(150, 70, 'grid', 32);
    expect(crops.map(({ x, y }) => [x, y])).toEqual([3, 35].flatMap((y) => [11, 43, 75, 107].map((x) => [x, y])));
    expect(crops.every(({ width, height }) => width === 32 && height === 32)).toBe(true);
  });

  it('are no larger than the picture in either direction', () => {
    for (const placement of ['centre', 'grid', 'cover'] as const) {
      expect(planCrops(20, 300, placement, 100)[0]).toMatchObject({ x: 0, width: 20, height: 100 });
    }
  });

  it.each([
    [64, 64],
    [130, 64],
    [513, 200],
    [30, 20],
    [1000, 65],
  ])('cover every pixel of %i × %i without leaving it', (width, height) => {
    const covered = new Uint8Array(width * height);
    const crops = planCrops(width, height, 'cover');
    for (const crop of crops) {
      for (let y = crop.y; y < crop.y + crop.height; y++) {
        for (let x = crop.x; x < crop.x + crop.width; x++) {
          if (x >= width || y >= height) throw new Error(`(${x}, ${y}) is outside.`);
          covered[y * width + x] = 1;
        }
      }
    }
    expect(covered.every((value) => value === 1)).toBe(true);
    expect(crops.length).toBe(Math.ceil(width / 64) * Math.ceil(height / 64));
  });
});
