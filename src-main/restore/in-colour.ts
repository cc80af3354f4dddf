import { channelCount, type Picture } from '../tensor/picture.ts';
import { colourChannels } from './picture-tensor.ts';

/** The same picture with three equal channels where it had one. */
export function inColour(picture: Picture): Picture {
  if (colourChannels(picture) === 3) return picture;
  const from = channelCount(picture.mode);
  const to = from === 1 ? 3 : 4;
  const pixels = picture.width * picture.height;
  const data = picture.bitDepth === 8 ? new Uint8Array(pixels * to) : new Uint16Array(pixels * to);
  for (let i = 0; i < pixels; i++) {
    data.fill(picture.data[i * from], i * to, i * to + 3);
    if (to === 4) data[i * to + 3] = picture.data[i * from + 1];
  }
  return { ...picture, mode: to === 3 ? 'rgb' : 'rgb-alpha', data };
}
