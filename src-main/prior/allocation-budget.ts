import type { LargestTensor } from './differentiate/largest-tensor.ts';

/** Chromium's malloc ends the process at 2 GiB less its own page; kept a little below. */
const ELECTRON_BYTES = 2 ** 31 - 2 ** 23;

/** Largest side that tiles may have. */
const LARGEST_SIDE = 4096;

/**
 * What may be asked of malloc in one piece, bytes. Under Electron it is Chromium's, which ends the process when it is asked
 * for 2 GiB (electron/electron#44291).
 */
export function allocationBudget(versions: Readonly<Record<string, string | undefined>> = process.versions): number {
  return versions.electron === undefined ? Infinity : ELECTRON_BYTES;
}

/**
 * Most pixels that a network may be given at once for no tensor of its evaluation to be larger than the budget.
 * @param samplesPerRun  how many samples of a size are evaluated together.
 * @returns undefined where any tile fits; 0 where not even one of a stride does.
 */
export function mostPixelsWithin(
  budget: number,
  largest: LargestTensor,
  stride: number,
  samplesPerRun: (height: number, width: number) => number,
): number | undefined {
  const fits = (strides: number): boolean => {
    const side = strides * stride;
    return largest(samplesPerRun(side, side), side, side) <= budget;
  };
  const most = Math.floor(LARGEST_SIDE / stride);
  if (fits(most)) return undefined;
  // The first fits, the second does not.
  let [least, above] = [0, most];
  while (above - least > 1) {
    const middle = Math.floor((least + above) / 2);
    if (fits(middle)) least = middle;
    else above = middle;
  }
  return (least * stride) ** 2;
}
