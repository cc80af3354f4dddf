import { z } from 'zod';
import { invalidArgument } from '../errors.ts';
import { CosineTransform } from '../tensor/dct.ts';
import { scale, zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { AliasingBasis } from './aliasing-basis.ts';
import { AxisDownsampling, type DownsamplingFilter } from './axis-downsampling.ts';
import { CheckedOperator, expectShape, imageSize } from './checked-operator.ts';
import { iterationLimits, type IterationLimits } from './conjugate-gradient.ts';
import { defineOperator } from './definition.ts';
import { IterativeOperator } from './iterative-operator.ts';
import type { LinearOperator, Spectrum } from './operator.ts';

/** A = B_h ⊗ B_w on every plane. */
class SeparableDownsampling {
  readonly rows: AxisDownsampling;
  readonly columns: AxisDownsampling;

  constructor([, h, w]: ImageShape, factor: number, filter: DownsamplingFilter) {
    this.rows = new AxisDownsampling(h, factor, filter);
    this.columns = new AxisDownsampling(w, factor, filter);
  }

  get aligned(): boolean {
    return this.rows.aligned && this.columns.aligned;
  }

  outputShape(inputShape: ImageShape): ImageShape {
    return [inputShape[0], this.rows.outputLength, this.columns.outputLength];
  }

  apply(x: Tensor): Tensor {
    const { outputLength: mh } = this.rows;
    const { inputLength: w, outputLength: mw } = this.columns;
    return eachPlane(x, mh, mw, (plane, out) => {
      const middle = new Float64Array(mh * w);
      this.rows.apply(plane, middle, w);
      for (let i = 0; i < mh; i++) {
        this.columns.apply(middle.subarray(i * w, (i + 1) * w), out.subarray(i * mw, (i + 1) * mw), 1);
      }
    });
  }

  adjoint(y: Tensor): Tensor {
    const { inputLength: h, outputLength: mh } = this.rows;
    const { inputLength: w, outputLength: mw } = this.columns;
    return eachPlane(y, h, w, (plane, out) => {
      const middle = new Float64Array(mh * w);
      for (let i = 0; i < mh; i++) {
        this.columns.adjoint(plane.subarray(i * mw, (i + 1) * mw), middle.subarray(i * w, (i + 1) * w), 1);
      }
      this.rows.adjoint(middle, out, w);
    });
  }
}

/**
 * Super-resolution where the factor divides both sides: closed in the cosine basis, because reflection at the border
 * of the blocks is the symmetry of that basis on both sides.
 */
class AlignedDownsample extends CheckedOperator {
  readonly name = 'downsample';
  readonly norm: number;
  readonly rowGram?: number;
  readonly spectrum: Spectrum;
  readonly #resampling: SeparableDownsampling;
  readonly #rowBasis: AliasingBasis;
  readonly #columnBasis: AliasingBasis;
  readonly #inputDct: CosineTransform;
  readonly #outputDct: CosineTransform;
  /** Singular value of every frequency of the measurement. */
  readonly #measured: Float64Array;

  constructor(inputShape: ImageShape, resampling: SeparableDownsampling, filter: DownsamplingFilter) {
    super(inputShape, resampling.outputShape(inputShape));
    const [c, h, w] = inputShape;
    const [, mh, mw] = this.outputShape;
    this.#resampling = resampling;
    this.#rowBasis = new AliasingBasis(resampling.rows);
    this.#columnBasis = new AliasingBasis(resampling.columns);
    this.#inputDct = new CosineTransform(h, w);
    this.#outputDct = new CosineTransform(mh, mw);
    this.#measured = new Float64Array(mh * mw);
    const singularValues = new Float32Array(imageSize(inputShape));
    this.#rowBasis.singularValues.forEach((row, i) => {
      this.#columnBasis.singularValues.forEach((column, j) => {
        this.#measured[i * mw + j] = row * column;
        for (let channel = 0; channel < c; channel++) singularValues[(channel * h + i) * w + j] = row * column;
      });
    });
    this.norm = this.#measured.reduce((largest, v) => Math.max(largest, v), 0);
    if (filter === 'area') this.rowGram = 1 / resampling.rows.factor ** 2;
    this.spectrum = {
      singularValues,
      toSpectrum: (x) => {
        expectShape(x, inputShape, 'The image of downsample');
        return eachPlane(x, h, w, (plane, out) => {
          out.set(plane);
          this.#inputDct.forward(out);
          this.#reflect(out);
        });
      },
      fromSpectrum: (coefficients) => {
        expectShape(coefficients, inputShape, 'The spectrum of downsample');
        return eachPlane(coefficients, h, w, (plane, out) => {
          out.set(plane);
          this.#reflect(out);
          this.#inputDct.inverse(out);
        });
      },
      measurementToSpectrum: (y) => {
        expectShape(y, this.outputShape, 'The measurement of downsample');
        return eachPlane(y, h, w, (plane, out) => {
          this.#outputDct.forward(plane);
          for (let i = 0; i < mh; i++) out.set(plane.subarray(i * mw, (i + 1) * mw), i * w);
        });
      },
    };
  }

  protected override forward(x: Tensor): Tensor {
    return this.#resampling.apply(x);
  }

  protected override transpose(y: Tensor): Tensor {
    return this.#resampling.adjoint(y);
  }

  protected override invert(y: Tensor): Tensor {
    return this.transpose(this.resolve(y, 0, 1));
  }

  protected override resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    if (this.rowGram !== undefined) return scale(1 / (sigmaY2 + k * this.rowGram), r);
    return divideCosine(r, this.#outputDct, this.#measured, sigmaY2, k);
  }

  #reflect(plane: Float64Array): void {
    const [, h, w] = this.inputShape;
    this.#rowBasis.reflect(plane, w);
    for (let i = 0; i < h; i++) this.#columnBasis.reflect(plane.subarray(i * w, (i + 1) * w), 1);
  }
}

/**
 * Downsampling of a side that the factor does not divide: by conjugate gradients, preconditioned by the closed solution
 * for the next size that it does divide, which differs at the far border only.
 */
class UnalignedDownsample extends IterativeOperator {
  readonly name = 'downsample';
  protected override readonly fullRowRank = true;
  protected readonly normBound: number;
  readonly #resampling: SeparableDownsampling;
  readonly #dct: CosineTransform;
  readonly #measured: Float64Array;

  constructor(
    inputShape: ImageShape,
    resampling: SeparableDownsampling,
    filter: DownsamplingFilter,
    limits: IterationLimits,
  ) {
    super(inputShape, resampling.outputShape(inputShape), limits);
    this.#resampling = resampling;
    this.normBound = resampling.rows.estimateNorm() * resampling.columns.estimateNorm();
    const [, mh, mw] = this.outputShape;
    const { factor } = resampling.rows;
    this.#dct = new CosineTransform(mh, mw);
    const rows = new AliasingBasis(new AxisDownsampling(mh * factor, factor, filter)).singularValues;
    const columns = new AliasingBasis(new AxisDownsampling(mw * factor, factor, filter)).singularValues;
    this.#measured = Float64Array.from({ length: mh * mw }, (_, i) => rows[Math.floor(i / mw)] * columns[i % mw]);
  }

  override get norm(): number {
    return this.normBound;
  }

  protected override forward(x: Tensor): Tensor {
    return this.#resampling.apply(x);
  }

  protected override transpose(y: Tensor): Tensor {
    return this.#resampling.adjoint(y);
  }

  protected override precondition(r: Tensor, sigmaY2: number, k: number): Tensor {
    return divideCosine(r, this.#dct, this.#measured, sigmaY2, k);
  }
}

/** (σ_y² + k s²)⁻¹ r in the cosine basis of the measurement. */
function divideCosine(
  r: Tensor,
  dct: CosineTransform,
  singularValues: Float64Array,
  sigmaY2: number,
  k: number,
): Tensor {
  return eachPlane(r, dct.height, dct.width, (plane, out) => {
    out.set(plane);
    dct.forward(out);
    for (let i = 0; i < out.length; i++) out[i] /= sigmaY2 + k * singularValues[i] ** 2;
    dct.inverse(out);
  });
}

/** A tensor of planes of height × width, each made by `change` from a copy of the plane of `x`. */
function eachPlane(
  x: Tensor,
  height: number,
  width: number,
  change: (plane: Float64Array, out: Float64Array) => void,
): Tensor {
  const [n, c, h, w] = x.shape;
  const result = zeros([n, c, height, width]);
  for (let p = 0; p < n * c; p++) {
    const out = new Float64Array(height * width);
    change(Float64Array.from(x.data.subarray(p * h * w, (p + 1) * h * w)), out);
    result.data.set(out, p * height * width);
  }
  return result;
}

/**
 * Super-resolution: anti-aliased downsampling by an integer factor, of any size: the measurement has
 * ⌈h/factor⌉ × ⌈w/factor⌉ pixels, the image continued by reflection where the last block is not full. Closed, with a
 * spectrum, where the factor divides both sides; by conjugate gradients otherwise.
 * @param factor  integer from 2 to 16.
 * @param limits  of the iterations, where there are any; default 1e-4, 60.
 */
export function createDownsample(
  inputShape: ImageShape,
  factor: number,
  filter: DownsamplingFilter = 'bicubic',
  limits = iterationLimits.parse(undefined),
): LinearOperator {
  if (!Number.isInteger(factor) || factor < 2 || factor > 16) {
    throw invalidArgument('factor', 'an integer from 2 to 16', factor);
  }
  const resampling = new SeparableDownsampling(inputShape, factor, filter);
  return resampling.aligned
    ? new AlignedDownsample(inputShape, resampling, filter)
    : new UnalignedDownsample(inputShape, resampling, filter, limits);
}

export const downsampleDefinition = defineOperator({
  name: 'downsample',
  summary: 'Anti-aliased reduction by an integer factor, averaging or bicubic; super-resolution inverts it.',
  options: z.strictObject({
    factor: z.int().min(2).max(16),
    filter: z.enum(['area', 'bicubic']).default('bicubic'),
    solver: iterationLimits,
  }),
  create: (inputShape, { factor, filter, solver }) => createDownsample(inputShape, factor, filter, solver),
});
