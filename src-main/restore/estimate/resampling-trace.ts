import { Fft } from '../../tensor/fft.ts';
import { REC601 } from '../../operators/luma.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import { colourChannels } from '../picture-tensor.ts';

/** A period of pixels at which interpolation shows in both directions, and how far its line stands out. */
export interface ResamplingTrace {
  readonly period: number;
  /** Height of the line over the median of the spectrum round it, the weaker direction. */
  readonly height: number;
  /** Whether there are phases nearly without second differences: straight lines between pixels that lie two or more apart. */
  readonly isStraight: boolean;
  /** How many times larger the picture was made by repeating pixels, where it was; nothing else makes such steps. */
  readonly repeated?: number;
}

/** Periods that are looked for, long ones first: an enlargement by p/q repeats after p pixels, and after multiples of p. */
const PERIODS = [5, 4, 3, 2];
/** Height from which on a long period is taken before a short one that divides it. */
const CLEAR = 6;
/** A multiple of all of them. */
const COMMON = 60;
/**
 * Orders of the differences. An enlargement by 2 with aligned centres looks the same forwards and backwards from every pixel, and
 * differences of even order do not see it; those of odd order have their place between pixels and do.
 */
const ORDERS = [2, 3];
/** Most rows or columns that are read, evenly spread, and most pixels of each. */
const LINES = 512;
const LONGEST = 4096;
/** A strong edge at one place would hide the period. */
const CLIP = 16;
/** Lines that only blocks of 8 have, and how much higher those of an enlargement are. */
const BLOCKS = [1 / 8, 3 / 8];
const OVER_BLOCKS = 2.5;
/** Frequencies on each side whose median a line stands over, and those beside it that belong to it. */
const ROUND = 40;
const BESIDE = 3;
/** Share of the largest second differences below which a line between pixels is straight. */
const STRAIGHT = 0.33;
/** Shares of the differences at a phase: below the first there are none, above the second there are some. */
const NONE = 0.02;
const SOME = 0.5;

/**
 * The strongest trace of interpolation: differences of an enlarged picture are larger at some phases of its grid than at
 * others (Gallagher 2005; Mahdian & Saic 2008 for higher orders).
 */
export function resamplingTrace(picture: Picture): ResamplingTrace {
  const axes = (['across', 'down'] as const).map((axis) => linesOf(picture, axis));
  const repeated = repetition(axes);
  const spectra = ORDERS.map((order) => axes.map((lines) => spectrumOf(profile(lines, order))));
  const traces = PERIODS.map((period) => ({
    period,
    height: Math.max(...spectra.map((both) => Math.min(...both.map((spectrum) => traceOf(spectrum, period))))),
  }));
  const highest = traces.reduce((a, b) => (b.height > a.height ? b : a));
  const multiple = traces.find(({ period, height }) => height >= CLEAR && period % highest.period === 0);
  const { period, height } = multiple ?? highest;
  const isStraight = axes.every((lines) => {
    const sums = phaseSums(profile(lines, 2), period);
    return Math.min(...sums) <= STRAIGHT * Math.max(...sums);
  });
  return { period, height, isStraight, ...(repeated !== undefined && { repeated }) };
}

/** Luma along an axis, 0…255. */
function linesOf(picture: Picture, axis: 'across' | 'down'): Float64Array[] {
  const { width, height, data, bitDepth } = picture;
  const [length, others] = axis === 'across' ? [width, height] : [height, width];
  const used = Math.min(length, LONGEST);
  const every = Math.max(1, Math.ceil(others / LINES));
  const stride = channelCount(picture.mode);
  const weights = colourChannels(picture) === 1 ? [1] : REC601;
  const gain = bitDepth === 8 ? 1 : 1 / 257;
  return Array.from({ length: Math.ceil(others / every) }, (_, i) => {
    const line = new Float64Array(used);
    for (let at = 0; at < used; at++) {
      const pixel = axis === 'across' ? i * every * width + at : at * width + i * every;
      for (let c = 0; c < weights.length; c++) line[at] += gain * weights[c] * data[pixel * stride + c];
    }
    return line;
  });
}

/** Sum of absolute differences of an order at each place of the lines. */
function profile(lines: readonly Float64Array[], order: number): Float64Array {
  const out = new Float64Array(Math.max(0, lines[0].length - order));
  for (const line of lines) {
    for (let i = 0; i < out.length; i++) {
      const even = line[i] - 2 * line[i + 1] + line[i + 2];
      const difference =
        order === 1 ? line[i + 1] - line[i] : order === 2 ? even : even - (line[i + 1] - 2 * line[i + 2] + line[i + 3]);
      out[i] += Math.min(CLIP, Math.abs(difference));
    }
  }
  return out;
}

/** Magnitudes at the frequencies from 0 to ½, under a Hann window; empty where there is too little to see. */
function spectrumOf(values: Float64Array): Float64Array {
  const length = COMMON * Math.floor(values.length / COMMON);
  if (length < 2 * COMMON) return new Float64Array(0);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const window = (i: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length);
  const re = Float64Array.from({ length }, (_, i) => (values[i] - mean) * window(i));
  const im = new Float64Array(length);
  new Fft(length).forward(re, im);
  return Float64Array.from({ length: length / 2 + 1 }, (_, k) => Math.hypot(re[k], im[k]));
}

/** Blocks of JPEG have lines at all eighths, also those that no enlargement has: even periods that come with these are theirs. */
function traceOf(spectrum: Float64Array, period: number): number {
  const height = heightOf(spectrum, 1 / period);
  if (period % 2 !== 0) return height;
  const ofBlocks = Math.max(...BLOCKS.map((frequency) => heightOf(spectrum, frequency)));
  return height > OVER_BLOCKS * ofBlocks ? height : 0;
}

function heightOf(spectrum: Float64Array, frequency: number): number {
  const at = Math.round(2 * (spectrum.length - 1) * frequency);
  const near = (distance: number): boolean => distance > BESIDE && distance <= ROUND;
  const round = spectrum.filter((_, k) => near(Math.abs(k - at))).sort();
  const median = round[round.length >> 1];
  return median > 0 ? spectrum[at] / median : 0;
}

function phaseSums(values: Float64Array, period: number): Float64Array {
  const sums = new Float64Array(period);
  values.forEach((value, i) => (sums[i % period] += value));
  return sums;
}

/** How many times larger repeated pixels have made the picture: neighbours are the same at all phases but those of the grid. */
function repetition(axes: readonly (readonly Float64Array[])[]): number | undefined {
  const profiles = axes.map((lines) => profile(lines, 1));
  for (const period of PERIODS) {
    const scales = profiles.map((values) => {
      const sums = phaseSums(values, period);
      const largest = Math.max(...sums);
      const same = sums.filter((sum) => sum <= NONE * largest).length;
      const isClear = sums.every((sum) => sum <= NONE * largest || sum >= SOME * largest);
      return largest > 0 && isClear && same > 0 ? period / (period - same) : undefined;
    });
    if (scales[0] !== undefined && scales[0] === scales[1]) return scales[0];
  }
  return undefined;
}
