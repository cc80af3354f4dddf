import { describe, expect, it } from 'vitest';
import { Fft, Fft2, fastLength } from '../../src-main/tensor/fft.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

function noise(n: number, seed: number): Float64Array {
  const random = new RandomGenerator(seed);
  return Float64Array.from({ length: n }, () => random.normal());
}

/** X_k = Σ x_j e^{−2πi jk/n} as it is written. */
function definition(re: Float64Array, im: Float64Array): { re: Float64Array; im: Float64Array } {
  const n = re.length;
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      out.re[k] += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
      out.im[k] += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
    }
  }
  return out;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);
}

describe('Fft', () => {
  // Powers of two and four, every odd radix, mixtures, primes beyond the radices, 1.
  it.each([1, 2, 3, 4, 5, 7, 8, 11, 13, 15, 16, 17, 24, 31, 49, 60, 64, 97, 143, 169, 182, 251, 256])(
    'equals the definition for length %i',
    (n) => {
      const re = noise(n, 1);
      const im = noise(n, 2);
      const expected = definition(re, im);
      new Fft(n).forward(re, im);
      expect(largestDifference(re, expected.re)).toBeLessThan(1e-11);
      expect(largestDifference(im, expected.im)).toBeLessThan(1e-11);
    },
  );

  it.each([1, 12, 29, 64])('inverts itself for length %i', (n) => {
    const re = noise(n, 3);
    const im = noise(n, 4);
    const fft = new Fft(n);
    const a = re.slice();
    const b = im.slice();
    fft.forward(a, b);
    fft.inverse(a, b);
    expect(largestDifference(a, re)).toBeLessThan(1e-13);
    expect(largestDifference(b, im)).toBeLessThan(1e-13);
  });

  it.each([6, 19])('transforms interleaved sequences of length %i independently', (n) => {
    const fft = new Fft(n);
    const re = noise(3 * n, 5);
    const im = noise(3 * n, 6);
    const together = { re: re.slice(), im: im.slice() };
    fft.forward(together.re, together.im, 3);
    for (let q = 0; q < 3; q++) {
      const pick = (x: Float64Array): Float64Array => x.filter((_, i) => i % 3 === q);
      const alone = { re: pick(re), im: pick(im) };
      fft.forward(alone.re, alone.im);
      expect(pick(together.re)).toEqual(alone.re);
      expect(pick(together.im)).toEqual(alone.im);
    }
  });

  it('stays accurate at lengths that need the chirp algorithm with large angles', () => {
    const n = 10_007;
    const re = new Float64Array(n);
    re[1] = 1;
    const im = new Float64Array(n);
    new Fft(n).forward(re, im);
    const exact = Float64Array.from({ length: n }, (_, k) => Math.cos((2 * Math.PI * k) / n));
    expect(largestDifference(re, exact)).toBeLessThan(1e-11);
  });

  it('refuses lengths and arrays that do not fit', () => {
    expect(() => new Fft(0)).toThrow(/integer ≥ 1 for length but received 0/);
    expect(() => new Fft(4).forward(new Float64Array(4), new Float64Array(3))).toThrow(/4 values each/);
  });
});

describe('Fft2', () => {
  it.each([
    [1, 1],
    [5, 12],
    [16, 9],
    [17, 20],
  ])('equals transforms of rows, then columns, at %i×%i', (h, w) => {
    const re = noise(h * w, 7);
    const im = noise(h * w, 8);
    const fft = new Fft2(h, w);
    const a = re.slice();
    const b = im.slice();
    fft.forward(a, b);
    const rows = { re: re.slice(), im: im.slice() };
    for (let i = 0; i < h; i++) {
      const row = definition(re.subarray(i * w, (i + 1) * w), im.subarray(i * w, (i + 1) * w));
      rows.re.set(row.re, i * w);
      rows.im.set(row.im, i * w);
    }
    for (let j = 0; j < w; j++) {
      const column = definition(
        rows.re.filter((_, i) => i % w === j),
        rows.im.filter((_, i) => i % w === j),
      );
      for (let i = 0; i < h; i++) {
        expect(a[i * w + j]).toBeCloseTo(column.re[i], 10);
        expect(b[i * w + j]).toBeCloseTo(column.im[i], 10);
      }
    }
    fft.inverse(a, b);
    expect(largestDifference(a, re)).toBeLessThan(1e-13);
    expect(largestDifference(b, im)).toBeLessThan(1e-13);
  });
});

describe('fastLength', () => {
  it('is the smallest 5-smooth length that fits', () => {
    const smooth = (n: number): boolean => {
      for (const p of [2, 3, 5]) while (n % p === 0) n /= p;
      return n === 1;
    };
    for (let n = 1; n <= 700; n++) {
      let expected = n;
      while (!smooth(expected)) expected++;
      expect(fastLength(n)).toBe(expected);
    }
  });
});
