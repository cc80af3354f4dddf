import type { FadingDamage } from '../../contract/damage.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import { colourChannels } from '../picture-tensor.ts';

/** Share of the samples of a channel beyond its darkest and lightest. */
const BEYOND = 0.005;
/** Where the darkest and lightest of a sound photograph lie, 0…255. */
const DARKEST = 8;
const LIGHTEST = 247;
/** Range of all channels together from which on a picture is not faded, and up to which it surely is. */
const SOUND = 225;
const FADED = 190;
/** More contrast than this is not invented. */
const LEAST_GAIN = 0.2;

export interface FadingEstimate {
  readonly fading: Exclude<FadingDamage, 'auto'>;
  /** From the darkest sample of any channel to the lightest, 0…255. */
  readonly range: number;
  readonly verdict: 'sound' | 'unsure' | 'faded';
}

/**
 * Fading from the histogram: what takes the darkest and lightest samples of each channel to where they are in a sound
 * photograph; none where the picture reaches from black to white already. Which colour the light had is not in a
 * histogram: a sunset without blue looks faded.
 */
export function estimateFading(picture: Picture): FadingEstimate {
  const ends = channelEnds(picture);
  const range = Math.max(...ends.map(({ high }) => high)) - Math.min(...ends.map(({ low }) => low));
  const verdict = range >= SOUND ? 'sound' : range > FADED ? 'unsure' : 'faded';
  if (verdict === 'sound') return { fading: { gain: 1, offset: 0 }, range, verdict };
  const gains = ends.map(({ low, high }) => Math.min(1, Math.max(LEAST_GAIN, (high - low) / (LIGHTEST - DARKEST))));
  const offsets = ends.map(({ low }, c) => low - gains[c] * DARKEST);
  return { fading: { gain: each(gains), offset: each(offsets) }, range, verdict };
}

/** What `fading=auto` stands for. */
export function estimatedFading(picture: Picture): Exclude<FadingDamage, 'auto'> {
  return estimateFading(picture).fading;
}

function each(values: readonly number[]): number | [number, number, number] {
  const rounded = values.map((value) => Math.round(1000 * value) / 1000);
  return rounded.length === 1 ? rounded[0] : [rounded[0], rounded[1], rounded[2]];
}

function channelEnds(picture: Picture): { low: number; high: number }[] {
  const stride = channelCount(picture.mode);
  const shift = picture.bitDepth === 8 ? 0 : 8;
  const pixels = picture.width * picture.height;
  return Array.from({ length: colourChannels(picture) }, (_, c) => {
    const bins = new Uint32Array(256);
    for (let i = 0; i < pixels; i++) bins[picture.data[i * stride + c] >> shift]++;
    const find = (share: number): number => {
      let sum = 0;
      return bins.findIndex((count) => (sum += count) >= share * pixels && sum > 0);
    };
    return { low: find(BEYOND), high: find(1 - BEYOND) };
  });
}
