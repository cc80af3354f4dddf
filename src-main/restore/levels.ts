import { LangevinError } from '../errors.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';
import { colourChannels } from './picture-tensor.ts';
import type { Rect } from './region.ts';

/** What of a picture does not enter its 8-bit levels, in sentences for people. */
export function levelNotices(picture: Picture, channels: 1 | 3): string[] {
  const notices: string[] = [];
  if (picture.bitDepth === 16) {
    notices.push('The picture has 16 bits; it is rounded to 8, for which bits per dimension are defined.');
  }
  if (picture.mode === 'gray-alpha' || picture.mode === 'rgb-alpha') notices.push('Its transparency is left out.');
  if (channels === 3 && colourChannels(picture) === 1) {
    notices.push('The picture is grey; it is measured as a colour picture of equal channels.');
  }
  return notices;
}

/**
 * The 8-bit levels of a rectangle, channel by channel, [channels, height, width].
 * @throws unsupported-combination for a colour picture where one channel is asked for
 */
export function readLevels(picture: Picture, { x, y, width, height }: Rect, channels: 1 | 3): Uint8Array {
  const colours = colourChannels(picture);
  if (colours > channels) {
    throw new LangevinError(
      'unsupported-combination',
      'The model takes grey pictures but this one is in colour. Choose a model for colour pictures, or make it grey.',
    );
  }
  const samples = channelCount(picture.mode);
  const divisor = picture.bitDepth === 8 ? 1 : 257;
  const levels = new Uint8Array(channels * width * height);
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const pixel = (y + row) * picture.width + x + column;
        const value = picture.data[pixel * samples + Math.min(c, colours - 1)];
        levels[(c * height + row) * width + column] = Math.round(value / divisor);
      }
    }
  }
  return levels;
}
