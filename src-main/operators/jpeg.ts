import { z } from 'zod';
import { LangevinError, invalidArgument } from '../errors.ts';
import type { JpegQuantization } from '../tensor/picture.ts';
import { linear, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { BLOCK, forwardBlock, inverseBlock } from './block-dct.ts';
import { iterationLimits, type IterationLimits } from './conjugate-gradient.ts';
import { defineOperator } from './definition.ts';
import { IterativeOperator } from './iterative-operator.ts';
import { noiseSpread } from './jpeg-noise.ts';
import { JpegPlanes, PLANE_NOISE, type Plane } from './jpeg-planes.ts';

export interface JpegNoise {
  /** Standard deviation on [−1, 1] of noise that the picture had before it was coded, of all or each of its h·w pixels. */
  readonly noise?: number | Float32Array;
  /** Neighbouring values of that noise are alike, as film grain: white noise smoothed by a Gaussian of `grain` pixels. */
  readonly grain?: number | undefined;
  /**
   * Expected error of each of the h·w pixels, standard deviation on [−1, 1]: 0 = as it was coded, Infinity = not known at
   * all. Blocks that hold such pixels are measured pixel by pixel.
   */
  readonly error?: Float32Array | undefined;
}

/** Coarser steps than this tell of coefficients that are mostly 0, so that a block's error is not theirs. */
const COARSEST_STEP = 40;
/** Half a step of an 8-bit sample may be lost when the decoded picture is rounded. */
const ROUNDING = 1 / Math.sqrt(12);
const SCALE = 127.5;

/**
 * JPEG as a measurement: the block cosine coefficients of luma and subsampled chroma, each divided by the standard
 * deviation q/√12 of its quantisation cell (uniform noise taken for Gaussian), so that the noise of every value is 1.
 * Blocks that are not whole, or touch pixels of their own error, are measured as pixels of each plane.
 */
export class JpegOperator extends IterativeOperator {
  readonly name = 'jpeg';
  protected readonly normBound: number;
  readonly #planes: JpegPlanes;
  /** 1/σ of every value of the measurement. */
  readonly #weights: Float32Array;
  /** Quantisation step of every value on [−1, 1]; 0 where it is a pixel. */
  readonly #steps: Float32Array;
  /** Starts of the blocks that are measured as coefficients. */
  readonly #blocks: readonly { readonly start: number; readonly stride: number }[];

  /**
   * @param inputShape  [1 or 3, height, width], height and width those of the JPEG.
   * @throws invalid-argument for tables that are not 64 steps > 0, and for errors that are negative or not h·w.
   */
  constructor(
    inputShape: ImageShape,
    { luma, chroma, sampling }: JpegQuantization,
    { noise = 0, grain, error }: JpegNoise = {},
    limits: IterationLimits = iterationLimits.parse(undefined),
  ) {
    const planes = new JpegPlanes(inputShape, sampling);
    super(inputShape, [1, 1, planes.length], limits);
    const [c, h, w] = inputShape;
    if (c !== 1 && c !== 3) {
      throw new LangevinError('unsupported-combination', `JPEG has 1 or 3 channels of colour, not ${c}.`);
    }
    if (error !== undefined && (error.length !== h * w || error.some((e) => !(e >= 0)))) {
      throw invalidArgument('error', `${h * w} numbers ≥ 0, one for each pixel`, `${error.length} values`);
    }
    if (typeof noise !== 'number' && (noise.length !== h * w || noise.some((e) => !(e >= 0)))) {
      throw invalidArgument('noise', `${h * w} numbers ≥ 0, one for each pixel`, `${noise.length} values`);
    }
    this.#planes = planes;
    this.#weights = new Float32Array(planes.length);
    this.#steps = new Float32Array(planes.length);
    const blocks: { start: number; stride: number }[] = [];
    planes.planes.forEach((plane, p) => {
      const table = p === 0 ? luma : chroma;
      if (table.length !== BLOCK * BLOCK || table.some((q) => !(q > 0 && q < Infinity))) {
        throw invalidArgument(p === 0 ? 'luma' : 'chroma', '64 steps > 0', [...table]);
      }
      const share = c === 1 ? 1 : PLANE_NOISE[p];
      const spread = noiseSpread(plane, grain);
      const variances = typeof noise === 'number' ? undefined : planeVariances(noise, w, h, plane);
      const errors = error && planeErrors(error, w, h, plane);
      const coded = table.reduce((sum, q) => sum + Math.min(q, COARSEST_STEP) ** 2 / 12, 0) / table.length / SCALE ** 2;
      eachBlock(plane, (x, y) => {
        const isWhole = x + BLOCK <= plane.width && y + BLOCK <= plane.height;
        const start = plane.start + y * plane.width + x;
        const isCoded = isWhole && (errors === undefined || isZero(errors, y * plane.width + x, plane.width));
        if (isCoded) blocks.push({ start, stride: plane.width });
        const before = share * (typeof noise === 'number' ? noise ** 2 : blockMean(variances!, plane, x, y));
        for (let i = 0; i < Math.min(BLOCK, plane.height - y); i++) {
          for (let j = 0; j < Math.min(BLOCK, plane.width - x); j++) {
            const at = start + i * plane.width + j;
            const step = table[i * BLOCK + j];
            const own = errors === undefined ? 0 : errors[(y + i) * plane.width + x + j] ** 2;
            const variance = isCoded ? (step ** 2 / 12 + ROUNDING ** 2) / SCALE ** 2 : coded + own;
            this.#weights[at] =
              1 / Math.sqrt(variance + before * (isCoded ? spread.coefficients[i * BLOCK + j] : spread.pixel));
            if (isCoded) this.#steps[at] = step / SCALE;
          }
        }
      });
    });
    this.#blocks = blocks;
    const colour = c === 1 ? 1 : Math.sqrt(PLANE_NOISE.reduce((sum, v) => sum + v, 0));
    this.normBound = colour * this.#weights.reduce((most, v) => Math.max(most, v), 0);
  }

  /**
   * The measurement that a decoded picture is: its coefficients, moved to the nearest multiples of their steps.
   * @param decoded  [n, ...inputShape].
   */
  measure(decoded: Tensor): Tensor {
    const y = this.#coefficients(decoded);
    for (let i = 0; i < y.data.length; i++) {
      const step = this.#steps[i % this.#steps.length];
      if (step > 0) y.data[i] = step * Math.round(y.data[i] / step);
    }
    return this.#whiten(y);
  }

  /** The picture that a decoder makes of a measurement of `measure`, chroma repeated: [n, 1, 1, …] → [n, ...inputShape]. */
  decode(y: Tensor): Tensor {
    const data = y.data.map((value, i) => {
      const weight = this.#weights[i % this.#weights.length];
      return weight === 0 ? 0 : value / weight;
    });
    const planes = { shape: y.shape, data };
    this.#invertBlocks(planes);
    return this.#planes.join(planes);
  }

  /**
   * The picture nearest to x, in each plane, that the same tables code to the same coefficients.
   * @param x  [n, ...inputShape].
   * @param y  the measurement.
   * @param margin  how far from the border of a cell to stay, in its own units of [−1, 1]: for rounding to 8 bits.
   */
  project(x: Tensor, y: Tensor, margin = 0): Tensor {
    const change = this.#coefficients(x);
    for (let i = 0; i < change.data.length; i++) {
      const at = i % this.#steps.length;
      const step = this.#steps[at];
      if (step === 0) {
        change.data[i] = 0;
        continue;
      }
      const centre = y.data[i] / this.#weights[at];
      const reach = Math.max(0, step / 2 - margin);
      const value = change.data[i];
      change.data[i] = Math.min(centre + reach, Math.max(centre - reach, value)) - value;
    }
    this.#invertBlocks(change);
    return linear(1, x, 1, this.#planes.join(change));
  }

  protected override forward(x: Tensor): Tensor {
    return this.#whiten(this.#coefficients(x));
  }

  protected override transpose(y: Tensor): Tensor {
    const planes = this.#whiten({ shape: y.shape, data: y.data.slice() });
    this.#invertBlocks(planes);
    return this.#planes.splitTransposed(planes);
  }

  #coefficients(x: Tensor): Tensor {
    const planes = this.#planes.split(x);
    for (const sample of this.#samples(planes)) {
      for (const { start, stride } of this.#blocks) forwardBlock(sample, start, stride);
    }
    return planes;
  }

  /** Coefficients → samples of each plane, in place. */
  #invertBlocks(planes: Tensor): void {
    for (const sample of this.#samples(planes)) {
      for (const { start, stride } of this.#blocks) inverseBlock(sample, start, stride);
    }
  }

  /** Divides by the standard deviations, in place. */
  #whiten(y: Tensor): Tensor {
    for (let i = 0; i < y.data.length; i++) y.data[i] *= this.#weights[i % this.#weights.length];
    return y;
  }

  *#samples({ shape: [samples], data }: Tensor): Generator<Float32Array> {
    const { length } = this.#planes;
    for (let n = 0; n < samples; n++) yield data.subarray(n * length, (n + 1) * length);
  }
}

function eachBlock({ width, height }: Plane, visit: (x: number, y: number) => void): void {
  for (let y = 0; y < height; y += BLOCK) for (let x = 0; x < width; x += BLOCK) visit(x, y);
}

/** Expected error of every value of a plane: the largest of its pixels. */
function planeErrors(error: Float32Array, width: number, height: number, plane: Plane): Float32Array {
  const out = new Float32Array(plane.width * plane.height);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const at = Math.floor(i / plane.down) * plane.width + Math.floor(j / plane.across);
      out[at] = Math.max(out[at], error[i * width + j]);
    }
  }
  return out;
}

/** Mean variance of the noise of the pixels of every value of a plane. */
function planeVariances(noise: Float32Array, width: number, height: number, plane: Plane): Float32Array {
  const out = new Float32Array(plane.width * plane.height);
  const counts = new Uint8Array(out.length);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const at = Math.floor(i / plane.down) * plane.width + Math.floor(j / plane.across);
      out[at] += noise[i * width + j] ** 2;
      counts[at]++;
    }
  }
  return out.map((sum, i) => sum / counts[i]);
}

function blockMean(values: Float32Array, { width, height }: Plane, x: number, y: number): number {
  let sum = 0;
  let count = 0;
  for (let i = y; i < Math.min(height, y + BLOCK); i++) {
    for (let j = x; j < Math.min(width, x + BLOCK); j++, count++) sum += values[i * width + j];
  }
  return sum / count;
}

function isZero(errors: Float32Array, start: number, stride: number): boolean {
  for (let i = 0; i < BLOCK; i++) {
    for (let j = 0; j < BLOCK; j++) if (errors[start + i * stride + j] !== 0) return false;
  }
  return true;
}

const steps = z.array(z.number().positive()).length(BLOCK * BLOCK);
const factor = z.int().min(1).max(4);

export const jpegDefinition = defineOperator({
  name: 'jpeg',
  summary: 'The quantised cosine coefficients of a JPEG, of any tables and chroma subsampling.',
  options: z.strictObject({
    luma: steps,
    chroma: steps,
    sampling: z.tuple([factor, factor]).default([2, 2]),
    noise: z.union([z.number().min(0), z.instanceof(Float32Array)]).default(0),
    grain: z.number().positive().max(20).optional(),
    error: z.instanceof(Float32Array).optional(),
    solver: iterationLimits,
  }),
  create: (inputShape, { luma, chroma, sampling, noise, grain, error, solver }) =>
    new JpegOperator(inputShape, { luma, chroma, sampling }, { noise, grain, error }, solver),
});
