import { RandomGenerator } from '../src-main/tensor/random.ts';

/** Seeded choices. */
export class FuzzRandom {
  readonly #generator: RandomGenerator;

  /** @param path  target and index of the case. */
  constructor(seed: number, ...path: number[]) {
    this.#generator = new RandomGenerator(seed, ...path);
  }

  /** Uniform on [0, 1). */
  uniform(): number {
    return this.#generator.uniform();
  }

  /** An integer from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.uniform() * (most - least + 1));
  }

  /** @param probability  from 0 to 1. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.uniform() * values.length)];
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#generator.uint32() & 0xff);
  }
}
