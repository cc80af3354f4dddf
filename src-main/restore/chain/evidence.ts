import { fillPicture, paintFill } from '../fill-picture.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import { colourChannels, maxSample } from '../picture-tensor.ts';
import type { PictureRequest, RestoreEvent, RestoreHost } from '../request.ts';
import { LEAST_SIGMA, type Evidence } from './measure-chain.ts';

/** From this opacity on, of 255, nothing is seen through damage. */
const OPAQUE = 242;
/** What damage that covers a picture differs from it by, standard deviation on [−1, 1]. */
const COVER = 0.5;

/**
 * What is known of each pixel: those under the mask are filled, with the fill's own expected error. Of a soft mask, the
 * pixel as it is and the fill are two measurements, which become one of the mean by precision: with opacity m the pixel is
 * (1 − m)·picture + m·cover, hence off by m/(1 − m) times what the cover differs.
 */
export async function* evidenceOf(
  { picture, mask, options }: PictureRequest,
  { signal }: RestoreHost,
): AsyncGenerator<RestoreEvent, Evidence> {
  if (mask === undefined || mask.every((value) => value === 0)) return { known: picture, error: undefined };
  const request = { picture, mask, seed: options.seed };
  const fill = await fillPicture(request, { signal });
  for (const { message } of fill.notices) yield { type: 'notice', message };
  const error = new Float32Array(mask.length);
  for (const { core, frame, tau } of fill.windows) {
    for (let y = core.y; y < core.y + core.height; y++) {
      for (let x = core.x; x < core.x + core.width; x++) {
        const at = y * picture.width + x;
        if (mask[at] !== 0) error[at] = Math.max(LEAST_SIGMA, tau[(y - frame.y) * frame.width + x - frame.x]);
      }
    }
  }
  const filled = paintFill(request, fill);
  // A mask of black and white only says 0 and 1.
  const isSoft = options.damage?.softMask === true && mask.some((value) => value > 1);
  if (!isSoft) return { known: filled, error };
  return { known: seenThrough(picture, filled, mask, error), error };
}

/** Joins what shows through soft damage with the fill, pixel by pixel; `error` becomes that of both together. */
function seenThrough(picture: Picture, filled: Picture, mask: Uint8Array, error: Float32Array): Picture {
  const data = filled.data.slice();
  const stride = channelCount(picture.mode);
  const colours = colourChannels(picture);
  const top = maxSample(picture);
  mask.forEach((opacity, i) => {
    if (opacity === 0 || opacity >= OPAQUE) return;
    const own = (COVER * opacity) / (255 - opacity);
    const weight = error[i] ** 2 / (error[i] ** 2 + own ** 2);
    for (let c = 0; c < colours; c++) {
      const at = i * stride + c;
      data[at] = Math.min(top, Math.max(0, Math.round(weight * picture.data[at] + (1 - weight) * filled.data[at])));
    }
    error[i] = Math.max(LEAST_SIGMA, own * Math.sqrt(weight));
  });
  return { ...filled, data };
}
