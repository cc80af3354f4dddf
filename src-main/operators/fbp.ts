import { zeros, type Tensor } from '../tensor/tensor.ts';
import { expectShape } from './checked-operator.ts';
import { cosineOfDegrees, sineOfDegrees } from './degrees.ts';
import type { RadonOperator } from './radon.ts';
import { angularWeights, type RadonGeometry } from './radon-geometry.ts';
import { filterViews, rampResponse, type FbpFilter } from './ramp-filter.ts';

/**
 * Filtered back-projection (Kak & Slaney 1988, §3.3): the classical, direct inverse of the Radon transform. The ramp is
 * sampled in space (equation 61), which keeps the mean right, windowed in frequency, and applied with zero padding;
 * views are weighted by the angle they stand for, so any list of angles is scaled correctly.
 * @param sinogram  [n, c, views, detectors] as measured by `radon`.
 * @returns [n, ...radon.inputShape] in the picture's units; outside the measured circle it means nothing.
 * @throws invalid-shape when the sinogram does not fit.
 */
export function filteredBackProjection(radon: RadonOperator, sinogram: Tensor, filter: FbpFilter = 'hann'): Tensor {
  expectShape(sinogram, radon.outputShape, 'The sinogram');
  const { geometry } = radon;
  const { angles, detectors } = geometry;
  const [n, c] = sinogram.shape;
  const [, h, w] = radon.inputShape;
  const ramp = rampResponse(detectors, geometry.detectorSpacing, filter);
  const weights = angularWeights(angles);
  const out = zeros([n, c, h, w]);
  const size = angles.length * detectors;
  for (let plane = 0; plane < n * c; plane++) {
    const views = filterViews(sinogram.data.subarray(plane * size, (plane + 1) * size), ramp);
    const image = new Float64Array(h * w);
    angles.forEach((angle, v) => backProject(geometry, angle, weights[v], views[v], image, w));
    out.data.set(image, plane * h * w);
  }
  return out;
}

/** Adds weight × the view, interpolated linearly at every pixel of an image of `width` columns; 0 off the detector. */
function backProject(
  geometry: RadonGeometry,
  angle: number,
  weight: number,
  view: Float64Array,
  image: Float64Array,
  width: number,
): void {
  const { axis, pixelSize, detectorSpacing, detectorCenter, detectors } = geometry;
  const alongColumn = (cosineOfDegrees(angle) * pixelSize) / detectorSpacing;
  const alongRow = (-sineOfDegrees(angle) * pixelSize) / detectorSpacing;
  for (let at = 0, row = 0; at < image.length; row++) {
    const origin = detectorCenter - axis[0] * alongColumn + (row - axis[1]) * alongRow;
    for (let col = 0; col < width; col++, at++) {
      const place = origin + col * alongColumn;
      if (place < 0 || place > detectors - 1) continue;
      const whole = place | 0;
      image[at] += weight * (view[whole] + (place - whole) * (view[whole + 1] - view[whole]));
    }
  }
}
