import { describe, expect, it } from 'vitest';
import { isScattered } from '../../src-main/restore/scattered.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

const [WIDTH, HEIGHT] = [120, 96];
const missing = (test: (x: number, y: number) => boolean): boolean =>
  isScattered(
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => Number(test(i % WIDTH, Math.floor(i / WIDTH)))),
    WIDTH,
    HEIGHT,
  );
const atRandom = (share: number, seed = 1) => {
  const random = new RandomGenerator(seed);
  return () => random.uniform() < share;
};

describe('scattered damage', () => {
  it('is most pixels missing at random, in a part of the picture as well', () => {
    expect(missing(atRandom(0.75))).toBe(true);
    const chance = atRandom(0.8);
    expect(missing((x) => x > 24 && chance())).toBe(true);
  });

  it('is every second line', () => {
    expect(missing((_, y) => y % 3 !== 0)).toBe(true);
  });

  it.each([
    ['a hole', (x: number, y: number) => x > 10 && y > 10],
    ['a scratch', (x: number) => x > 50 && x < 54],
    ['a speck', (x: number, y: number) => Math.hypot(x - 50, y - 50) < 4],
    ['a few dead pixels', atRandom(0.1)],
    ['so much that hardly anything is known', atRandom(0.995)],
    ['everything', () => true],
  ] as const)('is not %s', (_, test) => {
    expect(missing(test)).toBe(false);
  });
});
