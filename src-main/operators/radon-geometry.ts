import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { issueSentences } from '../issue-sentences.ts';
import type { ImageShape } from '../tensor/tensor.ts';

/**
 * Parallel-beam geometry. With the axis of rotation at column cx, row cy of the picture, the ray of angle θ at the
 * signed distance s from the axis (in pixels) runs through
 *
 *     column − cx =  s·cos θ + t·sin θ,   row − cy = −s·sin θ + t·cos θ,   t ∈ ℝ:
 *
 * at θ = 0 rays run down the columns, and the detector turns counter-clockwise as the picture is seen. Directions
 * and signs are those of `skimage.transform.radon`, whose axis is at the pixel (⌊n/2⌋, ⌊n/2⌋) and whose detector centre
 * at ⌊detectors/2⌋; here both are in the middle unless stated.
 */
export interface RadonGeometry {
  /** One view per angle, in degrees, in any order; rows of the sinogram. */
  readonly angles: readonly number[];
  /** Detector elements per view; columns of the sinogram. */
  readonly detectors: number;
  /** Side of a pixel, in any unit of length; line integrals are values of the picture × this unit. */
  readonly pixelSize: number;
  /** Distance between the centres of detector elements, in the same unit. */
  readonly detectorSpacing: number;
  /** Axis of rotation, [column, row], in pixel indices (the centre of pixel 0 is 0). */
  readonly axis: readonly [number, number];
  /** Detector index, possibly fractional, that the axis is seen at. */
  readonly detectorCenter: number;
}

export const radonOptions = z.strictObject({
  angles: z.array(z.number()).min(1),
  detectors: z.int().positive().optional(),
  pixelSize: z.number().positive().default(1),
  detectorSpacing: z.number().positive().optional(),
  axis: z.tuple([z.number(), z.number()]).optional(),
  detectorCenter: z.number().optional(),
});

/**
 * A geometry with its defaults: as many detector elements as see the whole picture at every angle, as far apart as the
 * pixels, the axis in the middle of the picture and of the detector.
 * @throws invalid-argument for options that do not fit, or a sinogram of more than 2³¹ values.
 */
export function radonGeometry([, h, w]: ImageShape, options: z.input<typeof radonOptions>): RadonGeometry {
  const parsed = radonOptions.safeParse(options);
  if (!parsed.success) {
    throw new LangevinError(
      'invalid-argument',
      `The geometry is not valid: ${issueSentences(parsed.error, options, 'the geometry')}.`,
    );
  }
  const { angles, pixelSize, detectorSpacing = pixelSize, axis = [(w - 1) / 2, (h - 1) / 2] as const } = parsed.data;
  const detectors = parsed.data.detectors ?? Math.ceil((Math.hypot(h, w) * pixelSize) / detectorSpacing);
  if (detectors * angles.length > 2 ** 31) {
    throw new LangevinError('invalid-argument', `A sinogram of ${angles.length} × ${detectors} values is too large.`);
  }
  const detectorCenter = parsed.data.detectorCenter ?? (detectors - 1) / 2;
  return { angles, detectors, pixelSize, detectorSpacing, axis, detectorCenter };
}

/**
 * The part of the half turn that each view stands for, in radians: half the way to its neighbours modulo 180°, views
 * of equal direction sharing theirs. A gap counts as at most three times what nine gaps in ten do not exceed, so that a
 * missing wedge does not inflate the views beside it; the weights of evenly spread views are π/n.
 */
export function angularWeights(angles: readonly number[]): Float64Array {
  const n = angles.length;
  const weights = new Float64Array(n);
  const direction = angles.map((a) => ((a % 180) + 180) % 180);
  const order = direction.map((_, i) => i).sort((a, b) => direction[a] - direction[b] || a - b);
  const gaps = order.map((at, i) => (i + 1 < n ? direction[order[i + 1]] : direction[order[0]] + 180) - direction[at]);
  // Rounding may part equal directions by an ulp.
  const distinct = gaps.filter((gap) => gap > 1e-9).sort((a, b) => a - b);
  const widest = 3 * distinct[Math.floor(0.9 * (distinct.length - 1))];
  order.forEach((at, i) => {
    const before = gaps[(i + n - 1) % n];
    weights[at] = ((Math.min(before, widest) + Math.min(gaps[i], widest)) / 2) * (Math.PI / 180);
  });
  return weights;
}
