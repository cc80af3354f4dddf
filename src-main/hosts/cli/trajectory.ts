import { createRequire } from 'node:module';
import { parse } from 'node:path';
import type * as gifenc from 'gifenc';
import type { JobProgress, StepFrame } from '../../contract/jobs.ts';
import { LangevinError } from '../../errors.ts';
import { encodePicture } from '../../images/encode.ts';
import { ContactSheet } from '../../restore/contact-sheet.ts';
import type { Picture } from '../../tensor/picture.ts';

/** Steps of a strip: more are not told apart. */
const MOST_COLUMNS = 12;
/** Milliseconds of a frame of an animation, and of the last one, the picture. */
const DELAY_MS = 80;
const LAST_MS = 1500;

/** Collects the steps of one picture: x_t and the estimate of x0. */
export class Trajectory {
  readonly #kind: 'gif' | 'strip';
  readonly #steps: { readonly state: StepFrame; readonly denoised: StepFrame }[] = [];

  /**
   * @param path  .gif: x_t and x̂0 side by side, moving; .png: two rows of chosen steps.
   * @throws unsupported-format for another ending
   */
  constructor(path: string) {
    const ending = parse(path).ext.toLowerCase();
    if (ending !== '.gif' && ending !== '.png') {
      throw new LangevinError('unsupported-format', `A trajectory is written as .gif or .png, not as ${path}.`);
    }
    this.#kind = ending === '.gif' ? 'gif' : 'strip';
  }

  /** A step with raw frames. */
  add({ state, denoised }: JobProgress): void {
    if (state !== undefined && denoised !== undefined) this.#steps.push({ state, denoised });
  }

  /** The file. */
  async bytes(): Promise<Uint8Array> {
    return this.#kind === 'gif' ? this.#gif() : await this.#strip();
  }

  async #strip(): Promise<Uint8Array> {
    const count = Math.min(MOST_COLUMNS, this.#steps.length);
    const chosen = Array.from({ length: count }, (_, i) => {
      return this.#steps[count === 1 ? 0 : Math.round((i * (this.#steps.length - 1)) / (count - 1))];
    });
    const sheet = new ContactSheet(count);
    for (const { state } of chosen) sheet.add(pictureOf(state));
    for (const { denoised } of chosen) sheet.add(pictureOf(denoised));
    return encodePicture(sheet.picture(), { format: 'png' });
  }

  #gif(): Uint8Array {
    // Its CommonJS form, the one that Node.js takes, names no exports that `import` would find.
    const { applyPalette, GIFEncoder, quantize } = createRequire(import.meta.url)('gifenc') as typeof gifenc;
    const encoder = GIFEncoder();
    this.#steps.forEach(({ state, denoised }, i) => {
      const { width, height, rgba } = sideBySide(state, denoised);
      const palette = quantize(rgba, 256);
      const delay = i === this.#steps.length - 1 ? LAST_MS : DELAY_MS;
      encoder.writeFrame(applyPalette(rgba, palette), width, height, { palette, delay });
    });
    encoder.finish();
    return encoder.bytes();
  }
}

function pictureOf({ width, height, channels, bytes }: StepFrame): Picture {
  const mode = channels === 1 ? 'gray' : 'rgb';
  return { width, height, mode, bitDepth: 8, data: bytes, metadata: { orientation: 1 } };
}

function sideBySide(left: StepFrame, right: StepFrame): { width: number; height: number; rgba: Uint8Array } {
  const { width, height, channels } = left;
  const rgba = new Uint8Array(2 * width * height * 4).fill(255);
  [left, right].forEach(({ bytes }, side) => {
    for (let i = 0; i < width * height; i++) {
      const to = 4 * (Math.floor(i / width) * 2 * width + side * width + (i % width));
      for (let c = 0; c < 3; c++) rgba[to + c] = bytes[i * channels + Math.min(c, channels - 1)];
    }
  });
  return { width: 2 * width, height, rgba };
}
