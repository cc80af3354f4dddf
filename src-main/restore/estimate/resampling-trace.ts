import { Fft } from '../../tensor/fft.ts';
import { REC601 } from '../../operators/luma.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import { colourChannels } from '../picture-tensor.ts';

/** A period of pixels at which interpolation shows in both directions, and how far its line stands out. */
export interface ResamplingTrace {
  readonly period: number;
  /** Height of the line over the median of the spectrum, the weaker direction. */
  readonly height: number;
}

/**
 * Periods that are looked for. An enlargement by two with aligned centres treats every pixel alike and leaves no trace; by 3 or 3/2 it
 * has period 3, by 4 or 4/3 period 4.
 */
const PERIODS = [3, 4];
/** Most rows or columns that are read, evenly spread, and most pixels of each. */
const LINES = 512;
const LONGEST = 4096;
/** Slow changes over the picture are its own. */
const LOWEST = 0.1;

/**
 * The strongest trace of interpolation: second differences of an enlarged picture are larger at some phases of its grid than at
 * others (Gallagher 2005).
 */
export function resamplingTrace(picture: Picture): ResamplingTrace {
  const across = spectrumOf(profile(picture, 'across'));
  const down = spectrumOf(profile(picture, 'down'));
  let best: ResamplingTrace = { period: PERIODS[0], height: 0 };
  for (const period of PERIODS) {
    const height = Math.min(lineOf(across, period), lineOf(down, period));
    if (height > best.height) best = { period, height };
  }
  return best;
}

/** Mean absolute second difference at each place along an axis. */
function profile(picture: Picture, axis: 'across' | 'down'): Float64Array {
  const { width, height, data, bitDepth } = picture;
  const [length, others] = axis === 'across' ? [width, height] : [height, width];
  const used = Math.min(length, LONGEST);
  const every = Math.max(1, Math.ceil(others / LINES));
  const stride = channelCount(picture.mode);
  const weights = colourChannels(picture) === 1 ? [1] : REC601;
  const gain = bitDepth === 8 ? 1 : 1 / 257;
  const out = new Float64Array(Math.max(0, used - 2));
  const line = new Float64Array(used);
  for (let other = 0; other < others; other += every) {
    for (let i = 0; i < used; i++) {
      const pixel = axis === 'across' ? other * width + i : i * width + other;
      line[i] = 0;
      for (let c = 0; c < weights.length; c++) line[i] += gain * weights[c] * data[pixel * stride + c];
    }
    // A strong edge at one place would hide the period.
    for (let i = 0; i < out.length; i++) out[i] += Math.min(16, Math.abs(line[i] - 2 * line[i + 1] + line[i + 2]));
  }
  return out;
}

/** Magnitudes at the frequencies from 0 to ½, of as many samples as are a multiple of every period. */
function spectrumOf(values: Float64Array): Float64Array {
  const length = 12 * Math.floor(values.length / 12);
  if (length < 48) return new Float64Array(0);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const re = Float64Array.from({ length }, (_, i) => values[i] - mean);
  const im = new Float64Array(length);
  new Fft(length).forward(re, im);
  return Float64Array.from({ length: length / 2 + 1 }, (_, k) => Math.hypot(re[k], im[k]));
}

function lineOf(spectrum: Float64Array, period: number): number {
  const length = 2 * (spectrum.length - 1);
  if (length <= 0) return 0;
  const rest = spectrum.slice(Math.ceil(LOWEST * length)).sort();
  const median = rest[rest.length >> 1];
  return median > 0 ? spectrum[length / period] / median : 0;
}
