import type { DamageMaps } from '../contract/find.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';
import { forEachComponent } from './findings/components.ts';
import { codeOfLogit, codeOfProbability } from './findings/logit-codes.ts';

/** Bare paper, dust and dirt differ by less than this between red, green and blue, of 255; yellowed paper by about 50. */
const MOST_COLOUR = 60;
/** Standard deviation of Cb and Cr beside what luma says of them, of 255, below which a picture has one tint throughout. */
const ONE_TINT = 6;
/** Pixels that are looked at for that. */
const SAMPLES = 20_000;
/** Logit above which such a thing cannot be: only high sensitivities still show it. */
const MOST_SURE = codeOfLogit(1);

/**
 * Makes doubtful what has a colour of its own in a colour picture: where the surface is damaged there is paper or dirt, and what is
 * marked there in lively colours is a part of the scene, such as trails of light or the rim of a cup. Losses and text are
 * left alone (stains and date stamps have colours), and so are grey and tinted pictures, which have none.
 *
 * Measured with the detector's first version: of undamaged colour photographs a third less is marked, of drawn damage
 * half a percent less is found, and of real scans nothing less.
 *
 * @param picture    as displayed; not a colour negative, whose film has a colour.
 * @param maps       changed in place.
 * @param reduction  of the maps.
 */
export function doubtSceneColours(picture: Picture, maps: DamageMaps, reduction: number): void {
  const channels = channelCount(picture.mode);
  if (channels < 3 || isOneTint(picture, channels)) return;
  const { width, height, data, bitDepth } = picture;
  const top = bitDepth === 8 ? 255 : 65535;
  forEachComponent(maps.surface, maps.width, maps.height, codeOfProbability(0.5), ({ pixels }) => {
    const sums = [0, 0, 0];
    for (const pixel of pixels) {
      const column = pixel % maps.width;
      const x = Math.min(width - 1, column * reduction + (reduction >> 1));
      const y = Math.min(height - 1, ((pixel - column) / maps.width) * reduction + (reduction >> 1));
      for (let c = 0; c < 3; c++) sums[c] += data[(y * width + x) * channels + c];
    }
    if (((Math.max(...sums) - Math.min(...sums)) / pixels.length / top) * 255 < MOST_COLOUR) return;
    for (const pixel of pixels) maps.surface[pixel] = Math.min(MOST_SURE, maps.surface[pixel]);
  });
}

/**
 * Whether the colours of a picture follow from its tones, as in grey, sepia and faded prints: Cb and Cr (ITU-R BT.601) differ
 * little from straight lines over luma.
 */
function isOneTint({ data, bitDepth }: Picture, channels: number): boolean {
  const scale = bitDepth === 8 ? 1 : 1 / 257;
  const step = Math.max(1, Math.floor(data.length / channels / SAMPLES)) * channels;
  const tones: number[] = [];
  const chroma: [number[], number[]] = [[], []];
  for (let at = 0; at + 2 < data.length; at += step) {
    const luma = (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) * scale;
    tones.push(luma);
    chroma[0].push(0.564 * (data[at + 2] * scale - luma));
    chroma[1].push(0.713 * (data[at] * scale - luma));
  }
  return Math.sqrt(chroma.reduce((sum, values) => sum + varianceBeside(values, tones), 0)) < ONE_TINT;
}

/** Variance of `values` that a straight line over `tones` leaves. */
function varianceBeside(values: readonly number[], tones: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [middle, tone] = [mean(values), mean(tones)];
  let [own, common, ofTones] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    own += (value - middle) ** 2;
    common += (value - middle) * (tones[i] - tone);
    ofTones += (tones[i] - tone) ** 2;
  }
  return (own - (ofTones === 0 ? 0 : common ** 2 / ofTones)) / values.length;
}
