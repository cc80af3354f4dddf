import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { issueSentences } from '../issue-sentences.ts';
import type { ImageShape } from '../tensor/tensor.ts';
import { iterationLimits, type IterationLimits } from './conjugate-gradient.ts';
import { defineOperator } from './definition.ts';
import { cosineOfDegrees, sineOfDegrees } from './degrees.ts';
import { LineIntegralOperator, MARGIN } from './line-integrals.ts';
import type { PaddedImage } from './padded-image.ts';

/**
 * Fan-beam geometry with a flat detector (Kak & Slaney 1988, §3.4.2), in pixels, the axis of rotation in the middle of the
 * picture. In the coordinates (s, t) of RadonGeometry turned by β, the source is at (0, −sourceAxis) and element d at
 * (s_d, 0), s_d = (d − detectorCenter)·detectorSpacing: the detector is thought of as standing on the axis. Of a detector
 * at the distance D′ from the source, spacings on the axis are its own times sourceAxis/D′. The ray of s_d is the
 * parallel one of the angle β + γ at the distance sourceAxis·sin γ from the axis, tan γ = s_d/sourceAxis.
 */
export interface FanGeometry {
  /** One view per position β of the source, in degrees, in any order; rows of the sinogram. */
  readonly angles: readonly number[];
  /** Detector elements per view; columns of the sinogram. */
  readonly detectors: number;
  /** Distance of the source from the axis; more than half of the picture's diagonal. */
  readonly sourceAxis: number;
  /** Distance between detector elements as they are seen on the axis. */
  readonly detectorSpacing: number;
  /** Detector index, possibly fractional, that the axis is seen at. */
  readonly detectorCenter: number;
}

export const fanOptions = z.strictObject({
  angles: z.array(z.number()).min(1),
  detectors: z.int().positive(),
  sourceAxis: z.number().positive(),
  detectorSpacing: z.number().positive().default(1),
  detectorCenter: z.number().optional(),
});

/**
 * A geometry with its defaults.
 * @throws invalid-argument for options that do not fit, a source within the picture, or a sinogram of more than 2³¹ values.
 */
export function fanGeometry([, h, w]: ImageShape, options: z.input<typeof fanOptions>): FanGeometry {
  const parsed = fanOptions.safeParse(options);
  if (!parsed.success) {
    throw new LangevinError(
      'invalid-argument',
      `The geometry is not valid: ${issueSentences(parsed.error, options, 'the geometry')}.`,
    );
  }
  const { angles, detectors, sourceAxis } = parsed.data;
  if (detectors * angles.length > 2 ** 31) {
    throw new LangevinError('invalid-argument', `A sinogram of ${angles.length} × ${detectors} values is too large.`);
  }
  const reach = Math.hypot(h, w) / 2;
  if (sourceAxis <= reach) {
    throw new LangevinError(
      'invalid-argument',
      `The source turns at ${sourceAxis} pixels from the axis, inside of the picture of ${w} × ${h}; ` +
        `it must be farther than ${Math.ceil(reach)} pixels.`,
    );
  }
  return { ...parsed.data, detectorCenter: parsed.data.detectorCenter ?? (detectors - 1) / 2 };
}

/** One ray in the orientation where it crosses every line of the image once. */
interface Ray {
  /** Lines are rows of the image, else of its transpose. */
  readonly byRows: boolean;
  /** Place on line l: origin + l·shear, in pixels from the start of the line. */
  readonly origin: number;
  readonly shear: number;
  /** Length of the ray between two lines. */
  readonly step: number;
}

/** Line integrals along the rays of a fan (see LineIntegralOperator for how, and FanGeometry for where). */
export class FanBeamOperator extends LineIntegralOperator {
  readonly name = 'fan-beam';
  readonly geometry: FanGeometry;

  constructor(
    inputShape: ImageShape,
    geometry: FanGeometry,
    limits: IterationLimits = iterationLimits.parse(undefined),
  ) {
    super(inputShape, geometry.angles.length, geometry.detectors, limits);
    this.geometry = geometry;
  }

  protected override project(view: number, image: PaddedImage, rays: Float64Array): void {
    for (let d = 0; d < rays.length; d++) {
      const ray = this.#ray(view, d);
      const { origin, shear, step } = ray;
      const { values, lines, length } = linesOf(image, ray.byRows);
      const [first, last] = crossed(ray, lines, length);
      let sum = 0;
      for (let line = first; line <= last; line++) {
        const place = origin + line * shear + 1;
        const whole = place | 0;
        const at = line * (length + 2) + whole;
        sum += values[at] + (place - whole) * (values[at + 1] - values[at]);
      }
      rays[d] = sum * step;
    }
  }

  protected override spread(view: number, image: PaddedImage, rays: Float64Array): void {
    for (let d = 0; d < rays.length; d++) {
      const ray = this.#ray(view, d);
      const { origin, shear, step } = ray;
      const { values, lines, length } = linesOf(image, ray.byRows);
      const [first, last] = crossed(ray, lines, length);
      const value = rays[d] * step;
      for (let line = first; line <= last; line++) {
        const place = origin + line * shear + 1;
        const whole = place | 0;
        const at = line * (length + 2) + whole;
        const upper = (place - whole) * value;
        values[at] += value - upper;
        values[at + 1] += upper;
      }
    }
  }

  #ray(view: number, detector: number): Ray {
    const { angles, sourceAxis, detectorSpacing, detectorCenter } = this.geometry;
    const [, h, w] = this.inputShape;
    const s = (detector - detectorCenter) * detectorSpacing;
    const scale = 1 / Math.hypot(sourceAxis, s);
    const [cosBeta, sinBeta] = [cosineOfDegrees(angles[view]), sineOfDegrees(angles[view])];
    // Of the angle β + γ.
    const cos = (sourceAxis * cosBeta - s * sinBeta) * scale;
    const sin = (sourceAxis * sinBeta + s * cosBeta) * scale;
    const distance = sourceAxis * s * scale;
    const [cx, cy] = [(w - 1) / 2, (h - 1) / 2];
    // As in the parallel case: on row r at column cx + (r − cy)·tan + p/cos; on column c at row cy + (c − cx)·cot − p/sin.
    if (Math.abs(cos) >= Math.abs(sin)) {
      const shear = sin / cos;
      return { byRows: true, origin: cx - cy * shear + distance / cos, shear, step: 1 / Math.abs(cos) };
    }
    const shear = cos / sin;
    return { byRows: false, origin: cy - cx * shear - distance / sin, shear, step: 1 / Math.abs(sin) };
  }
}

function linesOf(
  image: PaddedImage,
  byRows: boolean,
): { readonly values: Float64Array; readonly lines: number; readonly length: number } {
  return byRows
    ? { values: image.rows, lines: image.height, length: image.width }
    : { values: image.columns, lines: image.width, length: image.height };
}

/** First and last line on which the ray meets a pixel, strictly between the lines' padding zeros. */
function crossed({ origin, shear }: Ray, lines: number, length: number): readonly [first: number, last: number] {
  const [low, high] = [-1 + MARGIN, length - MARGIN];
  if (shear === 0) return origin >= low && origin <= high ? [0, lines - 1] : [0, -1];
  const ends = [(low - origin) / shear, (high - origin) / shear];
  return [Math.max(0, Math.ceil(Math.min(...ends))), Math.min(lines - 1, Math.floor(Math.max(...ends)))];
}

export const fanBeamDefinition = defineOperator({
  name: 'fan-beam',
  summary: 'Line integrals along the fans of a turning source; most CT scanners measure these.',
  options: fanOptions.extend({ solver: iterationLimits }),
  create: (inputShape, { solver, ...geometry }) =>
    new FanBeamOperator(inputShape, fanGeometry(inputShape, geometry), solver),
});
