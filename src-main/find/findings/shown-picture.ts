import { channelCount, type Picture } from '../../tensor/picture.ts';
import type { ShownPicture } from './caution.ts';

/** A picture as displayed, in 8-bit RGBA; grey in all three colours, transparency left out. */
export function shownPicture({ width, height, mode, bitDepth, data }: Picture): ShownPicture {
  const channels = channelCount(mode);
  const shift = bitDepth === 8 ? 0 : 8;
  const out = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0, from = 0; i < out.length; i += 4, from += channels) {
    for (let c = 0; c < 3; c++) out[i + c] = data[from + (channels < 3 ? 0 : c)] >> shift;
  }
  return { width, height, data: out };
}
