export interface IdleEndOptions {
  /** Without a page, milliseconds. */
  readonly afterMs: number;
  /** Whether something is computed: then the end waits, as long again. */
  readonly isBusy: () => boolean;
  readonly end: () => void;
}

/** Ends a program at which nobody looks any more, and which has nothing left to do. */
export class IdleEnd {
  readonly #options: IdleEndOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: IdleEndOptions) {
    this.#options = options;
  }

  /** @param count  pages that are open now. */
  pages(count: number): void {
    this.cancel();
    if (count === 0) this.#wait();
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const { afterMs, isBusy, end } = this.#options;
    this.#timer = setTimeout(() => {
      if (isBusy()) this.#wait();
      else end();
    }, afterMs);
  }
}
