import { describe, expect, it } from 'vitest';
import { fromReduced, hasFinerDetail, reducedWindow } from '../../src-main/restore/reduced-window.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { zeros, type Tensor } from '../../src-main/tensor/tensor.ts';

const SIDE = 64;

/** A sum of waves of up to `highest` cycles a pixel, their amplitudes falling with frequency as in photographs. */
function picture(highest: number, noise = 0): Tensor {
  const random = new RandomGenerator(5);
  const x = zeros([1, 1, SIDE, SIDE]);
  for (let k = 0; k < 60; k++) {
    const radius = highest * random.uniform();
    const angle = 2 * Math.PI * random.uniform();
    const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    const [amplitude, phase] = [0.02 / (0.05 + radius), 2 * Math.PI * random.uniform()];
    x.data.forEach((_, i) => {
      x.data[i] += amplitude * Math.cos(2 * Math.PI * (u * (i % SIDE) + v * Math.floor(i / SIDE)) + phase) * 0.3;
    });
  }
  x.data.forEach((value, i) => (x.data[i] = value + noise * random.normal()));
  return x;
}

const nothing = new Uint8Array(SIDE * SIDE);
const window = (guess: Tensor, unknown = nothing) => ({ guess, unknown, tau: new Float32Array(SIDE * SIDE) });

describe('detail finer than half the size', () => {
  it('is seen in photographs, and not in pictures made too large', () => {
    expect(hasFinerDetail(window(picture(0.5)))).toBe(true);
    expect(hasFinerDetail(window(picture(0.12)))).toBe(false);
  });

  it('is grain too', () => {
    expect(hasFinerDetail(window(picture(0.12, 0.02)))).toBe(true);
  });

  it('is not what rounding leaves on an even surface', () => {
    const flat = picture(0.01);
    flat.data.forEach((value, i) => (flat.data[i] = Math.round(value * 127.5) / 127.5));
    expect(hasFinerDetail(window(flat))).toBe(false);
  });

  it('is presumed where too little is known to tell', () => {
    expect(
      hasFinerDetail(
        window(
          picture(0.05),
          nothing.map((_, i) => (i < SIDE * (SIDE - 8) ? 1 : 0)),
        ),
      ),
    ).toBe(true);
  });

  it('is not looked for in the hole', () => {
    const x = picture(0.12);
    const hole = nothing.map((_, i) => (i % SIDE > 20 && i % SIDE < 26 ? 1 : 0));
    x.data.forEach((value, i) => (x.data[i] = hole[i] !== 0 ? (i % 2) - 0.5 : value));
    expect(hasFinerDetail(window(x, hole))).toBe(false);
  });
});

describe('a window at half its size', () => {
  it('is to be restored wherever one of four pixels is, as doubtful as the four on average', () => {
    const unknown = nothing.slice();
    unknown[SIDE * 3 + 5] = 1;
    const tau = new Float32Array(SIDE * SIDE);
    tau[SIDE * 3 + 5] = 0.2;
    const small = reducedWindow({ guess: picture(0.1), unknown, tau });
    expect(small.guess.shape).toEqual([1, 1, SIDE / 2, SIDE / 2]);
    const at = (SIDE / 2) * 1 + 2;
    expect(small.unknown[at]).toBe(1);
    expect(small.tau[at]).toBeCloseTo(0.05, 6);
    expect(small.unknown.reduce((sum, v) => sum + v, 0)).toBe(1);
  });

  it('gives the guess its own sharpness back', () => {
    const guess = picture(0.5);
    const { guess: small } = reducedWindow(window(guess));
    expect(fromReduced(guess, small, small).data).toEqual(guess.data);
    const brighter = { ...small, data: small.data.map((value) => value + 0.1) };
    const found = fromReduced(guess, small, brighter).data;
    found.forEach((value, i) => expect(value).toBeCloseTo(guess.data[i] + 0.1, 5));
  });
});
