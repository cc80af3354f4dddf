import { describe, expect, it } from 'vitest';
import { recommendLevels } from '../../src-main/restore/recommend-levels.ts';
import { squareValues } from '../../src-main/restore/square-values.ts';

describe('recommended noise levels', () => {
  it('begin at the largest distance between two pictures', () => {
    const points = [
      [0, 0, 0],
      [3, 0, 0],
      [0, 4, 0],
      [1, 1, 1],
    ].map((values) => Float32Array.from(values));
    expect(recommendLevels(points).sigmaMax).toBeCloseTo(5, 6);
  });

  it('are about as many as the paper has for CIFAR-10, where "about one half" made 232: σ 50 … .01, 3072 dimensions', () => {
    const apart = new Float32Array(3072);
    apart[0] = 50;
    const { levels, ratio, langevinSteps, varianceRatio } = recommendLevels([new Float32Array(3072), apart]);
    expect(levels).toBeGreaterThan(210);
    expect(levels).toBeLessThan(240);
    expect(ratio).toBeCloseTo(1.037, 2);
    expect(langevinSteps).toBe(5);
    expect(Math.abs(varianceRatio - 1)).toBeLessThan(0.1);
  });

  it('refuse what they cannot be made from', () => {
    expect(() => recommendLevels([new Float32Array(3)])).toThrow('at least 2');
    expect(() => recommendLevels([Float32Array.of(1), Float32Array.of(1, 2)])).toThrow('like the first');
    expect(() => recommendLevels([Float32Array.of(0), Float32Array.of(1)], { sigmaMin: 2 })).toThrow(
      'largest distance',
    );
  });
});

it('takes the square in the middle of a picture, averaged', () => {
  const data = Uint8Array.from([9, 0, 255, 0, 255, 9, 9, 255, 0, 255, 0, 9]);
  const values = squareValues(
    { width: 6, height: 2, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } },
    1,
  );
  expect(values.length).toBe(3);
  for (const value of values) expect(value).toBeCloseTo(2 * ((255 + 0 + 0 + 255) / 4 / 255) - 1, 5);
});
