import type { Adjustment } from '../contract/adjustment.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';

const BINS = 256;
/** Share of pixels that may become black or white. */
const CLIPPED = 0.002;
/** How much of the way to grey is suggested, and the balance at most: a sunset or a fur is no fault of the light. */
const STRENGTH = 0.5;
const MOST = 0.5;

/** How many samples of each value there are, by channel (one for grey pictures), in 256 bins. */
export function histogram({ mode, bitDepth, data }: Picture): Uint32Array[] {
  const channels = channelCount(mode);
  const colours = channels >= 3 ? 3 : 1;
  const shift = bitDepth === 8 ? 0 : 8;
  const bins = Array.from({ length: colours }, () => new Uint32Array(BINS));
  for (let i = 0; i < data.length; i += channels) for (let c = 0; c < colours; c++) bins[c][data[i + c] >> shift]++;
  return bins;
}

/**
 * Levels and balance for a faded or tinted scan: half the way to grey on average (the grey-world assumption; Buchsbaum, J. Franklin
 * Institute 310, 1980), and all but 0.2 % of the samples between black and white.
 */
export function suggestedTones(picture: Picture): Pick<Adjustment, 'balance' | 'levels'> {
  const bins = histogram(picture);
  const balance = bins.length === 1 ? { temperature: 0, tint: 0 } : greyWorld(bins.map(mean));
  const gains = bins.length === 1 ? [1] : gainsOf(balance);
  const lows = bins.map((one, c) => quantile(one, CLIPPED) * gains[c]);
  const highs = bins.map((one, c) => quantile(one, 1 - CLIPPED) * gains[c]);
  const black = Math.min(0.95, Math.max(0, Math.min(...lows)));
  const white = Math.min(1, Math.max(black + 0.05, Math.max(...highs)));
  return { balance, levels: { black: rounded(black), white: rounded(white), gamma: 1 } };
}

/** Inverts the gains of `toneTable`: temperature between red and blue, tint between green and both. */
function greyWorld([red, green, blue]: readonly number[]): Adjustment['balance'] {
  const [r, g, b] = [red, green, blue].map((value) => Math.log2(Math.max(value, 1e-3)));
  const limit = (value: number): number => rounded(Math.min(MOST, Math.max(-MOST, STRENGTH * value)));
  return { temperature: limit(b - r), tint: limit(2 * g - (r + b)) };
}

function gainsOf({ temperature, tint }: Adjustment['balance']): readonly number[] {
  return [2 ** (temperature / 2 + tint / 4), 2 ** (-tint / 4), 2 ** (-temperature / 2 + tint / 4)];
}

function mean(bins: Uint32Array): number {
  const total = bins.reduce((sum, count) => sum + count, 0);
  return bins.reduce((sum, count, value) => sum + count * value, 0) / total / (BINS - 1);
}

/** The value, 0…1, below which a share of the samples lies. */
export function quantile(bins: Uint32Array, share: number): number {
  const wanted = share * bins.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  const value = bins.findIndex((count) => (sum += count) >= wanted);
  return Math.max(0, value) / (BINS - 1);
}

function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
