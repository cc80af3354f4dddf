import { LangevinError } from '../errors.ts';
import { elementCount, sampleSize, type Shape, type Tensor } from './tensor.ts';

/**
 * Seeded generator of uniform and standard normal numbers: xoshiro128** (Blackman & Vigna 2021) seeded by
 * SplitMix32, normals by Marsaglia's polar method. Same seed, same numbers, on every host.
 */
export class RandomGenerator {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | undefined;

  /**
   * @param seed  any safe integer ≥ 0; `path` derives an independent stream from it (sample index, window index …).
   * @throws invalid-argument for a seed that is not a safe non-negative integer.
   */
  constructor(seed: number, ...path: number[]) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new LangevinError('invalid-argument', `The seed must be an integer from 0 to 2^53 − 1, not ${seed}.`);
    }
    let state = 0x9e3779b9;
    const absorb = (word: number): void => {
      state = mix(state ^ (word >>> 0));
    };
    for (const part of [seed, ...path]) {
      absorb(part);
      absorb(Math.floor(part / 2 ** 32));
    }
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      return mix(state);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** A 32-bit unsigned integer. */
  uint32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** Uniform on [0, 1), 32 bits. */
  uniform(): number {
    return this.uint32() * 2 ** -32;
  }

  /** Standard normal. */
  normal(): number {
    if (this.#spare !== undefined) {
      const value = this.#spare;
      this.#spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const r = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = v * r;
      return u * r;
    }
  }

  /** Fills `out` with standard normals. */
  fillNormal(out: Float32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.normal();
  }

  /** Fills `out` with ±1, each with probability ½. */
  fillRademacher(out: Float32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.uint32() & 0x80000000 ? -1 : 1;
  }
}

/**
 * One generator per sample of a batch, so that sample i draws the same numbers whatever the batch size.
 */
export class BatchRandom {
  readonly generators: readonly RandomGenerator[];

  constructor(generators: readonly RandomGenerator[]) {
    this.generators = generators;
  }

  /** Streams (seed, first), (seed, first + 1), … for `n` samples. */
  static seeded(seed: number, n: number, first = 0): BatchRandom {
    return new BatchRandom(Array.from({ length: n }, (_, i) => new RandomGenerator(seed, first + i)));
  }

  /**
   * Standard normal tensor; sample i comes from generator i.
   * @throws invalid-shape when shape[0] is not the number of generators.
   */
  normal(shape: Shape): Tensor {
    return this.#fill(shape, (generator, out) => generator.fillNormal(out));
  }

  /** ±1 tensor; sample i comes from generator i. */
  rademacher(shape: Shape): Tensor {
    return this.#fill(shape, (generator, out) => generator.fillRademacher(out));
  }

  #fill(shape: Shape, fill: (generator: RandomGenerator, out: Float32Array) => void): Tensor {
    if (shape[0] !== this.generators.length) {
      throw new LangevinError(
        'invalid-shape',
        `Noise for ${shape[0]} samples was asked of ${this.generators.length} generators; they must be equal.`,
      );
    }
    const data = new Float32Array(elementCount(shape));
    const size = sampleSize(shape);
    this.generators.forEach((generator, i) => fill(generator, data.subarray(i * size, (i + 1) * size)));
    return { shape, data };
  }
}

function mix(z: number): number {
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}
