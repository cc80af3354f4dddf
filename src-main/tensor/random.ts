import { LangevinError } from '../errors.ts';
import { elementCount, sampleSize, type Shape, type Tensor } from './tensor.ts';

/**
 * Seeded generator of uniform and standard normal numbers: xoshiro128** (Blackman & Vigna 2021) seeded by
 * SplitMix32, normals by the ziggurat with 128 layers (Marsaglia & Tsang 2000) whose layer and position come from
 * disjoint bits of one word, as Doornik (2005) asks. Same seed, same numbers, on every host.
 */
export class RandomGenerator {
  readonly #state = new Int32Array(4);

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
    for (let i = 0; i < 4; i++) {
      state = (state + 0x9e3779b9) | 0;
      this.#state[i] = mix(state);
    }
    this.#state[3] |= 1;
  }

  /** A 32-bit unsigned integer. */
  uint32(): number {
    const s = this.#state;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result >>> 0;
  }

  /** Uniform on [0, 1), 32 bits. */
  uniform(): number {
    return this.uint32() * 2 ** -32;
  }

  /** Standard normal. */
  normal(): number {
    for (;;) {
      const word = this.uint32();
      const layer = word & 127;
      // The upper 25 bits, as a signed position in [−2²⁴, 2²⁴).
      const position = (word | 0) >> 7;
      if (Math.abs(position) < LAYER_INSIDE[layer]) return position * LAYER_SCALE[layer];
      const x = this.#layerEdge(layer, position);
      if (x !== undefined) return x;
    }
  }

  /** Fills `out` with standard normals; the same numbers as repeated `normal()`. */
  fillNormal(out: Float32Array): void {
    const s = this.#state;
    // The state lives in local variables here: this loop is the samplers' largest cost beside the network.
    let [a, b, c, d] = s;
    for (let i = 0; i < out.length; i++) {
      const product = Math.imul(b, 5);
      const word = Math.imul((product << 7) | (product >>> 25), 9);
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
      const layer = word & 127;
      const position = word >> 7;
      if ((position < 0 ? -position : position) < LAYER_INSIDE[layer]) {
        out[i] = position * LAYER_SCALE[layer];
        continue;
      }
      s[0] = a;
      s[1] = b;
      s[2] = c;
      s[3] = d;
      out[i] = this.#layerEdge(layer, position) ?? this.normal();
      [a, b, c, d] = s;
    }
    s[0] = a;
    s[1] = b;
    s[2] = c;
    s[3] = d;
  }

  /** Fills `out` with ±1, each with probability ½. */
  fillRademacher(out: Float32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.uint32() & 0x80000000 ? -1 : 1;
  }

  /** The slow 1.5 % of draws: the tail beyond the base layer and the wedges; undefined = rejected, draw again. */
  #layerEdge(layer: number, position: number): number | undefined {
    if (layer === 0) {
      for (;;) {
        const x = -Math.log(1 - this.uniform()) / TAIL_START;
        const y = -Math.log(1 - this.uniform());
        if (2 * y >= x * x) return position < 0 ? -(TAIL_START + x) : TAIL_START + x;
      }
    }
    const x = position * LAYER_SCALE[layer];
    const low = LAYER_DENSITY[layer];
    const high = LAYER_DENSITY[layer + 1];
    return low + this.uniform() * (high - low) < Math.exp(-0.5 * x * x) ? x : undefined;
  }
}

// Ziggurat of 128 layers of equal area V under exp(−x²/2); layer 0 is the base strip with the tail beyond R.
const TAIL_START = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;
const LAYER_SCALE = new Float64Array(128);
const LAYER_INSIDE = new Float64Array(128);
const LAYER_DENSITY = new Float64Array(129);
{
  const edge = new Float64Array(129);
  edge[0] = LAYER_AREA / Math.exp(-0.5 * TAIL_START * TAIL_START);
  edge[1] = TAIL_START;
  for (let i = 2; i < 128; i++) {
    edge[i] = Math.sqrt(-2 * Math.log(LAYER_AREA / edge[i - 1] + Math.exp(-0.5 * edge[i - 1] ** 2)));
  }
  edge[128] = 0;
  for (let i = 0; i < 128; i++) {
    LAYER_SCALE[i] = edge[i] / 2 ** 24;
    LAYER_INSIDE[i] = (edge[i + 1] / edge[i]) * 2 ** 24;
  }
  for (let i = 0; i <= 128; i++) LAYER_DENSITY[i] = Math.exp(-0.5 * edge[i] ** 2);
}

/**
 * One generator per sample of a batch, so that sample i draws the same numbers whatever the batch size.
 */
export class BatchRandom {
  readonly generators: readonly RandomGenerator[];
  readonly #sign: 1 | -1;
  #passing = new Float32Array(0);

  /** @param sign  of all normals: −1 gives the antithetic numbers of the same generators. */
  constructor(generators: readonly RandomGenerator[], sign: 1 | -1 = 1) {
    this.generators = generators;
    this.#sign = sign;
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
    return this.#fill(shape, new Float32Array(elementCount(shape)), (generator, out) => this.#draw(generator, out));
  }

  /**
   * The same numbers in memory that the next call takes again: for noise that is added to something at once, of which
   * every step of a sampler has some.
   * @throws invalid-shape as `normal`.
   */
  passingNormal(shape: Shape): Tensor {
    const count = elementCount(shape);
    if (this.#passing.length !== count) this.#passing = new Float32Array(count);
    return this.#fill(shape, this.#passing, (generator, out) => this.#draw(generator, out));
  }

  /** ±1 tensor; sample i comes from generator i. */
  rademacher(shape: Shape): Tensor {
    const data = new Float32Array(elementCount(shape));
    return this.#fill(shape, data, (generator, out) => generator.fillRademacher(out));
  }

  #draw(generator: RandomGenerator, out: Float32Array): void {
    generator.fillNormal(out);
    if (this.#sign < 0) for (let i = 0; i < out.length; i++) out[i] = -out[i];
  }

  #fill(shape: Shape, data: Float32Array, fill: (generator: RandomGenerator, out: Float32Array) => void): Tensor {
    if (shape[0] !== this.generators.length) {
      throw new LangevinError(
        'invalid-shape',
        `Noise for ${shape[0]} samples was asked of ${this.generators.length} generators; they must be equal.`,
      );
    }
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
