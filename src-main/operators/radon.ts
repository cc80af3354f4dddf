import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { iterationLimits, type IterationLimits } from './conjugate-gradient.ts';
import { cosineOfDegrees, sineOfDegrees } from './degrees.ts';
import { defineOperator } from './definition.ts';
import { IterativeOperator } from './iterative-operator.ts';
import { radonOptions, radonGeometry, type RadonGeometry } from './radon-geometry.ts';

/** One view in the orientation where its rays cross every line of the image once. */
interface View {
  /** Rays run more along the columns: lines are rows of the image, else of its transpose. */
  readonly byRows: boolean;
  /** Place of ray d on line l: origin + l·shear + d·slope, in pixels from the start of the line; |slope| ≥ spacing. */
  readonly origin: number;
  readonly shear: number;
  readonly slope: number;
  /** Length of a ray between two lines. */
  readonly step: number;
}

/** Rays closer than this to the zero beyond a line's ends are left out: rounding must not step outside the array. */
const MARGIN = 1e-9;

/**
 * The parallel-beam Radon transform: line integrals of every channel, [c, h, w] → [c, views, detectors], by Joseph's
 * method (1982): a ray steps over the lines it crosses most steeply and interpolates linearly on each, the image being
 * 0 outside. The adjoint walks the same rays with the same weights, so it is the transpose to rounding. A⁺ and `solve`
 * are approximate, by conjugate gradients. See RadonGeometry for angles and axes.
 */
export class RadonOperator extends IterativeOperator {
  readonly name = 'radon';
  readonly geometry: RadonGeometry;
  readonly #views: readonly View[];
  #bound: number | undefined;

  constructor(
    inputShape: ImageShape,
    geometry: RadonGeometry,
    limits: IterationLimits = iterationLimits.parse(undefined),
  ) {
    super(inputShape, [inputShape[0], geometry.angles.length, geometry.detectors], limits);
    this.geometry = geometry;
    this.#views = geometry.angles.map((angle) => viewOf(geometry, angle));
  }

  /** √(‖A‖₁‖A‖∞), from the largest ray and the largest pixel sum because all weights are ≥ 0. */
  protected get normBound(): number {
    if (this.#bound === undefined) {
      const ones = (shape: ImageShape): Tensor => {
        const out = zeros([1, 1, shape[1], shape[2]]);
        out.data.fill(1);
        return out;
      };
      const largest = (x: Tensor): number => x.data.reduce((a, b) => Math.max(a, b), 0);
      this.#bound = Math.sqrt(
        largest(this.forward(ones(this.inputShape))) * largest(this.transpose(ones(this.outputShape))),
      );
    }
    return this.#bound;
  }

  protected override forward(x: Tensor): Tensor {
    const [n, c, h, w] = x.shape;
    const { detectors } = this.geometry;
    const out = zeros([n, c, this.#views.length, detectors]);
    const image = new PaddedImage(h, w);
    const rays = new Float64Array(detectors);
    for (let plane = 0; plane < n * c; plane++) {
      image.load(x.data.subarray(plane * h * w, (plane + 1) * h * w));
      this.#views.forEach((view, v) => {
        rays.fill(0);
        projectView(view, view.byRows ? image.rows : image.columns, view.byRows ? h : w, view.byRows ? w : h, rays);
        out.data.set(rays, (plane * this.#views.length + v) * detectors);
      });
    }
    return out;
  }

  protected override transpose(y: Tensor): Tensor {
    const [n, c] = y.shape;
    const [, h, w] = this.inputShape;
    const { detectors } = this.geometry;
    const out = zeros([n, c, h, w]);
    const image = new PaddedImage(h, w);
    for (let plane = 0; plane < n * c; plane++) {
      image.clear();
      this.#views.forEach((view, v) => {
        const start = (plane * this.#views.length + v) * detectors;
        const rays = Float64Array.from(y.data.subarray(start, start + detectors));
        spreadView(view, view.byRows ? image.rows : image.columns, view.byRows ? h : w, view.byRows ? w : h, rays);
      });
      image.store(out.data.subarray(plane * h * w, (plane + 1) * h * w));
    }
    return out;
  }
}

/** An image and its transpose, every line with a zero before and after it. */
class PaddedImage {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly #height: number;
  readonly #width: number;

  constructor(height: number, width: number) {
    this.#height = height;
    this.#width = width;
    this.rows = new Float64Array(height * (width + 2));
    this.columns = new Float64Array(width * (height + 2));
  }

  clear(): void {
    this.rows.fill(0);
    this.columns.fill(0);
  }

  load(plane: Float32Array): void {
    for (let i = 0; i < this.#height; i++) {
      for (let j = 0; j < this.#width; j++) {
        const value = plane[i * this.#width + j];
        this.rows[i * (this.#width + 2) + j + 1] = value;
        this.columns[j * (this.#height + 2) + i + 1] = value;
      }
    }
  }

  /** The sum of both orientations. */
  store(plane: Float32Array): void {
    for (let i = 0; i < this.#height; i++) {
      for (let j = 0; j < this.#width; j++) {
        plane[i * this.#width + j] =
          this.rows[i * (this.#width + 2) + j + 1] + this.columns[j * (this.#height + 2) + i + 1];
      }
    }
  }
}

function viewOf(geometry: RadonGeometry, angle: number): View {
  const { pixelSize, axis, detectorCenter } = geometry;
  const spacing = geometry.detectorSpacing / pixelSize;
  const cos = cosineOfDegrees(angle);
  const sin = sineOfDegrees(angle);
  const byRows = Math.abs(cos) >= Math.abs(sin);
  // On row r the ray is at column cx + (r − cy)·tan θ + s/cos θ; on column c at row cy + (c − cx)·cot θ − s/sin θ.
  const shear = byRows ? sin / cos : cos / sin;
  const slope = byRows ? spacing / cos : -spacing / sin;
  const [along, across] = byRows ? axis : [axis[1], axis[0]];
  return {
    byRows,
    origin: along - across * shear - detectorCenter * slope,
    shear,
    slope,
    step: pixelSize / Math.max(Math.abs(cos), Math.abs(sin)),
  };
}

/** First and last ray that meet a line of `length` pixels at `base` + d·slope, strictly between its padding zeros. */
function firstRay(base: number, slope: number, length: number): number {
  const from = slope > 0 ? -1 + MARGIN : length - MARGIN;
  return Math.max(0, Math.ceil((from - base) / slope));
}

function lastRay(base: number, slope: number, length: number, detectors: number): number {
  const to = slope > 0 ? length - MARGIN : -1 + MARGIN;
  return Math.min(detectors - 1, Math.floor((to - base) / slope));
}

/** Adds the line integrals of one view to `rays`. */
function projectView(view: View, image: Float64Array, lines: number, length: number, rays: Float64Array): void {
  const { origin, shear, slope, step } = view;
  for (let line = 0; line < lines; line++) {
    const base = origin + line * shear;
    const start = line * (length + 2);
    const last = lastRay(base, slope, length, rays.length);
    for (let d = firstRay(base, slope, length); d <= last; d++) {
      const place = base + d * slope + 1;
      const whole = place | 0;
      const at = start + whole;
      rays[d] += image[at] + (place - whole) * (image[at + 1] - image[at]);
    }
  }
  for (let d = 0; d < rays.length; d++) rays[d] *= step;
}

/** Adds `rays` to the pixels they were drawn from, the transpose of `projectView`; `rays` is scaled in place. */
function spreadView(view: View, image: Float64Array, lines: number, length: number, rays: Float64Array): void {
  const { origin, shear, slope, step } = view;
  for (let d = 0; d < rays.length; d++) rays[d] *= step;
  for (let line = 0; line < lines; line++) {
    const base = origin + line * shear;
    const start = line * (length + 2);
    const last = lastRay(base, slope, length, rays.length);
    for (let d = firstRay(base, slope, length); d <= last; d++) {
      const place = base + d * slope + 1;
      const whole = place | 0;
      const at = start + whole;
      const upper = (place - whole) * rays[d];
      image[at] += rays[d] - upper;
      image[at + 1] += upper;
    }
  }
}

export const radonDefinition = defineOperator({
  name: 'radon',
  summary: 'Parallel-beam line integrals at any angles; tomography inverts it.',
  options: radonOptions.extend({ solver: iterationLimits }),
  create: (inputShape, { solver, ...geometry }) =>
    new RadonOperator(inputShape, radonGeometry(inputShape, geometry), solver),
});
