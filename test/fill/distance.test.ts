import { describe, expect, it } from 'vitest';
import { distanceToKnown, localWidth } from '../../src-main/fill/distance.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

describe('distanceToKnown', () => {
  it('is the Euclidean distance to the nearest known pixel', () => {
    const random = new RandomGenerator(3);
    const [width, height] = [23, 17];
    const unknown = Uint8Array.from({ length: width * height }, () => (random.uniform() < 0.9 ? 1 : 0));
    const distance = distanceToKnown(unknown, width, height);
    for (let i = 0; i < unknown.length; i++) {
      let nearest = Infinity;
      for (let j = 0; j < unknown.length; j++) {
        if (unknown[j] !== 0) continue;
        const [dx, dy] = [(i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width)];
        nearest = Math.min(nearest, Math.hypot(dx, dy));
      }
      expect(distance[i]).toBeCloseTo(nearest, 4);
    }
  });

  it('is beyond any distance where nothing is known', () => {
    expect([...distanceToKnown(new Uint8Array(6).fill(1), 3, 2)]).toEqual([5, 5, 5, 5, 5, 5]);
  });
});

describe('localWidth', () => {
  it('tells a scratch from the blot that it crosses', () => {
    const [width, height] = [80, 40];
    const unknown = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const blot = (x - 40) ** 2 + (y - 20) ** 2 < 12 ** 2;
        const scratch = y >= 19 && y <= 21;
        unknown[y * width + x] = blot || scratch ? 1 : 0;
      }
    }
    const widths = localWidth(distanceToKnown(unknown, width, height), width, height);
    expect(widths[20 * width + 5]).toBe(3);
    expect(widths[20 * width + 75]).toBe(3);
    expect(widths[20 * width + 40]).toBeGreaterThan(20);
    expect(widths[11 * width + 40]).toBeGreaterThan(20);
    expect(widths[0]).toBe(0);
  });
});
