import { describe, expect, it } from 'vitest';
import { distanceToKnown } from '../../src-main/fill/distance.ts';
import { fillWindow, wideness } from '../../src-main/fill/fill-window.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

const side = 128;
/** A block of 40 pixels, and a scratch of 3 that ends in it. */
const hole = Uint8Array.from({ length: side * side }, (_, i) => {
  const [x, y] = [i % side, Math.floor(i / side)];
  return (x >= 60 && x < 100 && y >= 40 && y < 80) || (x < 60 && Math.abs(y - 60) < 2) ? 1 : 0;
});
const at = (x: number, y: number): number => y * side + x;

describe('wideness', () => {
  it('is 1 in a wide hole and its corners, 0 in a scratch and outside', () => {
    const wide = wideness(distanceToKnown(hole, side, side), side, side);
    expect([wide[at(80, 60)], wide[at(61, 41)], wide[at(20, 60)], wide[at(20, 20)]]).toEqual([1, 1, 0, 0]);
  });
});

describe('fillWindow', () => {
  it('believes wide patches, and doubts thin ones as far as the fills are apart', () => {
    const random = new RandomGenerator(3);
    const data = Float32Array.from({ length: side * side }, () => random.uniform() - 0.5);
    const x = { shape: [1, 1, side, side] as const, data };
    const { tau } = fillWindow({ x, unknown: hole, kind: 'auto', random: new RandomGenerator(1) });
    expect(tau[at(80, 60)]).toBeCloseTo(0.02, 5);
    expect(tau[at(20, 60)]).toBeGreaterThan(0.05);
    expect(tau[at(20, 20)]).toBe(0);
  });
});
