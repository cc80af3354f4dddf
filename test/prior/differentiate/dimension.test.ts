import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  ceilDivide,
  floor,
  floorDivide,
  maximum,
  minimum,
  multiply,
  provablyAtLeast,
  sameDimension,
  subtract,
  symbol,
  type Dimension,
} from '../../../src-main/prior/differentiate/dimension.ts';

const h = symbol('h');
const w = symbol('w');
const plus = (a: Dimension, n: number): Dimension => add(a, n);

describe('symbolic sizes', () => {
  test('equal polynomials are the same size, others are not', () => {
    const square = multiply(add(h, w), add(h, w));
    const expanded = add(add(multiply(h, h), multiply(2, multiply(w, h))), multiply(w, w));
    expect(sameDimension(square, expanded)).toBe(true);
    expect(sameDimension(square, add(expanded, 1))).toBe(false);
    expect(sameDimension(h, w)).toBe(false);
    expect(subtract(plus(h, 3), h)).toBe(3);
  });

  test('a stride-2 window halves a multiple of 2 exactly', () => {
    const size = multiply(2, h);
    expect(sameDimension(plus(floorDivide(subtract(size, 2), 2), 1), h)).toBe(true);
    expect(sameDimension(ceilDivide(size, 2), h)).toBe(true);
    // (2h + 2 − 3) / 2 + 1, the 3 × 3 window with padding 1
    expect(sameDimension(plus(floorDivide(plus(size, -1), 2), 1), h)).toBe(true);
  });

  test('half of an unknown size, doubled, is not proved to be the size', () => {
    const doubled = multiply(2, floorDivide(h, 2));
    expect(sameDimension(doubled, h)).toBe(false);
    expect(sameDimension(doubled, multiply(2, floorDivide(h, 2)))).toBe(true);
    expect(sameDimension(doubled, multiply(2, floorDivide(w, 2)))).toBe(false);
  });

  test('polynomials divide exactly', () => {
    const area = multiply(add(h, 1), multiply(w, 6));
    expect(sameDimension(floorDivide(area, multiply(2, w)), multiply(3, add(h, 1)))).toBe(true);
    expect(sameDimension(floorDivide(area, add(h, 1)), multiply(6, w))).toBe(true);
    expect(sameDimension(floorDivide(area, add(w, 1)), multiply(6, w))).toBe(false);
  });

  test('bounds follow from sizes being at least 1', () => {
    expect(provablyAtLeast(h, 1)).toBe(true);
    expect(provablyAtLeast(h, 2)).toBe(false);
    expect(sameDimension(minimum(h, 2 ** 31 - 1), h)).toBe(true);
    expect(sameDimension(maximum(0, plus(h, -1)), plus(h, -1))).toBe(true);
    expect(sameDimension(maximum(0, plus(h, -2)), plus(h, -2))).toBe(false);
    const perhapsNegative = minimum(plus(h, -5), w);
    expect(sameDimension(maximum(0, perhapsNegative), perhapsNegative)).toBe(false);
  });

  test('fractions of a size are rounded only where they may not be whole', () => {
    expect(sameDimension(floor(multiply(0.5, multiply(2, h))), h)).toBe(true);
    expect(sameDimension(floor(multiply(0.5, h)), multiply(0.5, h))).toBe(false);
  });

  test('arithmetic agrees with that of numbers', () => {
    const small = fc.integer({ min: -30, max: 30 });
    fc.assert(
      fc.property(small, small, fc.integer({ min: 1, max: 9 }), (a, b, n) => {
        expect(add(a, b)).toBe(a + b);
        expect(multiply(a, b) === a * b).toBe(true);
        expect(floorDivide(a, n)).toBe(Math.floor(a / n));
        expect(ceilDivide(a, n) === Math.ceil(a / n)).toBe(true);
        expect(minimum(a, b)).toBe(Math.min(a, b));
        // n·h + a over n is h + ⌊a/n⌋
        expect(sameDimension(floorDivide(add(multiply(n, h), a), n), add(h, Math.floor(a / n)))).toBe(true);
      }),
      { seed: 2 },
    );
  });
});
