import { enlarge, halve } from '../fill/reduce.ts';
import { linear, type Tensor } from '../tensor/tensor.ts';

/** What a run works on: a window with what it is to begin from. */
export interface WindowContent {
  /** Known pixels with a guess of the others, [1, c, h, w]. */
  readonly guess: Tensor;
  /** h × w, non-zero = to be restored. */
  readonly unknown: Uint8Array;
  /** h × w, expected error of the guess, 0 at known pixels. */
  readonly tau: Float32Array;
}

/**
 * The finest octave is so much weaker than the next in pictures without detail there: 0.19 to 0.29 in photographs enlarged
 * twofold, 0.34 to 0.43 in those enlarged by half, 0.58 and more in all others (14 validation photographs and scans).
 */
const FINEST_SHARE = 0.31;
/** What rounding to 8 bits adds to it: 0.29 of a step before the filter, which halves white noise. */
const ROUNDING = 0.15 / 127.5;
/** Known pixels that a judgement needs. */
const ENOUGH = 1000;

/**
 * Whether everything around the hole can be seen in a picture of half the size: scans are often made at a finer resolution
 * than the print has. Measured by the fourth difference along rows and columns, which passes the finest octave, of the known
 * pixels at full and at half size.
 */
export function hasFinerDetail({ guess, unknown }: WindowContent): boolean {
  const finest = fourthDifference(guess, unknown);
  const half = halve({ x: guess, unknown });
  const next = fourthDifference(half.x, half.unknown);
  if (finest === undefined || next === undefined) return true;
  return finest ** 2 - ROUNDING ** 2 > (FINEST_SHARE * next) ** 2;
}

/** The window at half its size; a pixel is to be restored where one of its four is, as doubtful as they are on average. */
export function reducedWindow({ guess, unknown, tau }: WindowContent): WindowContent {
  const [, , height, width] = guess.shape;
  const small = halve({ x: guess, unknown: new Uint8Array(unknown.length) }).x;
  const [, , h2, w2] = small.shape;
  const smallUnknown = new Uint8Array(h2 * w2);
  const smallTau = new Float32Array(h2 * w2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [y * width + x, (y >> 1) * w2 + (x >> 1)];
      if (unknown[from] === 0) continue;
      smallUnknown[to] = 1;
      smallTau[to] += tau[from] / 4;
    }
  }
  return { guess: small, unknown: smallUnknown, tau: smallTau };
}

/** The guess, changed by what a run at half the size found: its own sharpness stays. */
export function fromReduced(guess: Tensor, small: Tensor, found: Tensor): Tensor {
  const [, , height, width] = guess.shape;
  const change = enlarge(linear(1, found, -1, small), { x: 0, y: 0 }, 2, { x: 0, y: 0, width, height });
  return linear(1, guess, 1, change);
}

/** Root mean square of (1, −4, 6, −4, 1)/16 over rows and columns of known pixels; undefined where too few are known. */
function fourthDifference({ shape, data }: Tensor, unknown: Uint8Array): number | undefined {
  const [, channels, height, width] = shape;
  let [sum, count] = [0, 0];
  for (const [step, along, across] of [
    [1, width, height],
    [width, height, width],
  ]) {
    const other = step === 1 ? width : 1;
    for (let line = 0; line < across; line++) {
      for (let i = 2; i < along - 2; i++) {
        const at = line * other + i * step;
        if (
          unknown[at - 2 * step] + unknown[at - step] + unknown[at] + unknown[at + step] + unknown[at + 2 * step] >
          0
        ) {
          continue;
        }
        for (let c = 0; c < channels; c++) {
          const p = c * height * width + at;
          const value = data[p - 2 * step] - 4 * data[p - step] + 6 * data[p] - 4 * data[p + step] + data[p + 2 * step];
          sum += (value / 16) ** 2;
          count++;
        }
      }
    }
  }
  return count < ENOUGH ? undefined : Math.sqrt(sum / count);
}
