import type { RunFrame } from '../../src-main/contract/app/runs.ts';

/** Bytes of pictures that a run keeps for scrubbing. */
const DEFAULT_BUDGET = 192 * 2 ** 20;

/**
 * The frames of a run that are kept for scrubbing: all of them while they fit the budget, then every second, fourth …
 * one, so that what is left stays spread evenly over the run. The newest is always kept.
 */
export class KeptFrames {
  readonly #budget: number;
  #frames: readonly RunFrame[] = [];
  /** Of the frames that came, every so manyth is kept. */
  #stride = 1;
  #count = 0;

  constructor(budget = DEFAULT_BUDGET) {
    this.#budget = budget;
  }

  /** In order of their steps; a new array after each `add`. */
  get frames(): readonly RunFrame[] {
    return this.#frames;
  }

  /** Of all kept frames, bytes of pixels. */
  get bytes(): number {
    return this.#frames.reduce((sum, frame) => sum + bytesOf(frame), 0);
  }

  add(frame: RunFrame): void {
    // The one before was kept only because it was the newest.
    const settled = this.#isOnGrid(this.#count - 1) ? this.#frames : this.#frames.slice(0, -1);
    this.#frames = [...settled, frame];
    this.#count++;
    while (this.bytes > this.#budget && this.#frames.length > 2) this.#thin();
  }

  #thin(): void {
    this.#stride *= 2;
    this.#frames = this.#frames.filter((frame, index) => index % 2 === 0 || frame === this.#frames.at(-1));
  }

  #isOnGrid(index: number): boolean {
    return index % this.#stride === 0;
  }
}

function bytesOf({ state, denoised }: RunFrame): number {
  return state.bytes.length + denoised.bytes.length;
}
