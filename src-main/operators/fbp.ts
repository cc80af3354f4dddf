import { Fft } from '../tensor/fft.ts';
import { zeros, type Tensor } from '../tensor/tensor.ts';
import { expectShape } from './checked-operator.ts';
import { cosineOfDegrees, sineOfDegrees } from './degrees.ts';
import type { RadonOperator } from './radon.ts';
import { angularWeights, type RadonGeometry } from './radon-geometry.ts';

/** Windows on the ramp filter, from sharpest to smoothest. */
export const fbpFilters = ['ram-lak', 'shepp-logan', 'hann'] as const;
export type FbpFilter = (typeof fbpFilters)[number];

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
  const fft = new Fft(2 ** Math.ceil(Math.log2(2 * detectors)));
  const response = rampResponse(fft, geometry.detectorSpacing, filter);
  const weights = angularWeights(angles);
  const out = zeros([n, c, h, w]);
  const size = angles.length * detectors;
  for (let plane = 0; plane < n * c; plane++) {
    const views = filterViews(sinogram.data.subarray(plane * size, (plane + 1) * size), detectors, fft, response);
    const image = new Float64Array(h * w);
    angles.forEach((angle, v) => backProject(geometry, angle, weights[v], views[v], image, w));
    out.data.set(image, plane * h * w);
  }
  return out;
}

/** Spacing × Fourier transform of the band-limited ramp, windowed: real and even. */
function rampResponse(fft: Fft, spacing: number, filter: FbpFilter): Float64Array {
  const n = fft.length;
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const distance = Math.min(i, n - i);
    if (distance === 0) re[i] = 1 / (4 * spacing);
    else if (distance % 2 === 1) re[i] = -1 / (Math.PI ** 2 * distance ** 2 * spacing);
  }
  fft.forward(re, im);
  return re.map((v, i) => v * window(filter, Math.min(i, n - i) / (n / 2)));
}

/** Weight of a frequency, given as a part of the Nyquist frequency. */
function window(filter: FbpFilter, frequency: number): number {
  switch (filter) {
    case 'ram-lak':
      return 1;
    case 'shepp-logan':
      return frequency === 0 ? 1 : Math.sin((Math.PI * frequency) / 2) / ((Math.PI * frequency) / 2);
    case 'hann':
      return 0.5 + 0.5 * Math.cos(Math.PI * frequency);
  }
}

/** The filtered views, each followed by a zero; two share one complex transform. */
function filterViews(sinogram: Float32Array, detectors: number, fft: Fft, response: Float64Array): Float64Array[] {
  const views: Float64Array[] = [];
  for (let start = 0; start < sinogram.length; start += 2 * detectors) {
    const re = new Float64Array(fft.length);
    const im = new Float64Array(fft.length);
    re.set(sinogram.subarray(start, start + detectors));
    im.set(sinogram.subarray(start + detectors, start + 2 * detectors));
    fft.forward(re, im);
    for (let i = 0; i < re.length; i++) {
      re[i] *= response[i];
      im[i] *= response[i];
    }
    fft.inverse(re, im);
    for (const part of [re, im]) {
      const view = new Float64Array(detectors + 1);
      view.set(part.subarray(0, detectors));
      views.push(view);
    }
  }
  return views;
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
