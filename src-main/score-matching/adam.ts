/** Adam (Kingma & Ba 2015, algorithm 1) with β₁ = .9, β₂ = .999, ε = 1e-8. */
export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  /** @param count  number of parameters. */
  constructor(count: number) {
    this.#first = new Float64Array(count);
    this.#second = new Float64Array(count);
  }

  /** Moves the parameters against the gradient, in place. */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    this.#steps++;
    const first = 1 - 0.9 ** this.#steps;
    const second = 1 - 0.999 ** this.#steps;
    for (let i = 0; i < parameters.length; i++) {
      this.#first[i] += 0.1 * (gradient[i] - this.#first[i]);
      this.#second[i] += 0.001 * (gradient[i] * gradient[i] - this.#second[i]);
      parameters[i] -= (rate * (this.#first[i] / first)) / (Math.sqrt(this.#second[i] / second) + 1e-8);
    }
  }
}
