import type { FadingDamage } from '../../contract/damage.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import { colourChannels } from '../picture-tensor.ts';

/** Share of the places of a channel beyond its darkest and lightest. */
const BEYOND = 0.001;
/** The same without what scratches, dust and lettering have made white. */
const UNDER_SCRATCHES = 0.06;
/** Places that are looked at, evenly spread: means of 3 × 3 pixels, so that noise does not make the ends. */
const PLACES = 1e6;
/** Where the darkest and lightest of a sound photograph lie, 0…255. */
const DARKEST = 8;
const LIGHTEST = 247;
/** Levels that are lost at both ends: up to which a picture is not faded, and from which on it surely is. */
const LITTLE_LOST = 6;
const MUCH_LOST = 20;
/** Where white has a tint of so many levels, lost black is enough: dyes fade unevenly, and fog is grey. */
const TINT = 25;
const LITTLE_LIFTED = 18;
const MUCH_LIFTED = 30;
/** More contrast than this is not invented. */
const LEAST_GAIN = 0.3;
/** How sure fading is, 0…1: up to which it is none, and from which on it is some. */
const SOUND = 0.2;
const FADED = 0.75;

export interface FadingEstimate {
  readonly fading: Exclude<FadingDamage, 'auto'>;
  /** From the darkest place of any channel to the lightest, 0…255. */
  readonly range: number;
  readonly verdict: 'sound' | 'unsure' | 'faded';
}

/**
 * Fading from the histogram: what takes the darkest and lightest places of each channel to where they are in a sound
 * photograph, as far as it is sure that they were there. A dull scene (fog, dusk, a grey wall) mostly keeps one of the
 * two ends; a faded print has lost both, or its black and the neutrality of its white. What is doubtful is undone in part.
 */
export function estimateFading(picture: Picture): FadingEstimate {
  const ends = channelEnds(picture);
  const darkest = Math.min(...ends.map(({ low }) => low));
  const lightest = Math.max(...ends.map(({ high }) => high));
  const sureness = surenessOf(darkest, lightest, lightest - Math.min(...ends.map(({ high }) => high)));
  const range = Math.round(lightest - darkest);
  if (sureness <= SOUND) {
    // Scratches are white on a print that is not: it is told once they are filled.
    const beneath = LIGHTEST - Math.max(...ends.map(({ beneath }) => beneath));
    const verdict = darkest - DARKEST >= MUCH_LIFTED && beneath >= MUCH_LOST ? 'unsure' : 'sound';
    return { fading: { gain: 1, offset: 0 }, range, verdict };
  }
  const verdict = sureness < FADED ? 'unsure' : 'faded';
  const faded = ends.map(({ low, high }) => {
    const from = DARKEST + sureness * Math.max(0, low - DARKEST);
    const to = LIGHTEST - sureness * Math.max(0, LIGHTEST - high);
    const gain = Math.min(1, Math.max(LEAST_GAIN, (to - from) / (LIGHTEST - DARKEST)));
    return { gain, offset: from - gain * DARKEST };
  });
  return {
    fading: { gain: each(faded.map(({ gain }) => gain)), offset: each(faded.map(({ offset }) => offset)) },
    range,
    verdict,
  };
}

/** What `fading=auto` stands for. */
export function estimatedFading(picture: Picture): Exclude<FadingDamage, 'auto'> {
  return estimateFading(picture).fading;
}

function surenessOf(darkest: number, lightest: number, tint: number): number {
  const lifted = darkest - DARKEST;
  const lost = Math.min(lifted, LIGHTEST - lightest);
  const byBoth = (lost - LITTLE_LOST) / (MUCH_LOST - LITTLE_LOST);
  const byTint = tint >= TINT ? (lifted - LITTLE_LIFTED) / (MUCH_LIFTED - LITTLE_LIFTED) : 0;
  return Math.min(1, Math.max(0, byBoth, byTint));
}

function each(values: readonly number[]): number | [number, number, number] {
  const rounded = values.map((value) => Math.round(1000 * value) / 1000);
  return rounded.length === 1 ? rounded[0] : [rounded[0], rounded[1], rounded[2]];
}

/** The darkest and lightest places of each channel, and the lightest beneath scratches, 0…255. */
function channelEnds(picture: Picture): { low: number; high: number; beneath: number }[] {
  const { width, height, data, bitDepth } = picture;
  const stride = channelCount(picture.mode);
  const gain = bitDepth === 8 ? 1 : 1 / 257;
  const every = Math.max(1, Math.floor(Math.sqrt((width * height) / PLACES)));
  const inner = (length: number): number[] => (length < 3 ? [0, length - 1] : [1, length - 2]);
  const [left, right] = inner(width);
  const [top, bottom] = inner(height);
  return Array.from({ length: colourChannels(picture) }, (_, c) => {
    const bins = new Uint32Array(256);
    let places = 0;
    for (let y = top; y <= bottom; y += every) {
      for (let x = left; x <= right; x += every, places++) {
        let sum = 0;
        let count = 0;
        for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
          for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++, count++) {
            sum += data[(row * width + column) * stride + c];
          }
        }
        bins[Math.round((gain * sum) / count)]++;
      }
    }
    const find = (share: number): number => {
      let sum = 0;
      return bins.findIndex((count) => (sum += count) > 0 && sum >= share * places);
    };
    return { low: find(BEYOND), high: find(1 - BEYOND), beneath: find(1 - UNDER_SCRATCHES) };
  });
}
