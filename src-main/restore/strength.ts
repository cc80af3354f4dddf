import { channelCount, type Picture } from '../tensor/picture.ts';
import { bicubicEnlargement } from './bicubic-enlargement.ts';
import { colourChannels } from './picture-tensor.ts';
import type { RestoreEvent, TaskSummary } from './request.ts';
import { inColour } from './in-colour.ts';

/** How much of a restoration is kept, of the whole picture and of each pixel. */
export interface Strength {
  /** 0…1. */
  readonly all: number;
  /** height × width of the picture as stored, 255 = `all`, 0 = nothing. */
  readonly map?: Uint8Array | undefined;
}

/** Whether a strength changes anything. */
export function weakens({ all, map }: Strength): boolean {
  return all < 1 || map?.some((value) => value < 255) === true;
}

/**
 * Part of the way from the picture as it was to its restoration, x = o + s(r − o), in the sRGB-encoded samples. That is the domain in
 * which noise and JPEG's errors are measured and added: of the noise exactly the share 1 − s stays everywhere, in light
 * and in shadow, whereas a mean of linear light would leave more of it in the dark and brighten what lies between two
 * values. Luma (Rec. 601) is linear in the encoded values too, so that a colourized picture keeps its own at every strength.
 * Samples that are the same in both stay as they are to the bit, and at s = 1 so does the restoration.
 * @param before  of the size and colours of the result: `comparable`.
 * @param gain    how many times larger than the map the result is.
 */
export function atStrength(before: Picture, result: Picture, { all, map }: Strength, gain = 1): Picture {
  const channels = channelCount(result.mode);
  const colours = colourChannels(result);
  const data = result.data.slice();
  const { width } = result;
  for (let pixel = 0; pixel * channels < data.length; pixel++) {
    const share = map === undefined ? all : (all * map[placeOf(pixel, width, gain)]) / 255;
    if (share === 1) continue;
    for (let at = pixel * channels; at < pixel * channels + colours; at++) {
      data[at] = Math.round(before.data[at] + share * (data[at] - before.data[at]));
    }
  }
  return { ...result, data };
}

function placeOf(pixel: number, width: number, gain: number): number {
  if (gain === 1) return pixel;
  const x = pixel % width;
  return Math.floor((pixel - x) / width / gain) * (width / gain) + Math.floor(x / gain);
}

/** A picture in the size and colours of what was made of it: enlarged bicubically, and grey in three channels. */
export function comparable(picture: Picture, result: Picture): Picture {
  const gain = result.width / picture.width;
  const large = gain === 1 ? picture : bicubicEnlargement(picture, gain);
  return colourChannels(result) === colourChannels(large) ? large : inColour(large);
}

/** The events of a task with its samples at a strength. */
export async function* weakened(
  run: AsyncGenerator<RestoreEvent, TaskSummary>,
  picture: Picture,
  strength: Strength,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  let before: Picture | undefined;
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
    const event = next.value;
    if (event.type !== 'sample') {
      yield event;
      continue;
    }
    before ??= comparable(picture, event.picture);
    const gain = event.picture.width / picture.width;
    yield { ...event, picture: atStrength(before, event.picture, strength, gain) };
  }
}
