import { channelCount, type Picture } from '../tensor/picture.ts';
import { histogram, quantile } from './suggest.ts';

/** Share of the samples that may become black or white: dust, and the edge of the film. */
const CLIPPED = 0.002;

/**
 * A film negative as a positive: in every channel the film's own base, which is the lightest there is, becomes black, the densest
 * place white, and what lies between is exchanged in proportion. The orange of colour negatives is a different base in each
 * channel, so that it goes with that. Alpha stays; a channel of one value stays as it is.
 */
export function positive(picture: Picture): Picture {
  const channels = channelCount(picture.mode);
  const top = picture.bitDepth === 8 ? 255 : 65535;
  const data = picture.data.slice();
  for (const [c, bins] of histogram(picture).entries()) {
    const [low, high] = [top * quantile(bins, CLIPPED), top * quantile(bins, 1 - CLIPPED)];
    if (high <= low) continue;
    for (let i = c; i < data.length; i += channels) {
      data[i] = Math.round(top * Math.min(1, Math.max(0, (high - data[i]) / (high - low))));
    }
  }
  return { ...picture, data };
}
