import { zeros, type Tensor } from '../tensor/tensor.ts';
import { expectShape } from './checked-operator.ts';
import { cosineOfDegrees, sineOfDegrees } from './degrees.ts';
import type { FanBeamOperator, FanGeometry } from './fan-beam.ts';
import { fanWeights } from './fan-weights.ts';
import { filterViews, rampResponse, type FbpFilter } from './ramp-filter.ts';

/**
 * Filtered back-projection of fans on a flat detector (Kak & Slaney 1988, §3.4.2): views are weighted by cos γ and by the
 * share of rays that are measured twice, filtered like parallel ones, and back-projected with 1/U², U being the distance
 * from the source along the middle ray over that of the axis.
 * @param sinogram  [n, c, views, detectors] as measured by `fan`.
 * @returns [n, ...fan.inputShape] in the picture's units; outside the measured circle it means nothing.
 * @throws invalid-shape when the sinogram does not fit.
 */
export function fanBackProjection(fan: FanBeamOperator, sinogram: Tensor, filter: FbpFilter = 'hann'): Tensor {
  expectShape(sinogram, fan.outputShape, 'The sinogram');
  const { angles, detectors, sourceAxis, detectorSpacing, detectorCenter } = fan.geometry;
  const [n, c] = sinogram.shape;
  const [, h, w] = fan.inputShape;
  const ramp = rampResponse(detectors, detectorSpacing, filter);
  const { turn, share } = fanWeights(angles);
  const out = zeros([n, c, h, w]);
  const size = angles.length * detectors;
  for (let plane = 0; plane < n * c; plane++) {
    const weighted = Float32Array.from(sinogram.data.subarray(plane * size, (plane + 1) * size), (value, i) => {
      const gamma = Math.atan((((i % detectors) - detectorCenter) * detectorSpacing) / sourceAxis);
      return value * Math.cos(gamma) * share(Math.floor(i / detectors), gamma);
    });
    const views = filterViews(weighted, ramp);
    const image = new Float64Array(h * w);
    angles.forEach((angle, v) => backProject(fan.geometry, angle, turn[v], views[v], image, w));
    out.data.set(image, plane * h * w);
  }
  return out;
}

/** Adds weight/U² × the view, interpolated linearly at every pixel of an image of `width` columns; 0 off the detector. */
function backProject(
  { sourceAxis, detectorSpacing, detectorCenter, detectors }: FanGeometry,
  angle: number,
  weight: number,
  view: Float64Array,
  image: Float64Array,
  width: number,
): void {
  const [cos, sin] = [cosineOfDegrees(angle), sineOfDegrees(angle)];
  const [cx, cy] = [(width - 1) / 2, (image.length / width - 1) / 2];
  for (let at = 0, row = 0; at < image.length; row++) {
    for (let col = 0; col < width; col++, at++) {
      const across = (col - cx) * cos - (row - cy) * sin;
      const nearer = sourceAxis / (sourceAxis + (col - cx) * sin + (row - cy) * cos);
      const place = detectorCenter + (across * nearer) / detectorSpacing;
      if (place < 0 || place > detectors - 1) continue;
      const whole = place | 0;
      image[at] += weight * nearer * nearer * (view[whole] + (place - whole) * (view[whole + 1] - view[whole]));
    }
  }
}
