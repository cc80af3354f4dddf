import { Fft } from '../tensor/fft.ts';

/** Windows on the ramp filter, from sharpest to smoothest. */
export const fbpFilters = ['ram-lak', 'shepp-logan', 'hann'] as const;
export type FbpFilter = (typeof fbpFilters)[number];

/** A filter for views of so many detector elements. */
export interface Ramp {
  readonly detectors: number;
  readonly fft: Fft;
  /** Spacing × Fourier transform of the band-limited ramp (Kak & Slaney 1988, equation 61), windowed: real and even. */
  readonly response: Float64Array;
}

export function rampResponse(detectors: number, spacing: number, filter: FbpFilter): Ramp {
  const fft = new Fft(2 ** Math.ceil(Math.log2(2 * detectors)));
  const n = fft.length;
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const distance = Math.min(i, n - i);
    if (distance === 0) re[i] = 1 / (4 * spacing);
    else if (distance % 2 === 1) re[i] = -1 / (Math.PI ** 2 * distance ** 2 * spacing);
  }
  fft.forward(re, im);
  const response = re.map((v, i) => v * window(filter, Math.min(i, n - i) / (n / 2)));
  return { detectors, fft, response };
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

/** The filtered views, padded with zeros before and each followed by a zero; two share one complex transform. */
export function filterViews(sinogram: Float32Array, { detectors, fft, response }: Ramp): Float64Array[] {
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
