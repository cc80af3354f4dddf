import { applyPalette, GIFEncoder, quantize } from 'gifenc';

/** How long the last picture of a film stays, milliseconds. */
const LAST_MS = 1500;

/** An animated GIF, 256 colours a picture, the first to the last in the order in which they are added. */
export class GifFilm {
  readonly #encoder = GIFEncoder();
  readonly #delay: number;

  /** @param delay  how long a picture stays, milliseconds; the last stays longer. */
  constructor(delay: number) {
    this.#delay = delay;
  }

  add({ data, width, height }: ImageData, isLast: boolean): void {
    const palette = quantize(data, 256);
    const delay = isLast ? LAST_MS : this.#delay;
    this.#encoder.writeFrame(applyPalette(data, palette), width, height, { palette, delay });
  }

  /** The file; nothing can be added after it. */
  finish(): Uint8Array {
    this.#encoder.finish();
    return this.#encoder.bytes();
  }
}
