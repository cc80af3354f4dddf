/**
 * A queue between two parts of the pipeline. The faster part waits, so that memory stays bounded: in all, the things in
 * it weigh at most the capacity, or there is only one.
 */
export class BoundedQueue<T> {
  readonly #capacity: number;
  readonly #things: { readonly thing: T; readonly weight: number }[] = [];
  #weight = 0;
  #closed = false;
  #wake: (() => void)[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Waits for room. Things pushed after `close` are dropped. */
  async push(thing: T, weight: number): Promise<void> {
    while (!this.#closed && this.#things.length > 0 && this.#weight + weight > this.#capacity) await this.#change();
    if (this.#closed) return;
    this.#things.push({ thing, weight });
    this.#weight += weight;
    this.#changed();
  }

  /** The next thing; undefined once the queue is closed and empty. */
  async take(): Promise<T | undefined> {
    while (this.#things.length === 0 && !this.#closed) await this.#change();
    const first = this.#things.shift();
    if (first === undefined) return undefined;
    this.#weight -= first.weight;
    this.#changed();
    return first.thing;
  }

  /** No more things will come. */
  close(): void {
    this.#closed = true;
    this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
