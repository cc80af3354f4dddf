import type { ImageShape } from '../tensor/tensor.ts';
import { iterationLimits, type IterationLimits } from './conjugate-gradient.ts';
import { cosineOfDegrees, sineOfDegrees } from './degrees.ts';
import { defineOperator } from './definition.ts';
import { LineIntegralOperator, MARGIN } from './line-integrals.ts';
import type { PaddedImage } from './padded-image.ts';
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

/**
 * The parallel-beam Radon transform: line integrals along parallel rays (see LineIntegralOperator for how, and
 * RadonGeometry for angles and axes).
 */
export class RadonOperator extends LineIntegralOperator {
  readonly name = 'radon';
  readonly geometry: RadonGeometry;
  readonly #views: readonly View[];

  constructor(
    inputShape: ImageShape,
    geometry: RadonGeometry,
    limits: IterationLimits = iterationLimits.parse(undefined),
  ) {
    super(inputShape, geometry.angles.length, geometry.detectors, limits);
    this.geometry = geometry;
    this.#views = geometry.angles.map((angle) => viewOf(geometry, angle));
  }

  protected override project(index: number, image: PaddedImage, rays: Float64Array): void {
    const view = this.#views[index];
    if (view.byRows) projectView(view, image.rows, image.height, image.width, rays);
    else projectView(view, image.columns, image.width, image.height, rays);
  }

  protected override spread(index: number, image: PaddedImage, rays: Float64Array): void {
    const view = this.#views[index];
    if (view.byRows) spreadView(view, image.rows, image.height, image.width, rays);
    else spreadView(view, image.columns, image.width, image.height, rays);
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
