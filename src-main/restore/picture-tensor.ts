import { channelCount, type Picture } from '../tensor/picture.ts';
import { zeros, type Tensor } from '../tensor/tensor.ts';
import type { Rect } from './region.ts';

/** Number of colour channels of a picture without alpha. */
export function colourChannels(picture: Picture): 1 | 3 {
  return picture.mode === 'gray' || picture.mode === 'gray-alpha' ? 1 : 3;
}

/** Largest sample value of the picture's bit depth. */
export function maxSample(picture: Picture): 255 | 65535 {
  return picture.bitDepth === 8 ? 255 : 65535;
}

/**
 * Reads a rectangle, reduced by an integer factor, into a [1, channels, h, w] tensor in [−1, 1].
 *
 * Reduction averages only the known pixels of each factor × factor block, so that damage never bleeds into the
 * coarse picture; a block is unknown where no pixel of it is known. Grey pictures fill every channel asked for.
 *
 * @param mask    non-zero = unknown, picture-sized; undefined = everything is known.
 * @param factor  1, 2, 4 …; the block at the rectangle's right and bottom edge may be partial.
 * @returns x with zeros where unknown; unknown is 1 there and 0 elsewhere, h × w.
 */
export function readTensor(
  picture: Picture,
  mask: Uint8Array | undefined,
  rect: Rect,
  factor: number,
  channels: 1 | 3,
): { x: Tensor; unknown: Uint8Array } {
  const width = Math.ceil(rect.width / factor);
  const height = Math.ceil(rect.height / factor);
  const x = zeros([1, channels, height, width]);
  const unknown = new Uint8Array(width * height);
  const stride = channelCount(picture.mode);
  const colours = colourChannels(picture);
  const gain = 2 / maxSample(picture);
  const plane = width * height;
  const sum = [0, 0, 0];
  for (let oy = 0; oy < height; oy++) {
    const top = rect.y + oy * factor;
    const bottom = Math.min(top + factor, rect.y + rect.height);
    for (let ox = 0; ox < width; ox++) {
      const left = rect.x + ox * factor;
      const right = Math.min(left + factor, rect.x + rect.width);
      sum.fill(0);
      let known = 0;
      for (let py = top; py < bottom; py++) {
        for (let px = left; px < right; px++) {
          const pixel = py * picture.width + px;
          if (mask !== undefined && mask[pixel] !== 0) continue;
          known++;
          for (let c = 0; c < colours; c++) sum[c] += picture.data[pixel * stride + c];
        }
      }
      const out = oy * width + ox;
      if (known === 0) unknown[out] = 1;
      else {
        for (let c = 0; c < channels; c++) x.data[c * plane + out] = sum[Math.min(c, colours - 1)] * (gain / known) - 1;
      }
    }
  }
  return { x, unknown };
}

/**
 * Writes the pixels of `x` that are painted and inside `core` into `samples`, rounded to the bit depth; everything
 * else, alpha included, stays as it is to the bit. A grey picture gets the mean of the channels.
 * @param x      [1, c, frame.height, frame.width] in [−1, 1] (clipped).
 */
export function writePainted(
  picture: Picture,
  samples: Uint8Array | Uint16Array,
  mask: Uint8Array,
  frame: Rect,
  core: Rect,
  x: Tensor,
): void {
  const stride = channelCount(picture.mode);
  const colours = colourChannels(picture);
  const channels = x.shape[1];
  const plane = frame.width * frame.height;
  const top = maxSample(picture);
  for (let py = core.y; py < core.y + core.height; py++) {
    for (let px = core.x; px < core.x + core.width; px++) {
      const pixel = py * picture.width + px;
      if (mask[pixel] === 0) continue;
      const at = (py - frame.y) * frame.width + (px - frame.x);
      if (colours === 1) {
        let mean = 0;
        for (let c = 0; c < channels; c++) mean += x.data[c * plane + at] / channels;
        samples[pixel * stride] = quantize(mean, top);
      } else {
        for (let c = 0; c < 3; c++) samples[pixel * stride + c] = quantize(x.data[c * plane + at], top);
      }
    }
  }
}

/** An 8-bit picture without metadata from a [1, c, h, w] tensor in [−1, 1], clipped; c is 1 (grey) or 3. */
export function tensorToPicture({ shape: [, channels, height, width], data }: Tensor): Picture {
  const plane = height * width;
  const samples = new Uint8Array(plane * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) samples[i * channels + c] = quantize(data[c * plane + i], 255);
  }
  const mode = channels === 1 ? 'gray' : 'rgb';
  return { width, height, mode, bitDepth: 8, data: samples, metadata: { orientation: 1 } };
}

/** [−1, 1] → 0…top, clipped and rounded. */
export function quantize(value: number, top: number): number {
  const scaled = Math.round((value + 1) * 0.5 * top);
  return scaled < 0 ? 0 : scaled > top ? top : scaled;
}
