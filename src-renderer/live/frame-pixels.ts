import type { StepFrame } from '../../src-main/contract/jobs.ts';
import type { Pixels } from '../../src-main/contract/app/values.ts';
import { invalidArgument } from '../../src-main/errors.ts';

/**
 * RGBA pixels of a frame with 1 (grey) or 3 channels.
 * @throws invalid-argument for other channels, or bytes that do not fit the size.
 */
export function framePixels({ width, height, channels, bytes }: StepFrame): Pixels {
  if (channels !== 1 && channels !== 3) throw invalidArgument('channels', '1 or 3', channels);
  if (bytes.length !== width * height * channels) {
    throw invalidArgument('bytes', `${width * height * channels} samples`, bytes.length);
  }
  const data = new Uint8Array(4 * width * height);
  const green = channels === 3 ? 1 : 0;
  for (let from = 0, to = 0; to < data.length; from += channels, to += 4) {
    data[to] = bytes[from];
    data[to + 1] = bytes[from + green];
    data[to + 2] = bytes[from + 2 * green];
    data[to + 3] = 255;
  }
  return { width, height, data };
}

/** A canvas that holds the pixels, to be drawn at any size; undefined where there is no 2-D canvas. */
export function pixelCanvas({ width, height, data }: Pixels): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const clamped = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  context.putImageData(new ImageData(clamped, width, height), 0, 0);
  return canvas;
}
