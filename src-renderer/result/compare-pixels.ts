import type { Pixels, ScanContent } from '../../src-main/contract/app/values.ts';
import { invalidArgument } from '../../src-main/errors.ts';
import { scaleColour } from '../../src-main/tensor/colour-scale.ts';
import type { Rect } from '../canvas/geometry.ts';

/** What of two pictures is compared: all channels, how bright they are, or one channel. */
export const DIFFERENCES = ['colours', 'brightness', 'red', 'green', 'blue'] as const;
export type DifferenceOf = (typeof DIFFERENCES)[number];

/** Shares of red, green and blue: ITU-R BT.709's luma, of sRGB-encoded samples. */
const WEIGHTS: Readonly<Record<Exclude<DifferenceOf, 'colours'>, readonly [number, number, number]>> = {
  brightness: [0.2126, 0.7152, 0.0722],
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
};

/**
 * How two pictures of the same size differ: grey where they agree, brighter where `after` has more of a channel, darker
 * where it has less.
 * @param gain  times the difference, ≥ 1.
 * @param of  anything but the colours is shown as greys.
 * @throws invalid-argument when the sizes differ.
 */
export function differencePixels(before: Pixels, after: Pixels, gain: number, of: DifferenceOf = 'colours'): Pixels {
  if (before.width !== after.width || before.height !== after.height) {
    throw invalidArgument('after', `${before.width} × ${before.height} pixels`, `${after.width} × ${after.height}`);
  }
  const data = new Uint8ClampedArray(before.data.length);
  for (let i = 0; i < data.length; i += 4) {
    if (of === 'colours') {
      for (let c = i; c < i + 3; c++) data[c] = 128 + gain * (after.data[c] - before.data[c]);
    } else {
      let sum = 0;
      for (let c = 0; c < 3; c++) sum += WEIGHTS[of][c] * (after.data[i + c] - before.data[i + c]);
      data.fill(128 + gain * sum, i, i + 3);
    }
    data[i + 3] = 255;
  }
  return { width: before.width, height: before.height, data: new Uint8Array(data.buffer) };
}

/** A part of a picture. */
export function cropPixels(pixels: Pixels, { x, y, width, height }: Rect): Pixels {
  const data = new Uint8Array(4 * width * height);
  for (let row = 0; row < height; row++) {
    const start = 4 * ((y + row) * pixels.width + x);
    data.set(pixels.data.subarray(start, start + 4 * width), 4 * row * width);
  }
  return { width, height, data };
}

/** Numbers of a slice as grey levels of their window. */
export function scanPixels({ width, height, values, window }: ScanContent): Pixels {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const low = window.centre - window.width / 2;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const level = (255 * (view.getFloat32(4 * i, true) - low)) / window.width;
    data.fill(level, 4 * i, 4 * i + 3);
    data[4 * i + 3] = 255;
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}

/**
 * Deviations, grey, as colours: black where there is none, brightest at the largest of the picture, on a scale of square
 * roots, as a few large ones must not hide the many small ones.
 * @returns also the largest, on 0…255.
 */
export function deviationPixels({ width, height, data: grey }: Pixels): {
  readonly pixels: Pixels;
  readonly largest: number;
} {
  let largest = 0;
  for (let i = 0; i < grey.length; i += 4) largest = Math.max(largest, grey[i]);
  const data = new Uint8ClampedArray(grey.length);
  const colours = Array.from({ length: 256 }, (_, level) => scaleColour(Math.sqrt(level / Math.max(1, largest))));
  for (let i = 0; i < grey.length; i += 4) {
    data.set(colours[grey[i]], i);
    data[i + 3] = 255;
  }
  return { pixels: { width, height, data: new Uint8Array(data.buffer) }, largest };
}
