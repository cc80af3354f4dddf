import { colourMap } from '../tensor/colour-scale.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';
import { colourChannels, maxSample } from './picture-tensor.ts';

/**
 * Mean and standard deviation of posterior samples, accumulated one by one (Welford 1962), so that memory does not
 * grow with their number.
 */
export class RunningStatistics {
  readonly #mean: Float32Array;
  readonly #squares: Float32Array;
  #count = 0;

  constructor(length: number) {
    this.#mean = new Float32Array(length);
    this.#squares = new Float32Array(length);
  }

  /** @param at  value i of the sample. */
  add(at: (i: number) => number): void {
    this.#count++;
    for (let i = 0; i < this.#mean.length; i++) {
      const value = at(i);
      const before = value - this.#mean[i];
      this.#mean[i] += before / this.#count;
      this.#squares[i] += before * (value - this.#mean[i]);
    }
  }

  get count(): number {
    return this.#count;
  }

  mean(i: number): number {
    return this.#mean[i];
  }

  /** Unbiased variance; 0 until there are two samples. */
  variance(i: number): number {
    return this.#count < 2 ? 0 : Math.max(0, this.#squares[i]) / (this.#count - 1);
  }
}

/**
 * Half the width, in standard deviations of `count` samples, of the interval that holds one more draw of a normal law
 * with probability .9: t₀.₉₅ √(1 + 1/count), t by the expansion of Cornish & Fisher (Abramowitz & Stegun 26.7.5).
 * @param count  ≥ 2
 */
export function intervalFactor(count: number): number {
  // The expansion is off by more than 1 % below four degrees of freedom.
  const exact = [6.3138, 2.92, 2.3534];
  const z = 1.6448536;
  const v = count - 1;
  const t =
    exact[v - 1] ??
    z +
      (z ** 3 + z) / (4 * v) +
      (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2) +
      (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3);
  return t * Math.sqrt(1 + 1 / count);
}

/** Posterior mean and standard deviation of restored pictures; only pixels that can differ take memory. */
export class PicturePosterior {
  readonly #where: Uint32Array | undefined;
  #last: Picture | undefined;
  #statistics: RunningStatistics | undefined;

  /** @param mask  height × width, non-zero = restored; absent: everything. */
  constructor(mask: Uint8Array | undefined) {
    if (mask === undefined) return;
    const where: number[] = [];
    mask.forEach((value, i) => {
      if (value !== 0) where.push(i);
    });
    this.#where = Uint32Array.from(where);
  }

  add(picture: Picture): void {
    const colours = colourChannels(picture);
    const pixels = this.#where?.length ?? picture.width * picture.height;
    this.#statistics ??= new RunningStatistics(pixels * colours);
    this.#statistics.add((i) => picture.data[this.#sampleIndex(i, picture)]);
    this.#last = picture;
  }

  /** The mean, a picture like the samples. */
  mean(): Picture {
    const { picture, statistics } = this.#given();
    const data = picture.data.slice();
    this.#eachValue(picture, (i) => {
      data[this.#sampleIndex(i, picture)] = Math.round(statistics.mean(i));
    });
    return { ...picture, data };
  }

  /**
   * The standard deviation of every pixel, root mean square over the channels: 16-bit grey, 257 for each step of an
   * 8-bit picture (65535 = the whole range), so that no deviation above ¹⁄₂₅₇ of a step is rounded away.
   */
  standardDeviation(): Picture {
    const { picture } = this.#given();
    const { width, height } = picture;
    const gain = 65535 / maxSample(picture);
    const data = Uint16Array.from(this.#variance(), (v) => Math.min(65535, Math.round(gain * Math.sqrt(v))));
    return { width, height, mode: 'gray', bitDepth: 16, data, metadata: { orientation: picture.metadata.orientation } };
  }

  /**
   * Width of the interval of every pixel from the 5th to the 95th percentile, in levels of 0…255, in colours with a bar:
   * that of one more draw, 2 t √(1 + 1/K) times the deviation of K samples (Student's t with K − 1 degrees of freedom).
   */
  interval(): Picture {
    const { picture, statistics } = this.#given();
    const factor = 2 * intervalFactor(statistics.count) * (255 / maxSample(picture));
    const widths = Float32Array.from(this.#variance(), (v) => factor * Math.sqrt(v));
    const largest = widths.reduce((a, b) => Math.max(a, b), 0);
    const map = colourMap(widths, picture.width, picture.height, 0, Math.min(255, largest));
    return { ...map, metadata: { orientation: picture.metadata.orientation } };
  }

  /** Of every pixel, mean over the channels. */
  #variance(): Float32Array {
    const { picture, statistics } = this.#given();
    const colours = colourChannels(picture);
    const variance = new Float32Array(picture.width * picture.height);
    this.#eachValue(picture, (i) => {
      const pixel = this.#pixel(Math.floor(i / colours));
      variance[pixel] += statistics.variance(i) / colours;
    });
    return variance;
  }

  #given(): { picture: Picture; statistics: RunningStatistics } {
    if (this.#last === undefined || this.#statistics === undefined) throw new Error('No sample was added.');
    return { picture: this.#last, statistics: this.#statistics };
  }

  #pixel(index: number): number {
    return this.#where === undefined ? index : this.#where[index];
  }

  #sampleIndex(i: number, picture: Picture): number {
    const colours = colourChannels(picture);
    return this.#pixel(Math.floor(i / colours)) * channelCount(picture.mode) + (i % colours);
  }

  #eachValue(picture: Picture, visit: (i: number) => void): void {
    const values = (this.#where?.length ?? picture.width * picture.height) * colourChannels(picture);
    for (let i = 0; i < values; i++) visit(i);
  }
}
